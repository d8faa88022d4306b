package collector

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// megabit is what the API's speeds count, in bytes.
const megabit = 125_000

var (
	deviceLabels = []string{"node_id", "device"}
	networkInfo  = info("qumulo_network_device_info",
		"What the network device is, from /v3/network/status", "node_id", "device", "use_for", "bonding_mode", "mac_address")
	networkUp          = gauge("qumulo_network_device_up", "Whether the network device is up (1) or not (0), from /v3/network/status.", deviceLabels...)
	networkCarrier     = gauge("qumulo_network_device_carrier", "Whether the cable is connected (1) or not (0), from /v3/network/status.", deviceLabels...)
	networkSpeed       = gauge("qumulo_network_device_speed_bytes", "Speed of the device in bytes per second, from /v3/network/status.", deviceLabels...)
	networkMTU         = gauge("qumulo_network_device_mtu_bytes", "Largest packet of the network device in bytes, from /v3/network/status.", deviceLabels...)
	networkReceived    = counter("qumulo_network_device_receive_bytes_total", "Bytes that the device received, from /v3/network/status.", deviceLabels...)
	networkTransmitted = counter("qumulo_network_device_transmit_bytes_total", "Bytes that the device sent, from /v3/network/status.", deviceLabels...)
	networkFloating    = gauge("qumulo_network_floating_addresses", "How many floating addresses the node holds, from /v3/network/status.", "node_id")
	networkApplied     = gauge("qumulo_network_configuration_applied",
		"Whether the node's network configuration is applied (1), or pending or failed (0), from /v3/network/status.", "node_id")
)

func network() Collector {
	return Collector{
		Name: "network", Help: "Network devices and floating addresses of the nodes.", Enabled: true,
		Cost: "nodes and their devices", Query: `rate(qumulo_network_device_transmit_bytes_total[5m]) / qumulo_network_device_speed_bytes`,
		Endpoints: []qumulo.Endpoint{qumulo.NetworkStatusEndpoint, qumulo.InterfacesEndpoint, qumulo.InterfaceStatusEndpoint},
		Metrics: []*Metric{
			networkInfo, networkUp, networkCarrier, networkSpeed, networkMTU, networkReceived, networkTransmitted, networkFloating, networkApplied,
		},
		Read: readNetwork,
	}
}

func readNetwork(ctx context.Context, src *Source, out *Output) error {
	list, err := src.NetworkStatus(ctx)
	var partial []readOf
	if errors.Is(err, qumulo.ErrNotSupported) {
		list, partial, err = readInterfaces(ctx, src, out)
	}
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	nodes := map[string]*nodeNetwork{}
	for _, row := range list.Items {
		id := row.NodeID.Whole()
		if id == "" {
			out.warnf("a network status is left out: its node_id is missing")
			continue
		}
		if nodes[id] == nil {
			lacks := slices.ContainsFunc(partial, func(nodes readOf) bool { return !nodes[id] })
			nodes[id] = &nodeNetwork{id: id, devices: map[string]bool{}, uncounted: lacks, unsaid: lacks}
		}
		nodes[id].add(out, row)
	}
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		nodes[id].sum(out)
	}
	return nil
}

// readOf are the nodes that the status of an interface was read of.
type readOf map[string]bool

// readInterfaces reads the older form: the status of each interface, side by side. One that has gone
// since it was listed is nothing to speak of. Of others that were not read, or not as a whole, partial
// says of which nodes they were: the rest may have had more to say.
func readInterfaces(ctx context.Context, src *Source, out *Output) (all qumulo.List[qumulo.NodeNetwork], partial []readOf, err error) {
	interfaces, err := src.Interfaces(ctx)
	if err != nil {
		return all, nil, err
	}
	out.malformed(interfaces.Malformed)
	for range interfaces.Malformed {
		partial = append(partial, nil)
	}
	var waits []func() (qumulo.List[qumulo.NodeNetwork], error)
	seen := map[string]bool{}
	for _, i := range interfaces.Items {
		i.ID = qumulo.Text(i.ID.Whole())
		switch {
		case out.isNew(seen, "network interface", string(i.ID)):
			waits = append(waits, async(src, func() (qumulo.List[qumulo.NodeNetwork], error) { return src.InterfaceStatus(ctx, i) }))
		case i.ID == "":
			partial = append(partial, nil)
		}
	}
	var errs []error
	for _, wait := range waits {
		list, err := wait()
		if errors.Is(err, qumulo.ErrNoObject) {
			continue
		}
		errs = append(errs, err)
		all.Items, all.Malformed = append(all.Items, list.Items...), append(all.Malformed, list.Malformed...)
		nodes := readOf{}
		for _, row := range list.Items {
			nodes[row.NodeID.Whole()] = true
		}
		if err != nil || len(list.Malformed) > 0 || nodes[""] {
			partial = append(partial, nodes)
		}
	}
	if len(errs) > 0 {
		if err := noneRead(errs...); err != nil {
			return all, nil, err
		}
	}
	for _, err := range errs {
		out.Part("no status of a network interface", err)
	}
	return all, partial, nil
}

