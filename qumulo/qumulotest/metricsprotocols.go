package qumulotest

import (
	"net/netip"
	"strings"
)

// directoryMetrics are those of Active Directory and LDAP.
func directoryMetrics() []documentedMetric {
	ad := func(d directoryService) func(*subject) metricSamples {
		return d.samples("corp.example.com", "dc1.corp.example.com")
	}
	ldap := func(d directoryService) func(*subject) metricSamples {
		return d.samples("ldap://ldap.example.com", "192.0.2.10")
	}
	bind := func(d directoryService) func(*subject) metricSamples { return d.samples("ldap://ldap.example.com", "") }
	return []documentedMetric{
		{name: "qumulo_ad_netlogon_request_errors", kind: counterKind, help: "NETLOGON requests that failed", samples: ad(directoryService{rate: 0.01})},
		{
			name: "qumulo_ad_netlogon_request_latency_seconds", kind: histogramKind, help: "Time that NETLOGON requests took",
			samples: ad(directoryService{rate: 2.5, mean: 0.004}),
		},
		{name: "qumulo_ad_netlogon_requests", kind: counterKind, help: "NETLOGON requests", samples: ad(directoryService{rate: 2.5})},
		{name: "qumulo_ldap_lookup_request_errors", kind: counterKind, help: "LDAP requests that failed", samples: ldap(directoryService{rate: 0.02})},
		{
			name: "qumulo_ldap_lookup_request_latency_seconds", kind: histogramKind, help: "Time that LDAP requests took",
			samples: ldap(directoryService{rate: 7, mean: 0.0025}),
		},
		{name: "qumulo_ldap_lookup_requests", kind: counterKind, help: "LDAP requests", samples: ldap(directoryService{rate: 7})},
		{name: "qumulo_ldap_operation_errors", kind: counterKind, help: "LDAP operations that failed", samples: bind(directoryService{rate: 0.01})},
		{
			name: "qumulo_ldap_operation_latency_seconds", kind: histogramKind, help: "Time that LDAP operations took",
			samples: bind(directoryService{rate: 5, mean: 0.0035}),
		},
		{name: "qumulo_ldap_operations", kind: counterKind, help: "LDAP operations", samples: bind(directoryService{rate: 5})},
	}
}

// directoryService is what is asked of one: so much a second, and how long it takes in seconds, of a histogram.
type directoryService struct{ rate, mean float64 }

// samples are those of a cluster that uses the service: in a quiet one there is none. server "" is no label.
func (d directoryService) samples(domain, server string) func(*subject) metricSamples {
	labels := []string{"domain_url", domain}
	if server != "" {
		labels = append(labels, "server_url", server)
	}
	return func(s *subject) (samples metricSamples) {
		if s.busy {
			samples.addTimes(s.at(d.rate), d.mean, labels...)
		}
		return samples
	}
}

// operation is a kind of protocol operation; the vendor does not say how they are named.
type operation struct {
	protocol, name, io, data string
	rate                     float64 // a second
	mean                     float64 // seconds
	bytes                    float64 // each moves
}

