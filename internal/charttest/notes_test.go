package charttest

import (
	"strings"
	"testing"
)

// The notes say what will be scraped, what will not, and what to do about it.
func TestNotes(t *testing.T) {
	for name, words := range map[string]struct{ has, lacks []string }{
		"one-cluster": {
			has: []string{
				"watches 1 cluster:", "Its pod starts when the Secret qumulo-exporter is there.", "Nothing by itself: monitoring.kind is none.",
				`targets: ["storage-qumulo-exporter.monitoring.svc:10108"], labels: {instance: berlin}`, "Alerts are off", "Dashboards are off",
			},
			lacks: []string{"http_sd_configs", "kube-prometheus-stack"},
		},
		"many-clusters": {
			has: []string{
				"watches 3 clusters:", "All clusters, as job qumulo, and the exporter itself, as job qumulo_exporter, every 1m, by a ScrapeConfig.",
				"Only by a Prometheus that selects ScrapeConfigs with release=kube-prometheus-stack in namespace monitoring.",
			},
			lacks: []string{"Nothing by itself", "are off", "NOT by"},
		},
		"openshift": {
			has: []string{"The cluster and the exporter itself, every 1m, by a ScrapeConfig.", "NOT by kube-prometheus-stack as it comes"},
		},
		"probe": {
			has: []string{"A cluster that is added is scraped after the next\n  helm upgrade."},
		},
		"everything": {
			has:   []string{"https://localhost:10108/"},
			lacks: []string{"Not from outside", "are off"},
		},
	} {
		notes := example(t, name).notes
		for _, want := range words.has {
			if !strings.Contains(notes, want) {
				t.Errorf("%s: not there: %s\n%s", name, want, notes)
			}
		}
		for _, bad := range words.lacks {
			if strings.Contains(notes, bad) {
				t.Errorf("%s: there: %s\n%s", name, bad, notes)
			}
		}
	}
}

// Without any secrets the pod can't start, which is worth a word.
func TestNotesWithoutSecrets(t *testing.T) {
	values := examples(t)["one-cluster"]
	delete(values, "existingSecret")
	r, err := render(load(t), values)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.notes, "NOTE: neither existingSecret nor another source of secrets is set") {
		t.Error(r.notes)
	}
}
