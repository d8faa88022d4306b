package collector_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

func expectPSU(t *testing.T, m *qumulotest.Model, p testutil.Page) {
	t.Helper()
	for _, c := range list(t, m, chassisPath) {
		p[fmt.Sprintf(`qumulo_node_identify_light_on{node_id="%v"}`, c["id"])] = one(c["light_visible"])
		psus, _ := c["psu_statuses"].([]any)
		for _, element := range psus {
			s, _ := element.(map[string]any)
			for _, word := range []string{"good", "failed", "missing", "no_ac", "prefail", "unknown"} {
				p[fmt.Sprintf(`qumulo_psu_status{node_id="%v",psu="%v",location="%v",status="%s"}`, c["id"], s["name"], s["location"], word)] = one(strings.ToLower(fmt.Sprint(s["state"])) == word)
			}
		}
	}
}

// one is the value of a yes or no.
func one(v any) float64 {
	if yes, _ := v.(bool); yes {
		return 1
	}
	return 0
}
