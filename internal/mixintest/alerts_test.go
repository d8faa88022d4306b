package mixintest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

type alert struct {
	Alert, Expr, For    string
	KeepFiringFor       string `json:"keep_firing_for"`
	Labels, Annotations map[string]string
}

type group struct {
	Name, Interval string
	Rules          []alert
}

func groupsOf(t *testing.T, file any) []group {
	t.Helper()
	raw, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	var read struct{ Groups []group }
	if err := json.Unmarshal(raw, &read); err != nil {
		t.Fatal(err)
	}
	return read.Groups
}

func alerts(t *testing.T) []alert {
	t.Helper()
	var all []alert
	for _, g := range groupsOf(t, compiled(t).Alerts) {
		all = append(all, g.Rules...)
	}
	return all
}

func alertNames(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, a := range alerts(t) {
		names = append(names, a.Alert)
	}
	return names
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := model.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(d)
}

// One alertname per severity: Alertmanager's usual inhibition mutes a warning as soon as a critical alert of its name fires,
// whatever the cluster.
func TestAlertNamesHaveOneSeverity(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range alerts(t) {
		if seen[a.Alert] {
			t.Errorf("%s is there twice", a.Alert)
		}
		seen[a.Alert] = true
		if !strings.HasPrefix(a.Alert, "Qumulo") {
			t.Errorf("%s does not begin with Qumulo, and may be somebody else's", a.Alert)
		}
		if s := a.Labels["severity"]; !slices.Contains([]string{"info", "warning", "critical"}, s) {
			t.Errorf("%s has the severity %q", a.Alert, s)
		}
	}
}

// Whoever is woken sees the summary first: it names the cluster.
func TestAlertsSayWhatIsWrong(t *testing.T) {
	for _, a := range alerts(t) {
		names := "$labels.instance"
		if a.Alert == "QumuloExporterDown" { // one for all clusters of a job
			names = "$labels.job"
		}
		for _, key := range []string{"summary", "description"} {
			if !strings.Contains(a.Annotations[key], names) {
				t.Errorf("%s: the %s does not name {{ %s }}: %q", a.Alert, key, names, a.Annotations[key])
			}
		}
		if strings.HasSuffix(a.Annotations["summary"], ".") {
			t.Errorf("%s: the summary is a title and ends without a full stop", a.Alert)
		}
		if !strings.HasSuffix(a.Annotations["description"], ".") {
			t.Errorf("%s: the description consists of sentences: %q", a.Alert, a.Annotations["description"])
		}
		for key := range a.Annotations {
			if !slices.Contains([]string{"summary", "description", "runbook_url"}, key) {
				t.Errorf("%s has an annotation %s", a.Alert, key)
			}
		}
	}
}

// scrapeInterval is what Prometheus does without a word.
const scrapeInterval = time.Minute

// One failed or late read must not decide: `for` spans two reads of whatever the alert reads, through recording rules too.
func TestForSpansTwoReads(t *testing.T) {
	every := map[string]time.Duration{}
	for _, c := range collector.All() {
		for _, m := range c.Metrics {
			every[m.Name] = max(c.Interval, scrapeInterval)
		}
	}
	slowest := func(q query) (longest time.Duration, because string) {
		longest = scrapeInterval
		parser.Inspect(parse(t, q), func(n parser.Node, _ []parser.Node) error {
			if s, ok := n.(*parser.VectorSelector); ok && every[s.Name] > longest {
				longest, because = every[s.Name], s.Name
			}
			return nil
		})
		return longest, because
	}
	for _, q := range ruleQueries(t) {
		if name, recorded := strings.CutPrefix(q.where, "rule "); recorded && !strings.HasPrefix(name, "Qumulo") {
			every[name], _ = slowest(q)
		}
	}
	for _, a := range alerts(t) {
		longest, because := slowest(query{where: a.Alert, expr: a.Expr})
		if after := duration(t, a.For); after < 2*longest {
			t.Errorf("%s: for %s, but %s is read every %s only", a.Alert, after, because, longest)
		}
	}
}

// A user's selector must reach every series, and no other than ours may be in a rule but `up`.
func TestSelectorReachesAllRules(t *testing.T) {
	m, err := Compile(mixinDir, `{ _config+:: { qumulo+: { selector: 'team="storage"', upSelector: 'team="storage"' } } }`)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []any{m.Rules, m.Alerts} {
		for _, g := range groupsOf(t, file) {
			for _, r := range g.Rules {
				parser.Inspect(parse(t, query{where: g.Name, expr: r.Expr}), func(n parser.Node, _ []parser.Node) error {
					s, ok := n.(*parser.VectorSelector)
					if ok && !strings.Contains(s.String(), `team="storage"`) {
						t.Errorf("%s: the selector of the configuration does not reach %s in %s", g.Name, s, r.Expr)
					}
					return nil
				})
			}
		}
	}
}

// A group whose interval is longer than Prometheus looks back leaves gaps in what it records.
func TestIntervalsOfGroups(t *testing.T) {
	m := compiled(t)
	for _, g := range append(groupsOf(t, m.Rules), groupsOf(t, m.Alerts)...) {
		if g.Interval != "" && duration(t, g.Interval) >= 5*time.Minute {
			t.Errorf("%s is evaluated every %s only", g.Name, g.Interval)
		}
	}
}
