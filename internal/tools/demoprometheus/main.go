// demoprometheus shows the mixin at work without a cluster, Docker and Grafana: simulated clusters, the real exporter, a real
// Prometheus with the rules and a real Alertmanager, whose notifications it prints. After a minute a node goes offline.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/monitoring"
)

func main() {
	os.Exit(harness.Main("demoprometheus", demo))
}

// options are the flags.
type options struct {
	exporter, prometheus, alertmanager string
	setup                              monitoring.Setup
	trouble                            time.Duration
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("demoprometheus", flag.ContinueOnError)
	flags.StringVar(&o.exporter, "exporter", "./qumulo_exporter", "the exporter")
	flags.StringVar(&o.prometheus, "prometheus", ".tools/prometheus", "Prometheus")
	flags.StringVar(&o.alertmanager, "alertmanager", ".tools/alertmanager", "Alertmanager")
	flags.StringVar(&o.setup.Mixin, "mixin", "docs/mixin", "the mixin")
	flags.StringVar(&o.setup.Exporter, "listen.exporter", "127.0.0.1:10108", "where the exporter listens")
	flags.StringVar(&o.setup.Prometheus, "listen.prometheus", "127.0.0.1:9090", "where Prometheus listens")
	flags.StringVar(&o.setup.Alertmanager, "listen.alertmanager", "127.0.0.1:9093", "where Alertmanager listens")
	flags.IntVar(&o.setup.Faster, "faster", 10, "how many times faster than the mixin says alerts fire")
	flags.DurationVar(&o.trouble, "trouble", time.Minute, "when a node goes offline")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.setup.Faster < 1 || o.setup.Faster > 60 {
		return o, errors.New("-faster must be 1 to 60")
	}
	// Once in a minute of the rules, and not less often than people do.
	o.setup.Interval = min(15*time.Second, time.Minute/time.Duration(o.setup.Faster))
	o.setup.GroupWait = o.setup.Interval
	return o, nil
}

func demo(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "qumulo_exporter-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	clusters := monitoring.StartClusters() //nolint:contextcheck // they end with Close
	defer clusters.Close()
	hook := httptest.NewServer(monitoring.Webhook(printer(stdout)))
	defer hook.Close()
	o.setup.Dir, o.setup.Webhook = dir, hook.URL
	if err := errors.Join(clusters.WriteFiles(dir), o.setup.Write()); err != nil {
		return err
	}
	var children []*harness.Child
	for _, p := range []harness.Program{
		{Name: "exporter", Path: o.exporter, Args: []string{
			"--config.file=" + filepath.Join(dir, monitoring.ConfigFile), "--web.listen-address=" + o.setup.Exporter,
		}},
		{Name: "Alertmanager", Path: o.alertmanager, Args: o.setup.AlertmanagerArgs()},
		{Name: "Prometheus", Path: o.prometheus, Args: o.setup.PrometheusArgs()},
	} {
		child, err := harness.Start(ctx, p)
		if errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("%w (make demo-prometheus builds what it needs)", err)
		}
		if err != nil {
			return err
		}
		defer child.Stop()
		children = append(children, child)
	}
	o.show(stdout)
	go clusters.TroubleAfter(ctx, o.trouble, stdout)
	return untilOneEnds(ctx, children)
}

// untilOneEnds waits for the end of ctx, or of a program, which is an error.
func untilOneEnds(ctx context.Context, children []*harness.Child) error {
	ended := make(chan *harness.Child, len(children))
	for _, child := range children {
		go func() { <-child.Ended(); ended <- child }()
	}
	select {
	case <-ctx.Done():
	case child := <-ended:
		if ctx.Err() == nil {
			return child.Failed(errors.New("it has ended"))
		}
	}
	return nil
}

// printer prints each notification as a person would read it.
func printer(stdout io.Writer) func(monitoring.Notification) {
	var mu sync.Mutex
	return func(n monitoring.Notification) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(stdout, "%s %s: %s, %s: %s\n  %s\n", time.Now().Format(time.TimeOnly), n.Status, n.Labels["alertname"], n.Labels["severity"],
			n.Annotations["summary"], n.Annotations["description"])
	}
}

func (o options) show(stdout io.Writer) {
	fmt.Fprintf(stdout, `Three simulated clusters, berlin, lisbon and paris, are watched. Look at

  http://%[1]s/          the exporter
  http://%[2]s/alerts    Prometheus: alerts, those too that are muted; /graph for queries, /targets for the clusters
  http://%[3]s/          Alertmanager: what people are notified of

In %[4]s a node of paris goes offline. Everything lasts a fraction of its time here, with -faster=%[5]d: an alert that waits for five
minutes fires after %[6]s. What Alertmanager notifies is printed below. A Grafana of your own can use this Prometheus: import the
dashboards in %[7]s/dashboards. Ctrl-C ends the demo.

`, o.setup.Exporter, o.setup.Prometheus, o.setup.Alertmanager, o.trouble, o.setup.Faster,
		5*time.Minute/time.Duration(o.setup.Faster), o.setup.Mixin)
}
