package qumulo

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
)

const networkRead = "PRIVILEGE_NETWORK_READ"

// NetworkStatusEndpoint lists the networks of the nodes, all devices in one answer.
var NetworkStatusEndpoint = Endpoint{
	Name: "list network status", Path: "/v3/network/status", Privilege: networkRead, Since: "7.5.1", MaxBytes: 16 << 20,
}

// InterfacesEndpoint and InterfaceStatusEndpoint are its older form: the interfaces of the cluster,
// and the status of one on each node.
var (
	InterfacesEndpoint      = Endpoint{Name: "list network interfaces", Path: "/v2/network/interfaces/", Privilege: networkRead}
	InterfaceStatusEndpoint = Endpoint{
		Name: "list network interface status", Path: "/v2/network/interfaces/{id}/status/", Privilege: networkRead, Missing: NoObject, MaxBytes: 16 << 20,
	}
)

// NodeNetwork is the network of a node.
type NodeNetwork struct {
	NodeID Text `json:"node_id"`
	// Interfaces and Networks are what is configured, and whether the node does it.
	Interfaces List[Applied]       `json:"managed_interface_statuses"`
	Networks   Networks            `json:"network_statuses"` // by id
	Devices    List[NetworkDevice] `json:"devices"`
}

// Applied is how far a configuration is in force.
type Applied struct {
	Status Text `json:"status"` // APPLIED, PENDING, FAILED; of the older form UNAVAILABLE too
}

// Networks are how far each network is in force, by its id; of a list, by its number there.
type Networks map[string]Applied

// UnmarshalJSON takes an object, null and "", whose fields may be null and "" too. It takes a list of
// the same, as the older form has one.
func (n *Networks) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		var list Values[Object[Applied]]
		err := unmarshal(data, &list)
		*n = make(Networks, len(list))
		for i, network := range list {
			(*n)[strconv.Itoa(i)] = network.value
		}
		return err
	}
	var sent Map[Object[Applied]]
	err := unmarshal(data, &sent)
	*n = make(Networks, len(sent))
	for id, network := range sent {
		(*n)[id] = network.value
	}
	return err
}

// NetworkDevice is a device of a node. Its counters begin anew when the node does.
type NetworkDevice struct {
	Name            Text           `json:"name"`
	BondingMode     Text           `json:"bonding_mode"`
	MACAddress      Text           `json:"mac_address"`
	InterfaceStatus Text           `json:"interface_status"` // UP, DOWN, LOWERLAYERDOWN, NOTPRESENT, MISSING, UNKNOWN, TESTING, DORMANT
	CableStatus     Text           `json:"cable_status"`     // CONNECTED, DISCONNECTED, UNKNOWN
	Speed           Number         `json:"speed"`            // Mbit/s
	MTU             Number         `json:"mtu"`              // bytes
	BytesSent       Number         `json:"bytes_sent"`
	BytesReceived   Number         `json:"bytes_received"`
	Details         NetworkDetails `json:"-"`
}

// NetworkDetails are what a device is used for, and its addresses.
type NetworkDetails struct {
	UseFor    Text              `json:"use_for"` // FRONTEND, BACKEND, FRONTEND_AND_BACKEND, UNDERLYING, NONE
	Addresses List[NodeAddress] `json:"qumulo_ip_addresses"`
}

// UnmarshalJSON takes the details of a device by the names that were recorded, and by those of the
// definition: the API makes another object of a union than it says.
func (d *NetworkDevice) UnmarshalJSON(data []byte) error {
	type plain NetworkDevice
	type details struct {
		NetworkDetails

		Type Text `json:"type"`
	}
	var sent struct {
		plain

		Recorded Object[details] `json:"network_details"`
		Defined  Object[details] `json:"api_network_specific_fields"`
	}
	err := unmarshal(data, &sent)
	*d = NetworkDevice(sent.plain)
	union, ok := sent.Recorded.Value()
	if !ok {
		union = sent.Defined.value
	}
	d.Details = union.NetworkDetails
	d.Details.UseFor = cmp.Or(union.UseFor, union.Type)
	return err
}

// NodeAddress is an address of a node, and the floating ones that it holds beside it.
type NodeAddress struct {
	Floating Values[Text] `json:"floating_addresses"`
}

// NetworkStatus lists the networks of the nodes: GET /v3/network/status, since 7.5.1. Releases before
// 7.8 answer without devices; that is ErrNotSupported.
func (c *Client) NetworkStatus(ctx context.Context) (List[NodeNetwork], error) {
	list, err := getList[NodeNetwork](ctx, c, NetworkStatusEndpoint)
	if err == nil && !slices.ContainsFunc(list.Items, func(n NodeNetwork) bool { return len(n.Devices.Items) > 0 }) {
		return List[NodeNetwork]{}, &Error{Operation: NetworkStatusEndpoint.Name, Err: ErrNotSupported}
	}
	return list, err
}

// Interface is a network interface that all nodes have.
type Interface struct {
	ID   Text `json:"id"`
	Name Text `json:"name"`
}

// Interfaces lists the network interfaces: GET /v2/network/interfaces/.
func (c *Client) Interfaces(ctx context.Context) (List[Interface], error) {
	return getList[Interface](ctx, c, InterfacesEndpoint)
}

// interfaceStatus is a row of the older form. Two things in it are called interface_status.
type interfaceStatus struct {
	NodeID       Text                    `json:"node_id"`
	UpdateStatus Text                    `json:"update_status"`     // CHANGES_APPLIED, CHANGES_PENDING, UNAVAILABLE
	Details      Object[NetworkDevice]   `json:"interface_details"` // speed, bytes, cable and status, MAC address
	Interface    Object[interfaceConfig] `json:"interface_status"`
	Networks     List[NodeAddress]       `json:"network_statuses"`
}

type interfaceConfig struct {
	Name        Text   `json:"name"`
	BondingMode Text   `json:"bonding_mode"`
	MTU         Number `json:"mtu"`
}

// InterfaceStatus lists how an interface is on each node, as NetworkStatus does, with one device a
// row: GET /v2/network/interfaces/{id}/status/. It does not tell what a device is used for.
func (c *Client) InterfaceStatus(ctx context.Context, i Interface) (List[NodeNetwork], error) {
	old, err := getList[interfaceStatus](ctx, c, InterfaceStatusEndpoint, i.ID)
	list := List[NodeNetwork]{Malformed: old.Malformed}
	for _, row := range old.Items {
		device, config := row.Details.value, row.Interface.value
		device.Name, device.BondingMode, device.MTU = config.Name, config.BondingMode, config.MTU
		if device.Name == "" {
			device.Name = i.Name
		}
		device.Details.Addresses = row.Networks
		n := NodeNetwork{NodeID: row.NodeID, Devices: List[NetworkDevice]{Items: []NetworkDevice{device}}}
		if row.UpdateStatus != "" {
			n.Interfaces.Items = []Applied{{Status: Text(strings.TrimPrefix(string(row.UpdateStatus), "CHANGES_"))}}
		}
		list.Items = append(list.Items, n)
	}
	return list, err
}
