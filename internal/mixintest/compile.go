// Package mixintest compiles the monitoring mixin in docs/mixin and checks what comes of it. It is a module of its own, so that
// what it needs (jsonnet, Grafana's schema, Prometheus's parser) is no dependency of the exporter.
package mixintest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"

	"github.com/google/go-jsonnet"
)

// Mixin is the compiled mixin.
type Mixin struct {
	Dashboards map[string]any `json:"dashboards"` // by file name
	Alerts     any            `json:"alerts"`
	Rules      any            `json:"rules"`
}

// Compile evaluates the mixin in the directory. The overrides are jsonnet, such as `{ _config+:: { qumulo+: {…} } }`; "" means none.
func Compile(dir, overrides string) (*Mixin, error) {
	if overrides == "" {
		overrides = "{}"
	}
	vm := jsonnet.MakeVM()
	vm.Importer(&jsonnet.FileImporter{JPaths: []string{dir}})
	out, err := vm.EvaluateAnonymousSnippet(filepath.Join(dir, "compiled"), fmt.Sprintf(`
		local mixin = (import 'mixin.libsonnet') + (%s);
		{ dashboards: mixin.grafanaDashboards, alerts: mixin.prometheusAlerts, rules: mixin.prometheusRules }`, overrides))
	if err != nil {
		return nil, fmt.Errorf("compile the mixin in %s: %w", dir, err)
	}
	m := &Mixin{}
	decoder := json.NewDecoder(bytes.NewReader([]byte(out)))
	decoder.UseNumber() // a number stays as jsonnet wrote it
	if err := decoder.Decode(m); err != nil {
		return nil, fmt.Errorf("read the compiled mixin: %w", err)
	}
	return m, nil
}

// Files returns what is committed, by path relative to the mixin's directory.
func (m *Mixin) Files() (map[string][]byte, error) {
	files := map[string][]byte{}
	for path, groups := range map[string]any{"alerts.yaml": m.Alerts, "rules.yaml": m.Rules} {
		text, err := ruleFile(groups)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		files[path] = text
	}
	for name, d := range m.Dashboards {
		text, err := indent(d)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[filepath.Join("dashboards", name)] = text
	}
	return files, nil
}

// indent writes JSON for people to read: keys sorted, `<` and `&` as they are.
func indent(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
