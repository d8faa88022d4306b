package mixintest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v3"
)

const (
	root       = "../.."
	composeDir = root + "/docs/examples/compose"
)

// composed loads the example as docker compose does: an unknown key, a network or a volume that is not there is an error.
func composed(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(composeDir, "compose.yaml")}, cli.WithConsistency(true), cli.WithNormalization(true))
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// mounted returns the file of the host that a service sees at a path, "" where there is none.
func mounted(service types.ServiceConfig, path string) string {
	for _, v := range service.Volumes {
		if rest, below := strings.CutPrefix(path, v.Target); below && v.Type == types.VolumeTypeBind {
			return v.Source + rest
		}
	}
	return ""
}

// What the services need is there, and only this machine gets at it.
func TestComposeExample(t *testing.T) {
	project := composed(t)
	for name, service := range project.Services {
		for _, v := range service.Volumes {
			if _, err := os.Stat(v.Source); v.Type == types.VolumeTypeBind && err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if v.Type == types.VolumeTypeBind && !v.ReadOnly {
				t.Errorf("%s may write to %s", name, v.Source)
			}
		}
		for _, p := range service.Ports {
			if p.HostIP != "127.0.0.1" || p.Published == "" {
				t.Errorf("%s: port %d is published at %q", name, p.Target, p.HostIP)
			}
		}
		if b := service.Build; b != nil {
			text, err := os.ReadFile(filepath.Join(b.Context, b.Dockerfile))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, m := range regexp.MustCompile(`\./internal/\S+`).FindAllString(string(text), -1) {
				if _, err := os.Stat(filepath.Join(b.Context, m)); err != nil {
					t.Errorf("%s builds what is not there: %v", name, err)
				}
			}
		}
		if (service.Build == nil) == (service.Image == "") || strings.HasSuffix(service.Image, "latest") {
			t.Errorf("%s: build %v, image %q", name, service.Build, service.Image)
		}
	}
	home := project.Services["grafana"].Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
	if home == nil || mounted(project.Services["grafana"], *home) == "" {
		t.Fatal("Grafana has no first page")
	}
	if _, err := os.Stat(mounted(project.Services["grafana"], *home)); err != nil {
		t.Errorf("Grafana's first page: %v", err)
	}
}

// The example runs the programs that the tests run, and Go is the Go of the exporter's own image.
func TestComposeVersions(t *testing.T) {
	read := func(path string) string {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	project, makefile := composed(t), read("Makefile")
	// v0.316.0 is the module of the release v3.16.0.
	m := regexp.MustCompile(`PROMETHEUS_VERSION *:= v0\.(\d)0?(\d+)\.(\d+)`).FindStringSubmatch(makefile)
	if m == nil {
		t.Fatal("the Makefile has no version of Prometheus")
	}
	if want := "prom/prometheus:v" + strings.Join(m[1:], "."); project.Services["prometheus"].Image != want {
		t.Errorf("the image is %s, not %s", project.Services["prometheus"].Image, want)
	}
	m = regexp.MustCompile(`ALERTMANAGER_VERSION *:= (\S+)`).FindStringSubmatch(makefile)
	if m == nil || project.Services["alertmanager"].Image != "prom/alertmanager:"+m[1] {
		t.Errorf("the image is %s; the Makefile says %q", project.Services["alertmanager"].Image, m)
	}
	golang := regexp.MustCompile(`golang:\S+`)
	if got, want := golang.FindString(read("docs/examples/compose/clusters.Dockerfile")), golang.FindString(read("Dockerfile")); got != want {
		t.Errorf("the clusters are built by %s, the exporter by %s", got, want)
	}
}

// Prometheus finds rules, the exporter and Alertmanager under the names that they have here.
func TestComposePrometheus(t *testing.T) {
	tool := promtool(t, "PROMTOOL")
	project := composed(t)
	dir := t.TempDir()
	for _, v := range project.Services["prometheus"].Volumes {
		if v.Type != types.VolumeTypeBind {
			continue
		}
		text, err := os.ReadFile(v.Source)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(v.Target)), text, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`([a-z]+):\d{4,5}`).FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(hosts(project), m[1]) {
				t.Errorf("%s: nobody is called %s", filepath.Base(v.Source), m[1])
			}
		}
	}
	if out, err := exec.CommandContext(t.Context(), tool, "check", "config", filepath.Join(dir, "prometheus.yml")).CombinedOutput(); err != nil {
		t.Errorf("promtool check config: %v\n%s", err, out)
	}
}

// hosts are the names under which services are reached.
func hosts(project *types.Project) []string {
	var all []string
	for name, service := range project.Services {
		if service.NetworkMode == "" {
			all = append(all, name)
		}
		if n := service.Networks["default"]; n != nil {
			all = append(all, n.Aliases...)
		}
	}
	return all
}

// What Alertmanager and Grafana are given is YAML without a key that is not theirs.
func TestComposeProvisioning(t *testing.T) {
	project := composed(t)
	strict := func(service, path string, into any) {
		t.Helper()
		text, err := os.ReadFile(mounted(project.Services[service], path))
		if err != nil {
			t.Fatalf("%s of %s: %v", path, service, err)
		}
		decoder := yaml.NewDecoder(bytes.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(into); err != nil {
			t.Errorf("%s of %s: %v", path, service, err)
		}
	}
	var alertmanager struct {
		Route struct {
			Receiver string
			GroupBy  []string `yaml:"group_by"`
		}
		Receivers []struct{ Name string }
	}
	strict("alertmanager", "/etc/alertmanager/own.yml", &alertmanager)
	if len(alertmanager.Receivers) != 1 || alertmanager.Receivers[0].Name != alertmanager.Route.Receiver {
		t.Errorf("Alertmanager's receivers: %+v", alertmanager)
	}
	var sources struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name, Type, URL string
			IsDefault       bool `yaml:"isDefault"`
			JSONData        struct {
				TimeInterval string `yaml:"timeInterval"`
			} `yaml:"jsonData"`
		}
	}
	strict("grafana", "/etc/grafana/provisioning/datasources/qumulo.yml", &sources)
	if len(sources.Datasources) != 1 || !sources.Datasources[0].IsDefault || sources.Datasources[0].URL != "http://prometheus:9090" {
		t.Errorf("Grafana's data sources: %+v", sources)
	}
	var dashboards struct {
		APIVersion int `yaml:"apiVersion"`
		Providers  []struct {
			Name, Folder, Type string
			Options            struct{ Path string }
		}
	}
	strict("grafana", "/etc/grafana/provisioning/dashboards/qumulo.yml", &dashboards)
	if len(dashboards.Providers) != 1 {
		t.Fatalf("Grafana's dashboards: %+v", dashboards)
	}
	found, err := filepath.Glob(mounted(project.Services["grafana"], dashboards.Providers[0].Options.Path) + "/qumulo-*.json")
	if err != nil || len(found) == 0 {
		t.Errorf("no dashboards where Grafana looks: %v", err)
	}
}
