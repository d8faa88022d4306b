package harness_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
)

// sound is a page on which each collector that is on by default has succeeded.
func sound() string {
	var outcomes strings.Builder
	for _, c := range collector.All() {
		if c.Enabled {
			fmt.Fprintf(&outcomes, "qumulo_scrape_collector_success{collector=%q} 1\n", c.Name)
		}
	}
	return `# HELP qumulo_up Whether.
# TYPE qumulo_up gauge
qumulo_up 1
qumulo_node_capacity_bytes{node_id="2"} 2.5605032656896e+13
` + outcomes.String() + `qumulo_exporter_logins_total{result="success",target="a b"} 3
qumulo_exporter_logins_total{result="error",target="a b"} 1
`
}

func TestPage(t *testing.T) {
	whole, err := harness.ParsePage(sound())
	if err != nil {
		t.Fatal(err)
	}
	if n := whole.Sum("qumulo_exporter_logins_total"); n != 4 {
		t.Errorf("sum %v", n)
	}
	want := whole.Cluster()
	if len(want) != 1 || want[`qumulo_node_capacity_bytes{node_id="2"}`] != 25605032656896 {
		t.Errorf("the cluster's part: %v", want)
	}
	judge := func(p harness.Page) error { return errors.Join(p.Complete(), p.Like(want)) }
	if err := judge(whole); err != nil {
		t.Errorf("a complete page: %v", err)
	}
	for name, change := range map[string][2]string{
		"not up":            {"qumulo_up 1", "qumulo_up 0"},
		"a collector":       {`{collector="nodes"} 1`, `{collector="nodes"} 0`},
		"no outcome":        {`qumulo_scrape_collector_success{collector="nodes"} 1` + "\n", ""},
		"another value":     {"2.5605032656896e+13", "2.5605032656897e+13"},
		"a series less":     {`qumulo_node_capacity_bytes{node_id="2"} 2.5605032656896e+13` + "\n", ""},
		"a series more":     {"qumulo_up 1", "qumulo_up 1\nqumulo_node_capacity_bytes{node_id=\"3\"} 1"},
		"nothing on it all": {sound(), ""},
	} {
		p, err := harness.ParsePage(strings.Replace(sound(), change[0], change[1], 1))
		if err != nil {
			t.Fatal(err)
		}
		if judge(p) == nil {
			t.Errorf("%s: counts as complete", name)
		}
	}
	for _, text := range []string{"qumulo_up\n", "qumulo_up x\n", "<html>\n"} {
		if p, err := harness.ParsePage(text); err == nil {
			t.Errorf("%q is read as %v", text, p)
		}
	}
}
