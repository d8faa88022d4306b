package mixintest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

var nameMatcher = regexp.MustCompile(`^alertname *(!~|=~|!=|=) *"?([^"]+)"?$`)

// matching returns the alerts that matchers on the alertname let through.
func matching(t *testing.T, matchers, names []string) []string {
	t.Helper()
	left := slices.Clone(names)
	for _, m := range matchers {
		found := nameMatcher.FindStringSubmatch(m)
		if found == nil {
			t.Fatalf("not a matcher of the alertname: %s", m)
		}
		pattern := regexp.MustCompile("^(?:" + found[2] + ")$")
		wanted := found[1] == "=" || found[1] == "=~"
		if !slices.ContainsFunc(names, pattern.MatchString) {
			t.Errorf("no alert is %s", found[2])
		}
		for _, word := range regexp.MustCompile(`Qumulo\w+`).FindAllString(found[2], -1) {
			if !slices.ContainsFunc(names, regexp.MustCompile("^"+word).MatchString) {
				t.Errorf("no alert begins with %s", word)
			}
		}
		left = slices.DeleteFunc(left, func(name string) bool { return pattern.MatchString(name) != wanted })
	}
	return left
}

// inhibited returns which alerts each alert mutes. A misspelt name in an inhibition is silent, and the pager is not.
func inhibited(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(mixinDir, "alertmanager-inhibit.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Rules []struct {
			Source []string `yaml:"source_matchers"`
			Target []string `yaml:"target_matchers"`
			Equal  []string
		} `yaml:"inhibit_rules"`
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	names := alertNames(t)
	muted := map[string][]string{}
	for _, r := range file.Rules {
		if !slices.Contains(r.Equal, "job") {
			t.Errorf("the inhibition by %s mutes other jobs", r.Source)
		}
		for _, source := range matching(t, r.Source, names) {
			muted[source] = append(muted[source], matching(t, r.Target, names)...)
		}
	}
	return muted
}

// Alerts that mute each other are not heard at all.
func TestNoAlertsMuteEachOther(t *testing.T) {
	muted := inhibited(t)
	for source, targets := range muted {
		for _, target := range targets {
			if slices.Contains(muted[target], source) {
				t.Errorf("%s and %s mute each other", source, target)
			}
		}
	}
}

// What is not seen raises one alert, and only that hides that the next failed drive loses data.
func TestInhibition(t *testing.T) {
	muted := inhibited(t)
	spared := map[string]int{"QumuloExporterDown": 1, "QumuloTargetDown": 2, "QumuloClusterUnreachable": 4, "QumuloCredentialsRejected": 4}
	all := len(alertNames(t))
	for source, targets := range muted {
		number, unseen := spared[source]
		if unseen && len(targets) != all-number {
			t.Errorf("%s mutes %d alerts, not %d", source, len(targets), all-number)
		}
		if slices.Contains(targets, "QumuloNoFailureLeft") != unseen {
			t.Errorf("%s mutes %s", source, targets)
		}
	}
}
