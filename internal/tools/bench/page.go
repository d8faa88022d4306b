package main

import (
	"fmt"
	"io"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// page prints, by fmt, the lines that the exporter shows of a cluster in which all is well.
type page struct {
	collectors []string
	heads      map[string]string // by metric: its HELP and TYPE
}

func newPage(collectors []string) page {
	p := page{collectors: collectors, heads: map[string]string{}}
	for _, c := range collector.All() {
		for _, m := range c.Metrics {
			p.heads[m.Name] = fmt.Sprintf("# HELP %[1]s %[2]s\n# TYPE %[1]s gauge\n", m.Name, m.Help)
		}
	}
	return p
}

func (p page) write(w io.Writer, a *answers) {
	for _, name := range p.collectors {
		switch name {
		case "nodes":
			p.nodes(w, a)
		case "version":
			p.head(w, "qumulo_version_info")
			fmt.Fprintf(w, "qumulo_version_info{version=%q,revision_id=%q,build_id=%q,flavor=%q,build_date=%q} 1\n",
				a.version.Release(), a.version.RevisionID, a.version.BuildID, a.version.Flavor, a.version.BuildDate)
		case "cluster":
			p.head(w, "qumulo_cluster_info")
			fmt.Fprintf(w, "qumulo_cluster_info{name=%q,uuid=%q} 1\n", a.settings.Name, a.state.ClusterID)
		case "filesystem":
			p.number(w, "qumulo_filesystem_size_bytes", a.fileSystem.Total)
			p.number(w, "qumulo_filesystem_free_bytes", a.fileSystem.Free)
			p.number(w, "qumulo_filesystem_snapshot_bytes", a.fileSystem.Snapshots)
			p.number(w, "qumulo_filesystem_portal_cache_bytes", a.fileSystem.PortalCache)
			p.number(w, "qumulo_filesystem_block_size_bytes", a.fileSystem.BlockSize)
			p.number(w, "qumulo_filesystem_capacity_clamp_bytes", a.clamp.Clamp)
		case "drives":
			p.drives(w, a.slots)
		}
	}
}

func (p page) head(w io.Writer, metric string) { fmt.Fprint(w, p.heads[metric]) }

func (p page) number(w io.Writer, metric string, n qumulo.Number) {
	if v, ok := n.Value(); ok {
		p.head(w, metric)
		fmt.Fprintf(w, "%s %g\n", metric, v)
	}
}

func (p page) nodes(w io.Writer, a *answers) {
	count := map[qumulo.Text]int{}
	p.head(w, "qumulo_node_status")
	for _, n := range a.nodes {
		count[n.Status]++
		for _, status := range []qumulo.Text{"online", "offline", "unknown"} {
			fmt.Fprintf(w, "qumulo_node_status{node_id=%q,status=%q} %d\n", n.ID, status, oneIf(n.Status == status))
		}
	}
	p.head(w, "qumulo_cluster_node_info")
	for _, n := range a.nodes {
		fmt.Fprintf(w, "qumulo_cluster_node_info{node_id=%q,node_name=%q,uuid=%q,label=%q,model_number=%q,serial_number=%q,mac_address=%q} 1\n",
			n.ID, n.Name, n.UUID, n.Label, n.ModelNumber, n.SerialNumber, n.MACAddress)
	}
	sums := map[qumulo.Text]float64{}
	for _, s := range a.slots {
		v, _ := s.RawCapacity.Value()
		sums[s.NodeID] += v
	}
	p.head(w, "qumulo_node_capacity_bytes")
	for _, n := range a.nodes {
		capacity, ok := n.Capacity.Value()
		if !ok {
			capacity = sums[n.ID]
		}
		fmt.Fprintf(w, "qumulo_node_capacity_bytes{node_id=%q} %g\n", n.ID, capacity)
	}
	p.head(w, "qumulo_cluster_nodes")
	for _, status := range []qumulo.Text{"online", "offline", "unknown"} {
		fmt.Fprintf(w, "qumulo_cluster_nodes{status=%q} %d\n", status, count[status])
	}
}

func (p page) drives(w io.Writer, slots []qumulo.Slot) {
	type group struct{ node, diskType, state qumulo.Text }
	count := map[group]int{}
	p.head(w, "qumulo_drive_healthy")
	for _, s := range slots {
		count[group{s.NodeID, s.DiskType, s.State}]++
		fmt.Fprintf(w, "qumulo_drive_healthy{node_id=%q,drive_bay=%q} %d\n", s.NodeID, s.DriveBay, oneIf(s.State == "healthy"))
	}
	p.head(w, "qumulo_drive_state_info")
	for _, s := range slots {
		fmt.Fprintf(w, "qumulo_drive_state_info{node_id=%q,drive_bay=%q,state=%q} 1\n", s.NodeID, s.DriveBay, s.State)
	}
	p.head(w, "qumulo_drive_info")
	for _, s := range slots {
		fmt.Fprintf(w, "qumulo_drive_info{node_id=%q,drive_bay=%q,slot=%q,slot_type=%q,disk_type=%q,disk_model=%q,disk_serial_number=%q,high_endurance=%q} 1\n",
			s.NodeID, s.DriveBay, s.Slot, s.SlotType, s.DiskType, s.DiskModel, s.DiskSerialNumber, s.HighEndurance)
	}
	p.head(w, "qumulo_drive_capacity_bytes")
	for _, s := range slots {
		v, _ := s.Capacity.Value()
		fmt.Fprintf(w, "qumulo_drive_capacity_bytes{node_id=%q,drive_bay=%q} %g\n", s.NodeID, s.DriveBay, v)
	}
	p.head(w, "qumulo_drive_raw_capacity_bytes")
	for _, s := range slots {
		v, _ := s.RawCapacity.Value()
		fmt.Fprintf(w, "qumulo_drive_raw_capacity_bytes{node_id=%q,drive_bay=%q} %g\n", s.NodeID, s.DriveBay, v)
	}
	p.head(w, "qumulo_drives")
	for g, n := range count {
		fmt.Fprintf(w, "qumulo_drives{node_id=%q,disk_type=%q,state=%q} %d\n", g.node, g.diskType, g.state, n)
	}
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}
