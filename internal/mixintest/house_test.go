package mixintest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// maxBytes is what a ConfigMap may hold for `kubectl apply`, less a margin.
const maxBytes = 250_000

// What holds for each dashboard as a whole.
func TestDashboards(t *testing.T) {
	uids := map[string]string{}
	for _, d := range dashboards(t) {
		if other, taken := uids[d.UID]; taken {
			t.Errorf("%s has the uid of %s", d.file, other)
		}
		uids[d.UID] = d.file
		if d.UID+".json" != d.file || len(d.UID) > 40 {
			t.Errorf("%s: the uid is %s: it must be the file's name, and 40 characters at most", d.file, d.UID)
		}
		if len(d.raw) > maxBytes {
			t.Errorf("%s has %d bytes, more than %d", d.file, len(d.raw), maxBytes)
		}
		if d.SchemaVersion < 39 || d.SchemaVersion > 41 {
			t.Errorf("%s: schemaVersion %d: Grafana 11 reads 39 to 41", d.file, d.SchemaVersion)
		}
		if d.Editable || d.Refresh == "" || !strings.HasPrefix(d.Title, "Qumulo / ") {
			t.Errorf("%s: editable %v, refresh %q, title %q", d.file, d.Editable, d.Refresh, d.Title)
		}
		if !strings.HasSuffix(d.Description, ".") {
			t.Errorf("%s: the description does not end with a full stop", d.file)
		}
		if len(d.Links) == 0 {
			t.Errorf("%s has no links to the other dashboards", d.file)
		}
		checkIDs(t, d)
	}
	for _, d := range dashboards(t) {
		for _, m := range regexp.MustCompile(`"/d/([\w-]+)`).FindAllSubmatch(d.raw, -1) {
			if uids[string(m[1])] == "" {
				t.Errorf("%s has a link to %s, which there is not", d.file, m[1])
			}
		}
	}
}

// checkIDs checks that ids are unique and that no panel lies on another one or beyond the 24 columns.
func checkIDs(t *testing.T, d dashboard) {
	t.Helper()
	ids := map[int]string{}
	place := map[[2]int]string{}
	for _, p := range append(d.all(), rowsOf(d)...) {
		if other, taken := ids[p.ID]; taken || p.ID < 1 {
			t.Errorf("%s: %q has the id %d of %q", d.file, p.Title, p.ID, other)
		}
		ids[p.ID] = p.Title
		if p.GridPos.W < 1 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%s: %q is beyond the edge", d.file, p.Title)
		}
	}
	for _, p := range d.Panels {
		for x := range p.GridPos.W {
			for y := range p.GridPos.H {
				at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
				if other, taken := place[at]; taken {
					t.Fatalf("%s: %q lies on %q", d.file, p.Title, other)
				}
				place[at] = p.Title
			}
		}
	}
}

func rowsOf(d dashboard) []panel {
	return slices.DeleteFunc(slices.Clone(d.Panels), func(p panel) bool { return p.Type != "row" })
}

// A dashboard is imported as it is, into any Grafana with any Prometheus.
func TestVariables(t *testing.T) {
	for _, d := range dashboards(t) {
		var names []string
		for i, v := range d.Templating.List {
			names = append(names, v.Name)
			if v.Label == "" {
				t.Errorf("%s: $%s has no label", d.file, v.Name)
			}
			if used := strings.Count(string(d.raw), "$"+v.Name) + strings.Count(string(d.raw), "${"+v.Name); used == 0 {
				t.Errorf("%s: $%s is not used", d.file, v.Name)
			}
			if v.Type != "query" {
				continue
			}
			if v.Refresh != 2 || v.Sort != 1 || v.Datasource != ours {
				t.Errorf("%s: $%s: refresh %d, sort %d, data source %v", d.file, v.Name, v.Refresh, v.Sort, v.Datasource)
			}
			if v.IncludeAll && (!v.Multi || v.AllValue != ".+") {
				t.Errorf("%s: $%s: all, but multi %v and allValue %q", d.file, v.Name, v.Multi, v.AllValue)
			}
			if v.Name == "instance" && (v.Label != "Cluster" || names[i-1] != "job") {
				t.Errorf("%s: $instance has the label %q and follows $%s", d.file, v.Label, names[i-1])
			}
		}
		if !slices.Equal(names[:3], []string{"datasource", "job", "instance"}) {
			t.Errorf("%s: the variables are %v", d.file, names)
		}
		for _, a := range d.Annotations.List {
			if a.Datasource != ours {
				t.Errorf("%s: the annotation %s has the data source %v", d.file, a.Name, a.Datasource)
			}
		}
	}
}

// Labels of the user's own become variables, matchers and labels of aggregations.
func TestExtraLabels(t *testing.T) {
	m, err := Compile(mixinDir, `{ _config+:: { qumulo+: { extraLabels: ['site'] } } }`)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range read(t, m) {
		var found []string
		for _, v := range d.Templating.List[:4] {
			found = append(found, v.Name)
		}
		if want := []string{"datasource", "job", "site", "instance"}; !slices.Equal(found, want) {
			t.Errorf("%s: the variables are %v, want %v", d.file, found, want)
		}
		for _, p := range d.all() {
			for _, target := range p.Targets {
				if !regexp.MustCompile(`site=~"\$site\|?"`).MatchString(target.Expr) {
					t.Errorf("%s: %s does not look at $site: %s", d.file, p.Title, target.Expr)
				}
				if strings.Contains(target.Expr, "job, instance") {
					t.Errorf("%s: %s mixes sites: %s", d.file, p.Title, target.Expr)
				}
			}
		}
	}
}

// A selector of the user's own is in each query.
func TestSelector(t *testing.T) {
	m, err := Compile(mixinDir, `{ _config+:: { qumulo+: { selector: 'team="storage"' } } }`)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range read(t, m) {
		text, err := json.Marshal(m.Dashboards[d.file])
		if err != nil {
			t.Fatal(err)
		}
		for _, selector := range regexp.MustCompile(`\{[^{}]*=~\\"\$[^{}]*\}`).FindAll(text, -1) {
			if strings.HasPrefix(string(selector), `{alertstate=\"firing\"`) && strings.Contains(string(selector), "QumuloExporterDown") {
				continue // it has the label job only
			}
			if !strings.Contains(string(selector), `team=\"storage\"`) {
				t.Errorf("%s: a selector without the user's: %s", d.file, selector)
			}
		}
	}
}