// nodeNetwork is what the rows of one node come to.
type nodeNetwork struct {
	id        string
	devices   map[string]bool // by name
	shown     bool            // one of them is
	floating  int
	uncounted bool   // it may hold more floating addresses
	applied   []bool // of each configuration that the node says something of
	unsaid    bool   // it does not say of one whether it is in force
}

// add adds the devices of a row, and counts what is of the whole node.
func (n *nodeNetwork) add(out *Output, row qumulo.NodeNetwork) {
	out.malformed(row.Interfaces.Malformed)
	out.malformed(row.Devices.Malformed)
	n.unsaid = n.unsaid || len(row.Interfaces.Malformed) > 0
	n.uncounted = n.uncounted || len(row.Devices.Malformed) > 0
	for _, a := range slices.Concat(row.Interfaces.Items, slices.Collect(maps.Values(row.Networks))) {
		switch a.Status {
		case "APPLIED", "PENDING", "FAILED":
			n.applied = append(n.applied, a.Status == "APPLIED")
		case "", "UNAVAILABLE":
			n.unsaid = true
		default:
			n.unsaid = true
			out.warnf("%s: the word %.40q is new: no series", networkApplied.Name, string(a.Status))
		}
	}
	for _, d := range row.Devices.Items {
		n.addDevice(out, d)
	}
}

// addDevice adds a device and counts its addresses: once, though its name may come again.
func (n *nodeNetwork) addDevice(out *Output, d qumulo.NetworkDevice) {
	name, addresses := string(d.Name), d.Details.Addresses
	out.malformed(addresses.Malformed)
	if name == "" || n.devices[name] {
		out.warnf("a network device of node %s is left out: its name %q is missing or taken", n.id, name)
		n.uncounted = n.uncounted || name == "" && len(addresses.Items) > 0
		return
	}
	n.devices[name] = true
	n.uncounted = n.uncounted || len(addresses.Malformed) > 0
	for _, a := range addresses.Items {
		n.floating += len(a.Floating)
	}
	if d.Details.UseFor == "NONE" || d.Details.UseFor == "" && name == "lo" {
		return
	}
	n.shown = true
	addDevice(out, d, n.id, name)
}

// sum adds what is of the whole node, where it is known as a whole. One configuration that is not in
// force is enough.
func (n *nodeNetwork) sum(out *Output) {
	if n.shown && !n.uncounted {
		out.Add(networkFloating, float64(n.floating), n.id)
	}
	switch {
	case slices.Contains(n.applied, false):
		out.Add(networkApplied, 0, n.id)
	case len(n.applied) > 0 && !n.unsaid:
		out.Add(networkApplied, 1, n.id)
	}
}

func addDevice(out *Output, d qumulo.NetworkDevice, node, name string) {
	out.Add(networkInfo, 1, node, name, optionalWord(d.Details.UseFor), optionalWord(d.BondingMode), string(d.MACAddress))
	addYesNo(out, networkUp, d.InterfaceStatus, map[qumulo.Text]float64{
		"UP": 1, "DOWN": 0, "LOWERLAYERDOWN": 0, "NOTPRESENT": 0, "MISSING": 0, "UNKNOWN": neither, "TESTING": neither, "DORMANT": neither,
	}, node, name)
	addYesNo(out, networkCarrier, d.CableStatus, map[qumulo.Text]float64{"CONNECTED": 1, "DISCONNECTED": 0, "UNKNOWN": neither}, node, name)
	if speed, ok := d.Speed.Value(); !ok || speed > 0 && speed < math.MaxUint32 { // else it is none, or -1
		if v, ok := out.value("speed", d.Speed, node, name); ok {
			out.Add(networkSpeed, v*megabit, node, name)
		}
	}
	out.number(networkMTU, "mtu", d.MTU, node, name)
	if d.Details.UseFor != "UNDERLYING" { // it repeats the counters of its bond
		out.number(networkReceived, "bytes_received", d.BytesReceived, node, name)
		out.number(networkTransmitted, "bytes_sent", d.BytesSent, node, name)
	}
}

// neither is the value of a word that says neither yes nor no.
const neither = -1

// addYesNo appends the value of a word; one that is neither has no series, and a new one is warned of.
func addYesNo(out *Output, m *Metric, text qumulo.Text, values map[qumulo.Text]float64, labels ...string) {
	switch v, known := values[text]; {
	case !known && text != "":
		out.warnf("%s: the word %.40q is new: no series", m.Name, string(text))
	case known && v != neither:
		out.Add(m, v, labels...)
	}
}
