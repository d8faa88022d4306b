// Package charttest renders the Helm chart in charts/ and checks what comes of it. It is a module of its own, so that what it needs
// (Helm, Kubernetes' types) is no dependency of the exporter.
package charttest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"
)

// What a release is called in the tests.
const (
	releaseName = "storage"
	namespace   = "monitoring"
	fullName    = releaseName + "-qumulo-exporter"
)

// rendered is the outcome of `helm template`: the notes, and each object as YAML.
type rendered struct {
	notes   string
	objects []object
}

type object struct {
	Kind     string
	Metadata struct {
		Name, Namespace string
		Labels          map[string]string
		Annotations     map[string]string
	}
	text []byte
}

// render does what `helm template` does with the values, the schema included.
func render(c *chart.Chart, values map[string]any) (*rendered, error) {
	release := common.ReleaseOptions{Name: releaseName, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(c, values, release, nil)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(c, all)
	if err != nil {
		return nil, err
	}
	r := &rendered{}
	for name, text := range files {
		if path.Base(name) == "NOTES.txt" {
			r.notes = text
			continue
		}
		for doc := range strings.SplitSeq("\n"+text, "\n---\n") {
			if strings.TrimSpace(doc) == "" {
				continue
			}
			o := object{text: []byte(doc)}
			if err := yaml.Unmarshal(o.text, &o); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", name, err, doc)
			}
			if o.Kind == "" {
				return nil, fmt.Errorf("%s: no kind\n%s", name, doc)
			}
			r.objects = append(r.objects, o)
		}
	}
	return r, nil
}

// all returns the objects of a kind.
func (r *rendered) all(kind string) []object {
	var found []object
	for _, o := range r.objects {
		if o.Kind == kind {
			found = append(found, o)
		}
	}
	return found
}

// Values reads a file of values as Helm does.
func Values(path string) (map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return loader.LoadValues(strings.NewReader(string(text)))
}

// Files returns what in the chart comes of other files of this repository, by path in the chart: the schema of the values, which has that of
// the configuration file in it, and the mixin.
func Files(repository string) (map[string][]byte, error) {
	schema, err := schema(repository)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"values.schema.json": schema}
	for _, pattern := range []string{"alerts.yaml", "rules.yaml", "dashboards/*.json"} {
		found, err := filepath.Glob(filepath.Join(repository, "docs", "mixin", pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			files[filepath.Join("files", filepath.Dir(pattern), filepath.Base(path))] = text
		}
	}
	return files, nil
}

// schema puts the schema of the configuration file into that of the values, so that Helm refuses what the exporter would.
func schema(repository string) ([]byte, error) {
	var values, config map[string]any
	for path, into := range map[string]*map[string]any{
		filepath.Join(repository, "internal", "charttest", "values.schema.json"): &values,
		filepath.Join(repository, "docs", "qumulo_exporter.schema.json"):         &config,
	} {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	defs, _ := values["$defs"].(map[string]any)
	theirs, _ := config["$defs"].(map[string]any)
	maps.Copy(defs, theirs)
	delete(config, "$defs")
	delete(config, "$schema")
	defs["config"] = config
	text, err := json.MarshalIndent(values, "", "  ")
	return append(text, '\n'), err
}
