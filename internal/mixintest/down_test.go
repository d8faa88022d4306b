package mixintest

import (
	"slices"
	"strings"
	"testing"
)

// queriesOf returns the first query of each panel of this type on a dashboard, by the panel's title.
func queriesOf(t *testing.T, file, kind string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, d := range dashboards(t) {
		if d.file != file {
			continue
		}
		for _, p := range d.all() {
			if p.Type == kind {
				all[p.Title] = p.Targets[0].Expr
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s has no %s", file, kind)
	}
	return all
}

// While the exporter is down nothing is known of the clusters: no figure says that nothing is wrong.
func TestWhatIsWrongWhileTheExporterIsDown(t *testing.T) {
	t.Parallel()
	input := pageSeries(t, wellPage, func(_, value string) string { return value + "x20 stale" })
	input[len(input)-1].Values = "1x20 0x40" // up
	down := map[string]float64{"Exporter down": 1, "Critical alerts": 1}
	var tests []queryTest
	for title, expr := range queriesOf(t, "qumulo-problems.json", "stat") {
		var then []sample
		if value, is := down[title]; is {
			then = []sample{{"{}", value}}
			delete(down, title)
		}
		tests = append(tests, queryTest{plain(expr), "20m", []sample{{"{}", 0}}}, queryTest{plain(expr), "50m", then})
	}
	if len(down) > 0 {
		t.Errorf("there is no figure of %v", down)
	}
	for _, file := range []string{"qumulo-problems.json", "qumulo-fleet.json"} {
		table := plain(queriesOf(t, file, "table")["Firing alerts"])
		tests = append(tests, queryTest{table, "20m", nil}, queryTest{table, "50m", []sample{{`{alertname="QumuloExporterDown", job="qumulo"}`, 3}}})
	}
	figure := plain(queriesOf(t, "qumulo-fleet.json", "stat")["Firing alerts"])
	tests = append(tests, queryTest{figure, "20m", []sample{{"{}", 0}}}, queryTest{figure, "50m", []sample{{"{}", 1}}})
	queryTests(t, input, tests)
}

// Of the alerts of targets, those are shown that are of the jobs and clusters that are chosen, or of no cluster.
func TestAlertsOfTargetsAreChosen(t *testing.T) {
	t.Parallel()
	firing := func(labels string) series {
		return series{`ALERTS{alertstate="firing", severity="critical", ` + labels + `}`, "1x5"}
	}
	input := []series{
		firing(`alertname="QumuloExporterDown", job="qumulo"`),
		firing(`alertname="QumuloExporterDown", job="other"`),
		firing(`alertname="QumuloTargetDown", job="qumulo", instance="paris"`),
		firing(`alertname="QumuloTargetDown", job="qumulo", instance="oslo"`),
		firing(`alertname="QumuloNodeOffline", job="qumulo", instance="oslo"`),
		firing(`alertname="SomethingElse", job="qumulo"`),
	}
	queries := queriesOf(t, "qumulo-problems.json", "stat")
	titles := []string{"Critical alerts", "Warnings"}
	var tests []queryTest
	for title, expr := range queries {
		if !slices.Contains(titles, title) {
			continue
		}
		paris := strings.NewReplacer("$job", "qumulo", "$instance", "paris").Replace(expr)
		all := plain(expr)
		if title == "Warnings" {
			tests = append(tests, queryTest{all, "5m", nil}, queryTest{paris, "5m", nil})
			continue
		}
		tests = append(tests, queryTest{all, "5m", []sample{{"{}", 5}}}, queryTest{paris, "5m", []sample{{"{}", 2}}})
	}
	if len(tests) != 2*len(titles) {
		t.Fatalf("there are no figures %q", titles)
	}
	queryTests(t, input, tests)
}
