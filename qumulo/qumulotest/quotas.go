package qumulotest

// quota is a row of /v1/files/quotas/status/: sizes in bytes, as strings.
type quota struct {
	ID    string `json:"id"`
	Path  string `json:"path"`
	Limit string `json:"limit"`
	Used  string `json:"capacity_usage"`
}

// quotas are the answers on quotas. The busy cluster has them at each stage of being full, in two
// pages: one over its limit, which was lowered, and one of 0.
func quotas(c cluster, m *Model) {
	rows := []quota{}
	if c.busy {
		rows = []quota{
			{"3000003", "/projects/", "40000000000000", "38400000000000"},
			{"3000004", "/home/", "10000000000000", "2500000000000"},
			{"3000005", "/home/ada/", "1000000000000", "1100000000000"},
			{"3000006", "/home/grace/", "1000000000000", "750000000000"},
			{"3000007", "/home/edsger/", "1000000000000", "850000000000"},
			{"3000008", "/archive/", "0", "5000000000000"},
			{"3000009", "/scratch/", "20000000000000", "0"},
		}
	}
	m.SetPages("/v1/files/quotas/status/", "quotas", rows, 4)
}
