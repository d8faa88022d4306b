package mixintest

import (
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	schema "github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Grafana's own schema finds misspelt options of panels, fields and variables, which Grafana itself passes over in silence.
func TestDashboardsFollowTheSchema(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	for _, d := range dashboards(t) {
		var decoded schema.Dashboard //nolint:staticcheck // its successor can't be read by Grafana 11
		// Its error is a list, and an empty one means none.
		if err := decoded.UnmarshalJSONStrict(d.raw); err != nil && err.Error() != "" {
			t.Errorf("%s: %v", d.file, err)
			continue
		}
		if err := decoded.Validate(); err != nil {
			t.Errorf("%s: %v", d.file, err)
		}
	}
}

// fieldDefaults are the keys directly under fieldConfig.defaults, which the schema's decoder does not check.
var fieldDefaults = []string{
	"color", "custom", "decimals", "description", "displayName", "fieldMinMax", "filterable", "links", "mappings", "max", "min", "noValue", "thresholds", "unit",
}

// fieldProperties are what an override may set, besides what a kind of panel has of its own (custom.…).
var fieldProperties = []string{"color", "decimals", "displayName", "links", "mappings", "max", "min", "noValue", "thresholds", "unit"}

// customFields are the parts of custom.… that we use: a misspelt one is passed over in silence.
var customFields = []string{"custom.align", "custom.cellOptions", "custom.width", "custom.lineStyle", "custom.fillOpacity", "custom.lineWidth", "custom.stacking"}

// What the schema's decoder does not see.
func TestFieldOptionsExist(t *testing.T) {
	eachPanel(t, func(t *testing.T, _ dashboard, p panel) {
		t.Helper()
		for key := range p.FieldConfig.Defaults {
			if !slices.Contains(fieldDefaults, key) {
				t.Errorf("fieldConfig.defaults has no %q", key)
			}
		}
		for _, o := range p.FieldConfig.Overrides {
			for _, property := range o.Properties {
				if known := slices.Contains(fieldProperties, property.ID); !known && !slices.Contains(customFields, property.ID) {
					t.Errorf("the override of %s sets %q, which there is not", o.Matcher.Options, property.ID)
				}
				if strings.HasPrefix(property.ID, "custom.cell") && p.Type != "table" {
					t.Errorf("the override of %s is for tables", o.Matcher.Options)
				}
			}
		}
		for _, target := range p.Targets {
			if target.Datasource != ours {
				t.Errorf("target %s has the data source %+v", target.RefID, target.Datasource)
			}
		}
	})
}

// ours is the one data source of everything: the variable.
var ours = datasource{Type: "prometheus", UID: "${datasource}"}
