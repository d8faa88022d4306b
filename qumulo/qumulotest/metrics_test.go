//go:build !race

package qumulotest

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
)

// documentation is what the vendor documents of the metrics.
type documentation struct {
	Metrics []struct {
		Name, Type, Since string
		Labels            []string
		NotOn             []string            `json:"not_on"`
		OnlyOn            []string            `json:"only_on"`
		LabelsNotOn       map[string][]string `json:"labels_not_on"`
	}
	Labels map[string]struct {
		Values []string
		Since  string
	}
}

// of returns the labels of each metric on a platform and release: sorted, for each metric.
func (d documentation) of(platform, version string) map[string][]string {
	metrics := map[string][]string{}
	for _, m := range d.Metrics {
		if slices.Contains(m.NotOn, platform) || len(m.OnlyOn) > 0 && !slices.Contains(m.OnlyOn, platform) || compareVersions(version, m.Since) < 0 {
			continue
		}
		// Of these the documentation says in the metric's help since when they are there.
		inHelp := map[string]string{"form_factor": "7.2.2", "network_management_mode": "7.5.1.2"}
		labels := []string{}
		for _, l := range m.Labels {
			since := max(d.Labels[l].Since, inHelp[l])
			if !slices.Contains(m.LabelsNotOn[platform], l) && (since == "" || compareVersions(version, since) >= 0) {
				labels = append(labels, l)
			}
		}
		slices.Sort(labels)
		metrics[m.Name] = labels
	}
	return metrics
}

// documented are the clusters whose pages are compared with the documentation.
func documented() map[string]*Model {
	clusters := maps.Clone(ownClusters())
	for _, version := range []string{"5.3.1", "5.3.2", "7.5.2", "7.5.3", "7.6.3.1"} {
		clusters["release "+version] = Release(version)
	}
	return clusters
}

// TestMetricsAreTheDocumentation: each page has exactly the metrics, types and labels that its platform and release
// have, and only words that the documentation lists, where it does.
func TestMetricsAreTheDocumentation(t *testing.T) {
	var doc documentation
	readJSON(t, filepath.Join(apidir.Find(t), "openmetrics.json"), &doc)
	kinds := map[string]string{}
	for _, m := range doc.Metrics {
		kinds[m.Name] = m.Type
	}
	shown, words := map[string]bool{}, map[string]map[string]bool{}
	for name, m := range documented() {
		t.Run(name, func(t *testing.T) {
			var release struct {
				Revision string `json:"revision_id"`
			}
			body, _ := m.Answer("/v1/version")
			if err := json.Unmarshal(body, &release); err != nil {
				t.Fatal(err)
			}
			version := cluster{release: core("", "", "")}
			version.release.RevisionID = release.Revision
			text, has := m.Answer(metricsPath)
			if old := compareVersions(version.version(), "5.3.0") < 0; old || !has {
				if old == has {
					t.Errorf("release %s: it has the page: %v", version.version(), has)
				}
				return
			}
			platform := map[string]string{"CNQ": "cnq", "ANQ": "anq"}[name]
			want := doc.of(platform, version.version())
			got := readMetrics(t, string(text), MetricsForm{})
			if names, all := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); !slices.Equal(names, all) {
				t.Errorf("metrics %q, want %q", names, all)
			}
			for name, f := range got {
				if f.kind != kinds[name] {
					t.Errorf("%s is a %s, want %s", name, f.kind, kinds[name])
				}
				for _, s := range f.samples {
					shown[name] = true
					if labels := slices.Sorted(maps.Keys(s.labels)); !slices.Equal(labels, want[name]) {
						t.Errorf("%s has labels %q, want %q", name, labels, want[name])
					}
					for label, value := range s.labels {
						if known := doc.Labels[label].Values; len(known) > 0 && !slices.Contains(known, value) {
							t.Errorf("%s: %s is %q", name, label, value)
						}
						if words[label] == nil {
							words[label] = map[string]bool{}
						}
						words[label][value] = true
					}
				}
			}
		})
	}
	for _, m := range doc.Metrics {
		if !shown[m.Name] {
			t.Errorf("no cluster has a series of %s", m.Name)
		}
	}
	for label, l := range doc.Labels {
		for _, word := range l.Values {
			// What a cluster without protection, one of another kind of node and one that the host manages say is not simulated.
			skipped := []string{"unprotected_edge", "run_anywhere", "host_managed"}
			if !words[label][word] && !slices.Contains(skipped, word) {
				t.Errorf("no series has %s %q", label, word)
			}
		}
	}
}

// TestMetricsMove: a clock that stands still makes the same page, and one that moves makes each counter
// grow or stay, but for those of a drive that another has replaced.
func TestMetricsMove(t *testing.T) {
	l := live(OnPremises())
	first := l.metrics(t)
	if !maps.Equal(first, l.metrics(t)) {
		t.Error("the same time gives another page")
	}
	moved := 0
	kinds := map[string]string{}
	for _, f := range documentedMetrics() {
		kinds[f.name] = f.kind
	}
	for _, age := range []time.Duration{15 * time.Second, 16 * time.Second, 61 * time.Second, time.Hour} {
		before := l.metrics(t)
		for series, value := range l.at(age).metrics(t) {
			was, had := before[series]
			kind := kinds[series.family]
			if !had || kind != counterKind && kind != histogramKind {
				continue
			}
			replaced := age >= driveReplaced && strings.Contains(series.text, `drive_bay="15",`) && strings.Contains(series.text, `node_id="6"`)
			if value < was && !replaced {
				t.Errorf("after %s %s fell from %v to %v", age, series.text, was, value)
			}
			if value > was {
				moved++
			}
		}
	}
	if moved < 500 {
		t.Errorf("%d counters have grown", moved)
	}
}