func operations() []operation {
	return []operation{
		{"ftp", "ftp_retr", "read", "data", 0.5, 0.02, 65536},
		{"ftp", "ftp_stor", "write", "data", 0.25, 0.03, 65536},
		{"nfs", "nfs3_commit", "wait", "none", 3, 0.012, 0},
		{"nfs", "nfs3_getattr", "read", "metadata", 240, 0.0003, 0},
		{"nfs", "nfs3_lookup", "read", "metadata", 90, 0.0004, 0},
		{"nfs", "nfs3_null", "none", "none", 0.1, 0.0001, 0},
		{"nfs", "nfs3_read", "read", "data", 60, 0.0011, 32768},
		{"nfs", "nfs3_setattr", "write", "metadata", 6, 0.0021, 0},
		{"nfs", "nfs3_write", "write", "data", 20, 0.0034, 32768},
		{"nfs", "nfs4_compound", "composite", "metadata", 30, 0.0009, 0},
		{"nfs", "nfs4_read", "read", "data", 25, 0.0012, 32768},
		{"nfs", "nfs4_write", "write", "data", 10, 0.0036, 32768},
		{"replication", "replication_read", "read", "data", 4, 0.004, 131072},
		{"replication", "replication_write", "write", "data", 2, 0.006, 131072},
		{"rest", "rest_get", "read", "metadata", 1.5, 0.006, 0},
		{"rest", "rest_put", "write", "metadata", 0.05, 0.009, 0},
		{"s3", "s3_get_object", "read", "data", 8, 0.005, 131072},
		{"s3", "s3_list_objects", "read", "metadata", 2, 0.011, 0},
		{"s3", "s3_put_object", "write", "data", 3, 0.013, 131072},
		{"smb", "smb2_change_notify", "wait", "metadata", 0.2, 45, 0},
		{"smb", "smb2_create", "composite", "metadata", 18, 0.0016, 0},
		{"smb", "smb2_read", "read", "data", 35, 0.0014, 32768},
		{"smb", "smb2_session_setup", "none", "none", 0.02, 0.03, 0},
		{"smb", "smb2_write", "write", "data", 12, 0.0039, 32768},
		{"smb", "smb3_read", "read", "data", 45, 0.0013, 32768},
		{"smb", "smb3_write", "write", "data", 15, 0.0037, 32768},
	}
}

func (o operation) labels() []string {
	return []string{"data_type", o.data, "io_type", o.io, "op_name", o.name, "protocol", o.protocol}
}

// protocolMetrics are those of the clients' operations.
func protocolMetrics() []documentedMetric {
	return []documentedMetric{
		{name: "qumulo_protocol_client_connections", kind: counterKind, help: "Clients that have connected", samples: clientsOf(false)},
		{name: "qumulo_protocol_client_disconnections", kind: counterKind, help: "Clients that have disconnected", samples: clientsOf(true)},
		{
			name: "qumulo_protocol_operation_bytes", kind: counterKind, help: "Bytes that operations moved",
			samples: ofOperations(func(s *subject, o operation, samples *metricSamples) {
				if o.data == "data" {
					samples.add(s.operations(o)*o.bytes, o.labels()...)
				}
			}),
		},
		{
			name: "qumulo_protocol_operation_latency_seconds", kind: histogramKind, help: "Time that operations took",
			samples: ofOperations(func(s *subject, o operation, samples *metricSamples) {
				samples.addTimes(s.operations(o), o.mean, o.labels()...)
			}),
		},
		{
			name: "qumulo_protocol_operations", kind: counterKind, help: "Operations",
			samples: ofOperations(func(s *subject, o operation, samples *metricSamples) { samples.add(s.operations(o), o.labels()...) }),
		},
	}
}

func ofOperations(sample func(s *subject, o operation, samples *metricSamples)) func(*subject) metricSamples {
	return func(s *subject) (samples metricSamples) {
		for _, o := range operations() {
			sample(s, o, &samples)
		}
		return samples
	}
}

// operations is how many there were; in a quiet cluster a tenth of those in a busy one.
func (s *subject) operations(o operation) float64 {
	if s.busy {
		return s.at(o.rate)
	}
	return s.at(o.rate / 10)
}

// clientsOf counts those that came for each protocol, and those of them that have gone: all but the ones whose
// connections the cluster lists. Those that come and go while it lives are not among them.
func clientsOf(gone bool) func(*subject) metricSamples {
	return func(s *subject) (samples metricSamples) {
		still := map[string]float64{}
		if !gone {
			still = connectedClients(s.built)
		}
		for i, protocol := range []string{"ftp", "nfs", "replication", "rest", "s3", "smb"} {
			samples.add(s.at(float64(1+i)/100)+still[protocol], "protocol", protocol)
		}
		return samples
	}
}

// connectedClients is how many connections clients have, by protocol.
func connectedClients(c cluster) map[string]float64 {
	count := map[string]float64{}
	for _, row := range connectionsOf(c) {
		for _, conn := range row.Connections {
			if addr, err := netip.ParseAddr(conn.Address); err == nil && !addr.IsLoopback() {
				count[strings.ToLower(strings.TrimPrefix(conn.Type, "CONNECTION_TYPE_"))]++
			}
		}
	}
	return count
}
