package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kingpin/v2"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

var update = flag.Bool("update", false, "write the generated documents again")

// TestGeneratedParts compares the generated parts of the documents with the code.
func TestGeneratedParts(t *testing.T) {
	for _, part := range []struct{ file, name, text string }{
		{"docs/privileges.md", "privileges", privileges()},
		{"docs/privileges.md", "collectors", collectorTable()},
		{"docs/flags.md", "flags", flagTable(t)},
	} {
		path := filepath.FromSlash(part.file)
		begin, end := "<!-- BEGIN generated: "+part.name+" -->\n", "<!-- END generated: "+part.name+" -->"
		before, rest, found := strings.Cut(testutil.ReadFile(t, path), begin)
		_, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			t.Fatalf("%s: no markers around the %s", part.file, part.name)
		}
		testutil.Generated(t, path, before+begin+part.text+end+after, *update)
	}
}

// TestMetricsPage compares docs/metrics.md, all of it generated, with the code.
func TestMetricsPage(t *testing.T) {
	testutil.Generated(t, filepath.Join("docs", "metrics.md"), metricsPage(t), *update)
}

func allMetrics() []*collector.Metric {
	all := scrape.OutcomeMetrics()
	for _, c := range collector.All() {
		all = append(all, c.Metrics...)
	}
	return all
}

// privileges is the command that picks what the collectors on by default need.
func privileges() string {
	var on []string
	for _, c := range collector.All() {
		if c.Enabled {
			on = append(on, c.Name)
		}
	}
	return "```\n" + listPrivileges(on) + "```\n"
}

func collectorTable() string {
	t := table("collector", "what", "on by default", "privileges")
	for _, c := range collector.All() {
		t.row(fmt.Sprintf("[`%s`](metrics.md#%s)", c.Name, c.Name), c.Help, yes(c.Enabled), code(c.Privileges()...))
	}
	return t.String()
}

// flagTable leaves --web.systemd-socket out: it is there on Linux only.
func flagTable(t *testing.T) string {
	t.Helper()
	rows := table("flag", "default", "environment variable", "what")
	ofCollectors := false
	for _, f := range flagModels(t) {
		switch {
		case f.Hidden, f.Name == "web.systemd-socket":
		case strings.HasPrefix(f.Name, "collector."):
			if !ofCollectors {
				rows.row(code("--[no-]collector.NAME"), "see [metrics.md](metrics.md)", code("QUMULO_EXPORTER_COLLECTOR_NAME"), "Enable the collector NAME.")
				rows.row(code("--collector.NAME.interval"), "see [metrics.md](metrics.md)", code("QUMULO_EXPORTER_COLLECTOR_NAME_INTERVAL"),
					"Minimum interval between reads of NAME; cached values are served in between. 0s: each scrape reads.")
				rows.row(code("--collector.NAME.OPTION"), "see [metrics.md](metrics.md)", code("QUMULO_EXPORTER_COLLECTOR_NAME_OPTION"),
					"An option of the collector NAME alone. One that is given turns the collector on.")
			}
			ofCollectors = true
		case f.Name == "help", f.Name == "version":
			rows.row(flagName(f), "", "", f.Help)
		default:
			rows.row(flagName(f), code(strings.Join(f.Default, " ")), code(f.Envar), f.Help)
		}
	}
	return rows.String()
}

func flagModels(t *testing.T) []*kingpin.FlagModel {
	t.Helper()
	app := newApp(&options{}, io.Discard, io.Discard)
	// Parsing gives the flags the names of their environment variables.
	if _, err := app.Parse(nil); err != nil {
		t.Fatal(err)
	}
	return app.Model().Flags
}

func flagName(f *kingpin.FlagModel) string {
	name := "--" + f.Name
	if f.IsBoolFlag() && slices.Equal(f.Default, []string{"true"}) {
		name = "--[no-]" + f.Name
	}
	if f.Short != 0 {
		name = "-" + string(f.Short) + "`, `" + name
	}
	return code(name)
}

