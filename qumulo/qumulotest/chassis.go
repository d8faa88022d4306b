package qumulotest

import "fmt"

// chassis is a row of /v1/cluster/nodes/chassis/; without PSUs it is one of uid-lights.
type chassis struct {
	ID    int   `json:"id"`
	Light bool  `json:"light_visible"`
	PSUs  []psu `json:"psu_statuses"`
}

type psu struct {
	Location string `json:"location"`
	Name     string `json:"name"`
	State    string `json:"state"`
}

// chassisAnswers are the power supplies and lights. Nodes in the cloud have none of the first, and
// their lights are off.
func chassisAnswers(c cluster, m *Model) {
	rows := chassisOf(c)
	lights := make([]map[string]any, len(rows))
	for i, row := range rows {
		lights[i] = map[string]any{"id": row.ID, "light_visible": row.Light}
	}
	m.Set("/v1/cluster/nodes/chassis/", rows).Set("/v1/cluster/nodes/uid-lights/", lights)
}

func chassisOf(c cluster) []chassis {
	states := []string{"GOOD"}
	if c.busy {
		states = []string{"GOOD", "FAILED", "GOOD", "NO AC", "MISSING", "GOOD", "PREFAIL", "GOOD", "UNKNOWN", "GOOD"}
	}
	rows := make([]chassis, len(c.nodes))
	for i, n := range c.nodes {
		rows[i] = chassis{ID: n.ID, Light: c.busy && i == 2, PSUs: []psu{}}
		if c.platform == onPremises {
			for j, location := range []string{"right", "left"} {
				rows[i].PSUs = append(rows[i].PSUs, psu{
					Name: fmt.Sprintf("PSU%d", j+1), Location: location, State: states[(2*i+j)%len(states)],
				})
			}
		}
	}
	return rows
}
