package qumulotest

import (
	"maps"
	"net/url"
	"time"
)

// busyOffset is how far the clock of a busy cluster is ahead.
const busyOffset = 1500 * time.Millisecond

// nodeTime is a row of /v2/time/status.
type nodeTime struct {
	NodeID int    `json:"node_id"`
	Status string `json:"status"`
}

// timeStatus is the cluster's clock. The last node of a busy cluster does not synchronize its own.
func timeStatus(c cluster, m *Model) {
	nodes, offset := nodeTimes(c), time.Duration(0)
	status := nodes[len(nodes)-1].Status
	if c.busy {
		offset = busyOffset
	}
	ntp := map[string]any{"use_ad_for_primary": false, "ntp_servers": []string{"ntp1.example.com", "ntp2.example.com"}}
	m.SetFunc("/v1/time/status", func(now time.Time, _ url.Values) any {
		return map[string]any{"config": ntp, "status": status, "time": clockText(now.Add(offset))}
	})
	m.SetFunc("/v2/time/status", func(now time.Time, _ url.Values) any {
		config := maps.Clone(ntp)
		config["source"] = "API_TIME_SOURCE_NTP"
		return map[string]any{"config": config, "node_statuses": nodes, "time": clockText(now.Add(offset))}
	})
}

func nodeTimes(c cluster) []nodeTime {
	nodes := make([]nodeTime, len(c.nodes))
	for i, n := range c.nodes {
		nodes[i] = nodeTime{n.ID, "TIME_SYNCHRONIZING"}
	}
	if c.busy {
		nodes[len(nodes)-1].Status = "TIME_NOT_SYNCHRONIZING"
	}
	return nodes
}

// clockText is a time as the API writes it.
func clockText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
