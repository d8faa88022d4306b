package charttest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// build makes the exporter as a user does. It stays, so that it is linked again only where the code has changed.
func build(t *testing.T) string {
	t.Helper()
	binary, err := filepath.Abs(repository + "/.build/charttest/qumulo_exporter")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", binary, ".")
	cmd.Dir = repository
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// configFile is the configuration in the release's ConfigMap.
func configFile(t *testing.T, r *rendered) string {
	t.Helper()
	name := only[appsv1.Deployment](t, r, "Deployment").Name
	for _, o := range r.all("ConfigMap") {
		if o.Metadata.Name == name {
			return decode[corev1.ConfigMap](t, o).Data["qumulo_exporter.yml"]
		}
	}
	t.Fatal("no ConfigMap with the configuration")
	return ""
}

// write puts files into a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// The exporter takes the flags and the configuration that the chart gives it.
func TestExporterTakesIt(t *testing.T) {
	binary := build(t)
	certificate, err := os.ReadFile("testdata/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range valid(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			container := only[appsv1.Deployment](t, r, "Deployment").Spec.Template.Spec.Containers[0]
			config := strings.ReplaceAll(configFile(t, r), "/etc/qumulo_ca/", dir+"/")
			write(t, dir, map[string]string{
				"qumulo_exporter.yml": config, "token": "access-v1:abc", "password": "secret", "ca.pem": string(certificate),
				"web-config.yml": "{}",
			})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, binary, append(slices.Clone(container.Args), "--config.check")...)
			for i, arg := range cmd.Args {
				cmd.Args[i] = strings.NewReplacer("/etc/qumulo_exporter/", dir+"/", "/etc/qumulo_exporter_web/", dir+"/").Replace(arg)
			}
			cmd.Env = []string{}
			for _, v := range container.Env {
				value := v.Value
				if v.ValueFrom != nil {
					value = "of a Secret"
				}
				cmd.Env = append(cmd.Env, v.Name+"="+value)
			}
			if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "Configuration OK") {
				t.Errorf("%v\n%s\n%s", err, out, config)
			}
		})
	}
}
