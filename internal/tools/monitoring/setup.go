package monitoring

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/common/model"
)

// Setup is a Prometheus and an Alertmanager that watch an exporter. Addresses are host:port.
type Setup struct {
	Dir      string        // where all that they need and keep is written
	Mixin    string        // docs/mixin
	Faster   int           // how many times faster than the mixin says; 1 is as it says
	Interval time.Duration // of scrapes and rules

	Exporter, Prometheus, Alertmanager string

	Webhook   string        // URL of what is notified
	GroupWait time.Duration // how long Alertmanager waits for alerts that mute others
}

// Write writes the files of both programs.
func (s Setup) Write() error {
	var errs []error
	write := func(name, text string) {
		errs = append(errs, os.WriteFile(s.path(name), []byte(text), 0o600))
	}
	for _, name := range []string{"rules.yaml", "alerts.yaml"} {
		text, err := os.ReadFile(filepath.Join(s.Mixin, name))
		rules := string(text)
		if err == nil && s.Faster > 1 {
			rules, err = Faster(rules, s.Faster)
		}
		errs = append(errs, err)
		write(name, rules)
	}
	inhibit, err := os.ReadFile(filepath.Join(s.Mixin, "alertmanager-inhibit.yaml"))
	errs = append(errs, err)
	write("alertmanager.yml", s.alertmanager()+string(inhibit))
	write("prometheus.yml", s.prometheus())
	return errors.Join(errs...)
}

func (s Setup) path(name string) string { return filepath.Join(s.Dir, name) }

// prometheus takes the clusters from the exporter's list of them, and the exporter's own metrics, as README.md says.
func (s Setup) prometheus() string {
	return fmt.Sprintf(`global: {scrape_interval: %[1]s, scrape_timeout: %[1]s, evaluation_interval: %[1]s}
rule_files: [rules.yaml, alerts.yaml]
alerting:
  alertmanagers:
    - static_configs: [{targets: [%[2]q]}]
scrape_configs:
  - job_name: qumulo
    http_sd_configs: [{url: "http://%[3]s/sd", refresh_interval: 5s}]
  - job_name: qumulo_exporter
    static_configs: [{targets: [%[3]q]}]
`, model.Duration(s.Interval), s.Alertmanager, s.Exporter)
}

// alertmanager notifies of each alert by itself, once.
func (s Setup) alertmanager() string {
	return fmt.Sprintf(`route: {receiver: webhook, group_by: ['...'], group_wait: %s, group_interval: 1s, repeat_interval: 1d}
receivers:
  - name: webhook
    webhook_configs: [{url: %q, send_resolved: true}]
`, model.Duration(s.GroupWait), s.Webhook)
}

// PrometheusArgs are the arguments of a Prometheus that finds what Write wrote.
func (s Setup) PrometheusArgs() []string {
	return []string{
		"--config.file=" + s.path("prometheus.yml"), "--storage.tsdb.path=" + s.path("prometheus-data"),
		"--web.listen-address=" + s.Prometheus, "--rules.alert.resend-delay=" + model.Duration(s.Interval).String(),
	}
}

// AlertmanagerArgs are the arguments of an Alertmanager that finds what Write wrote, and that looks for no other of its kind.
func (s Setup) AlertmanagerArgs() []string {
	return []string{
		"--config.file=" + s.path("alertmanager.yml"), "--storage.path=" + s.path("alertmanager-data"),
		"--web.listen-address=" + s.Alertmanager, "--cluster.listen-address=",
	}
}
