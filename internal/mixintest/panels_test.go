package mixintest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// panelTypes are those of Grafana 11 that we have seen drawn.
var panelTypes = []string{"bargauge", "stat", "table", "text", "timeseries"}

// Each panel says what it means and when to worry, and how its values are read.
func TestPanels(t *testing.T) {
	eachPanel(t, func(t *testing.T, _ dashboard, p panel) {
		t.Helper()
		if !slices.Contains(panelTypes, p.Type) {
			t.Errorf("no panel is a %s", p.Type)
		}
		if p.Title == "" || strings.HasSuffix(p.Title, ".") {
			t.Errorf("the title is %q", p.Title)
		}
		if !strings.HasSuffix(p.Description, ".") || len(p.Description) < 40 {
			t.Errorf("the description is too short or has no full stop at its end: %q", p.Description)
		}
		if p.Type == "text" {
			return
		}
		if p.Datasource != ours {
			t.Errorf("the data source is %v", p.Datasource)
		}
		if worry := regexp.MustCompile(`(?i)\bworry\b|look first|start with|for orientation`); !worry.MatchString(p.Description) {
			t.Errorf("the description does not say when to worry: %q", p.Description)
		}
		unit, _ := p.FieldConfig.Defaults["unit"].(string)
		if unit == "" && p.Type != "table" {
			t.Error("there is no unit")
		}
		if unit == "percentunit" && (!is(p.FieldConfig.Defaults["min"], 0) || !is(p.FieldConfig.Defaults["max"], 1)) {
			t.Errorf("a ratio goes from 0 to 1, not from %v to %v", p.FieldConfig.Defaults["min"], p.FieldConfig.Defaults["max"])
		}
		if p.Type == "table" && p.FieldConfig.Defaults["noValue"] == nil {
			t.Error("an empty table does not say what that means")
		}
	})
}

func is(v any, want float64) bool {
	f, ok := v.(float64)
	return ok && f == want
}

// Every query has a selector of job and instance (or of the exporter's own page), and what is a counter has a rate.
func TestTargets(t *testing.T) {
	selector := regexp.MustCompile(`\{[^{}]*(job=~"\$job\|?", instance=~"\$instance\|?"|instance=~"\$exporter")\}`)
	metric := regexp.MustCompile(`\b(ALERTS|(?:instance\w*:)?qumulo_\w+(?::\w+)?|process_\w+)\b`)
	counter := regexp.MustCompile(`\b\w+(?:_total|_bucket|_sum|_count)\{`)
	rated := regexp.MustCompile(`\b(?:rate|increase)\(\w+\{`)
	window := regexp.MustCompile(`\[([^\]]*)\]`)
	eachPanel(t, func(t *testing.T, _ dashboard, p panel) {
		t.Helper()
		if p.Type != "text" && len(p.Targets) == 0 {
			t.Error("there is no query")
		}
		for _, target := range p.Targets {
			if names, selectors := len(metric.FindAllString(target.Expr, -1)), len(selector.FindAllString(target.Expr, -1)); names != selectors {
				t.Errorf("%d metrics, %d selectors of the variables: %s", names, selectors, target.Expr)
			}
			if c, r := len(counter.FindAllString(target.Expr, -1)), len(rated.FindAllString(target.Expr, -1)); c > r && !strings.Contains(target.Expr, "count by") {
				t.Errorf("%d counters, %d rates: %s", c, r, target.Expr)
			}
			for _, w := range window.FindAllStringSubmatch(target.Expr, -1) {
				if strings.Contains(target.Expr, "rate(") && w[1] != "$__rate_interval" {
					t.Errorf("the window of a rate is %s: %s", w[1], target.Expr)
				}
			}
			if target.Instant == target.Range || (p.Type == "table") != (target.Format == "table") {
				t.Errorf("target %s: instant %v, range %v, format %q", target.RefID, target.Instant, target.Range, target.Format)
			}
			if p.Type == "timeseries" && target.LegendFormat == "__auto" {
				t.Errorf("target %s has no legend", target.RefID)
			}
		}
	})
}

// The unit of a panel is that of its metric.
func TestUnits(t *testing.T) {
	units := []struct {
		metric *regexp.Regexp
		units  []string
	}{
		{regexp.MustCompile(`^[^(]*\bqumulo_\w+_bytes\{[^{}]*\}$`), []string{"bytes", "decbytes"}},
		{regexp.MustCompile(`^rate\(\w+_bytes_total\{`), []string{"Bps"}},
		{regexp.MustCompile(`^[^(]*\bqumulo_\w+_ratio\{[^{}]*\}$`), []string{"percentunit"}},
		{regexp.MustCompile(`^[^(]*\bqumulo_\w+_seconds\{[^{}]*\}$`), []string{"s"}},
		{regexp.MustCompile(`^[^(]*\bqumulo_\w+_celsius\{[^{}]*\}$`), []string{"celsius"}},
		{regexp.MustCompile(`^[^(]*\bqumulo_\w+_rpm\{[^{}]*\}$`), []string{"rotrpm"}},
	}
	outer := regexp.MustCompile(`^(?:sort|sort_desc|(?:sum|max|min|avg)(?: by \([^)]*\))?|topk\(\w+,)\s*\(?(.*?)\)*$`)
	eachPanel(t, func(t *testing.T, _ dashboard, p panel) {
		t.Helper()
		unit, _ := p.FieldConfig.Defaults["unit"].(string)
		for _, target := range p.Targets {
			if target.Format == "table" {
				continue
			}
			expr := target.Expr
			for m := outer.FindStringSubmatch(expr); m != nil && m[1] != expr; m = outer.FindStringSubmatch(expr) {
				expr = m[1]
			}
			for _, u := range units {
				if u.metric.MatchString(expr) && !slices.Contains(u.units, unit) {
					t.Errorf("the unit is %q: %s", unit, expr)
				}
			}
		}
	})
}