const metricsIntro = `# Metrics

<!-- Generated from the code by "make docs": this page is not written by hand. -->

Every metric is a gauge unless its type says otherwise. Sizes are in bytes, durations in seconds, times in Unix seconds.

* What the cluster does not say has no series. It is never shown as 0.
* A *state-set* has one series for each word of its last label and one for ` + "`unknown`" + `. The series of the present state is 1, the others are 0.
* Metrics that end in ` + "`_info`" + ` are always 1: their labels tell what something is. The others carry ids only. To have the names too, join them:

      qumulo_node_capacity_bytes * on (instance, node_id) group_left (node_name) qumulo_cluster_node_info

The last two columns name the dashboards and the alerts of the [mixin](mixin) that use the metric, also by way of a recorded series.

`

func metricsPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	used := mixinUsers(t)
	b.WriteString(metricsIntro)
	b.WriteString("## The scrape itself\n\n")
	b.WriteString("What came of the scrape, and of each collector in it. `qumulo_up` is in every answer.\n\n" + metricTable(scrape.OutcomeMetrics(), used))
	for _, c := range collector.All() {
		fmt.Fprintf(&b, "\n## %s\n\n%s %s\n\n%s\n%s", c.Name, c.Help, onOrOff(c), collectorFacts(c), metricTable(c.Metrics, used))
		if c.Name == "native" {
			b.WriteString(nativeIntro + nativeTable(t, used))
		}
	}
	b.WriteString("\n## Privileges of all collectors\n\nThese are the privileges for all collectors, those too that are off by default. `--print-role` prints the " +
		"commands\nfor the collectors that are on by the other flags or the file.\n\n```\n" + listPrivileges(collector.Names()) + "```\n")
	b.WriteString("\n## The exporter's own\n\n")
	b.WriteString("Besides these, `go_*` and `process_*` tell of the Go runtime and of the exporter's process: memory, CPU time, open files.\n" +
		"`--no-web.exporter-metrics` leaves those two families out.\n\n" + ownTable(t, used))
	return b.String()
}

func onOrOff(c collector.Collector) string {
	if c.Enabled {
		return "On by default: `--no-collector." + c.Name + "` turns it off."
	}
	return "Off by default: `--collector." + c.Name + "` turns it on."
}

// collectorFacts is the list of what a collector asks for, needs and costs.
func collectorFacts(c collector.Collector) string {
	var endpoints []string
	public := true
	for _, e := range c.Endpoints {
		endpoint := code(e.Path)
		if e.Since != "" {
			endpoint += " (since " + e.Since + ")"
		}
		endpoints = append(endpoints, endpoint)
		public = public && e.Public
	}
	privileges := "none"
	switch {
	case len(c.Privileges()) > 0:
		privileges = code(c.Privileges()...)
	case public:
		privileges = "none: these endpoints need no token"
	}
	read := "at each scrape"
	if c.Interval > 0 {
		read = "every " + model.Duration(c.Interval).String() + " at most; cached values are served in between"
	}
	return fmt.Sprintf("* Endpoints: %s\n* Privileges: %s\n* Read: %s (`--collector.%s.interval`)\n* Cost grows with: %s\n%s* Example: `%s`\n",
		strings.Join(endpoints, ", "), privileges, read, c.Name, c.Cost, optionFacts(c), c.Query)
}

// optionFacts lists the options of a collector's own.
func optionFacts(c collector.Collector) string {
	if c.Options == nil {
		return ""
	}
	var b strings.Builder
	options := reflect.ValueOf(c.Options()).Elem()
	for _, f := range reflect.VisibleFields(options.Type()) {
		key := f.Tag.Get("yaml")
		value := "none by default"
		if field := options.FieldByIndex(f.Index); !field.IsZero() {
			value = fmt.Sprintf("default `%v`", field)
		}
		fmt.Fprintf(&b, "* Option `%s` (`--collector.%s.%s`; %s): %s\n", key, c.Name, cmp.Or(f.Tag.Get("flag"), key), value, f.Tag.Get("doc"))
	}
	return b.String()
}

func metricTable(metrics []*collector.Metric, used map[string]users) string {
	t := table("name", "type", "labels", "help", "dashboards", "alerts")
	for _, m := range metrics {
		kind := "gauge"
		if strings.HasSuffix(m.Name, "_total") {
			kind = "counter"
		}
		help := m.Help
		if len(m.States) > 0 {
			kind = "state-set"
			help += " Words of " + code(m.Labels[len(m.Labels)-1]) + ": " + code(append(slices.Clone(m.States), "unknown")...) + "."
			if m.Idle != "" {
				help += " All are 0 while it is " + code(m.Idle) + "."
			}
		}
		t.row(append([]string{code(m.Name), kind, code(m.Labels...), help}, used[m.Name].cells()...)...)
	}
	return t.String()
}

