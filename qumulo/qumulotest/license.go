package qumulotest

// license is that of the cluster: the cloud has one, racks need none, and that of a busy cluster has expired.
func license(c cluster, m *Model) {
	state := "LICENSE_STATE_NONE"
	switch {
	case c.busy:
		state = "LICENSE_STATE_EXPIRED"
	case c.platform != onPremises:
		state = "LICENSE_STATE_ACTIVE"
	}
	m.Set("/v1/license/status", map[string]any{"state": state, "license": struct{}{}})
}
