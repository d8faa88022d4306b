package mixintest

import (
	"encoding/json"
	"testing"
)

// dashboard is what the checks read of a compiled dashboard.
type dashboard struct {
	file string // its name
	raw  []byte

	UID, Title, Description, Refresh string
	SchemaVersion                    int
	Editable                         bool
	Panels                           []panel
	Links                            []struct{ Type, URL string }
	Templating                       struct{ List []variable }
	Annotations                      struct {
		List []struct {
			Name, TitleFormat, TextFormat string
			Datasource                    datasource
			Target                        target
		}
	}
}

type datasource struct{ Type, UID string }

type variable struct {
	Name, Type, Label, AllValue string
	Refresh, Sort               int
	Multi, IncludeAll           bool
	Datasource                  datasource
	Query                       json.RawMessage
}

type panel struct {
	ID                       int
	Type, Title, Description string
	Collapsed                bool
	Datasource               datasource
	GridPos                  struct{ X, Y, W, H int }
	Targets                  []target
	Panels                   []panel // of a collapsed row
	FieldConfig              struct {
		Defaults  map[string]any
		Overrides []struct {
			Matcher    struct{ ID, Options string }
			Properties []property
		}
	}
}

type property struct {
	ID    string
	Value any
}

type target struct {
	RefID, Expr, LegendFormat, Format string
	Instant, Range                    bool
	Datasource                        datasource
}

// dashboards are those of the default configuration.
func dashboards(t *testing.T) []dashboard {
	t.Helper()
	return read(t, compiled(t))
}

func read(t *testing.T, m *Mixin) []dashboard {
	t.Helper()
	all := make([]dashboard, 0, len(m.Dashboards))
	for file, content := range m.Dashboards {
		raw, err := indent(content)
		if err != nil {
			t.Fatal(err)
		}
		d := dashboard{file: file, raw: raw}
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, d)
	}
	if len(all) == 0 {
		t.Fatal("there are no dashboards")
	}
	return all
}

// all returns the panels, those in collapsed rows too, without the rows.
func (d dashboard) all() []panel {
	var all []panel
	for _, p := range d.Panels {
		if p.Type == "row" {
			all = append(all, p.Panels...)
			continue
		}
		all = append(all, p)
	}
	return all
}

// eachPanel runs check for each panel as a subtest of its own.
func eachPanel(t *testing.T, check func(t *testing.T, d dashboard, p panel)) {
	t.Helper()
	for _, d := range dashboards(t) {
		for _, p := range d.all() {
			t.Run(d.file+"/"+p.Title, func(t *testing.T) { check(t, d, p) })
		}
	}
}