func ownTable(t *testing.T, used map[string]users) string {
	t.Helper()
	rows := table("name", "type", "labels", "help", "dashboards", "alerts")
	for _, f := range ownFamilies(t) {
		var labels []string
		for _, l := range f.Metric[0].Label {
			labels = append(labels, l.GetName())
		}
		row := []string{code(f.GetName()), strings.ToLower(f.GetType().String()), code(labels...), f.GetHelp()}
		rows.row(append(row, used[f.GetName()].cells()...)...)
	}
	return rows.String()
}

// ownFamilies are the exporter's own metrics, without those of runtime and process.
func ownFamilies(t *testing.T) []*dto.MetricFamily {
	t.Helper()
	families, err := ownMetrics(scrapedOnce(t), false).Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// scrapedOnce returns the exporter's metrics after a scrape of a simulated cluster
// with a username and a password: all of them have series then.
func scrapedOnce(t *testing.T) *scrape.Exporter {
	t.Helper()
	simulated := qumulotest.NewServer(qumulotest.OnPremises())
	t.Cleanup(simulated.Close)
	dir := t.TempDir()
	o := parseFlags([]string{
		"--qumulo.url=" + simulated.URL(), "--qumulo.ca-file=" + testutil.WriteFile(t, filepath.Join(dir, "ca.pem"), string(simulated.CAPEM())),
		"--qumulo.username=" + qumulotest.DefaultUser,
		"--qumulo.password-file=" + testutil.WriteFile(t, filepath.Join(dir, "password"), qumulotest.DefaultPassword),
	}, io.Discard, io.Discard)
	files := config.NewFiles(slog.New(slog.DiscardHandler))
	cfg, errs := o.load(files)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	own := scrape.NewExporter()
	clusters := fleet.New(fleet.Options{Own: own, Logger: slog.New(slog.DiscardHandler)})
	t.Cleanup(clusters.Close)
	if err := clusters.Apply(cfg); err != nil {
		t.Fatal(err)
	}
	cluster, release, _ := clusters.Only()
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cluster.Scrape(ctx, cluster.On())
	if status := cluster.Status(); !status.Up {
		t.Fatal(status.Reason)
	}
	return own
}

// rows is a table in Markdown.
type rows struct{ strings.Builder }

func table(columns ...string) *rows {
	r := &rows{}
	r.row(columns...)
	r.WriteString(strings.Repeat("|---", len(columns)) + "|\n")
	return r
}

func (r *rows) row(cells ...string) {
	for _, cell := range cells {
		r.WriteString("| " + strings.ReplaceAll(strings.Join(strings.Fields(cell), " "), "|", `\|`) + " ")
	}
	r.WriteString("|\n")
}

// code marks words as code; none and "" stay empty.
func code(words ...string) string {
	if strings.Join(words, "") == "" {
		return ""
	}
	return "`" + strings.Join(words, "`, `") + "`"
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// TestOpenMetricsNames: the page that everybody gets, with the metrics of the process, has no name twice in OpenMetrics.
func TestOpenMetricsNames(t *testing.T) {
	families, err := ownMetrics(scrapedOnce(t), true).Gather()
	if err != nil || !slices.ContainsFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == "go_memstats_alloc_bytes_total" }) {
		t.Fatalf("%d families: %v", len(families), err)
	}
	testutil.NoCollision(t, families)
}

// TestStateSetIsExplained: the words of a state-set are in the documents, and when it has no series at 1.
func TestStateSetIsExplained(t *testing.T) {
	m := &collector.Metric{Name: "qumulo_x", Help: "X.", Labels: []string{"id", "state"}, States: []string{"on"}, Idle: "off"}
	const want = "| `qumulo_x` | state-set | `id`, `state` | X. Words of `state`: `on`, `unknown`. All are 0 while it is `off`. | Fleet; Nodes | [QumuloX](runbooks.md#qumulox) |\n"
	used := map[string]users{"qumulo_x": {dashboards: []string{"Fleet", "Nodes"}, alerts: []string{"QumuloX"}}}
	if got := metricTable([]*collector.Metric{m}, used); !strings.HasSuffix(got, want) {
		t.Errorf("the table is\n%s", got)
	}
}
