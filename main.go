// qumulo_exporter gives the state of a Qumulo Core storage cluster as
// Prometheus metrics.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/version"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/server"
)

// Exit statuses.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program: it gives the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o := parseFlags(args, stdout, stderr)
	if o.terminated {
		return exitOK
	}
	cfg, faults := config.Validated{}, o.faults
	if !o.unread {
		var more []error
		cfg, more = o.config.Validate()
		faults = append(faults, more...)
	}
	for _, fault := range faults {
		fmt.Fprintf(stderr, "qumulo_exporter: %v\n", fault)
	}
	if len(faults) > 0 {
		fmt.Fprintln(stderr, "qumulo_exporter: see --help")
		return exitUsage
	}
	logger := newLogger(stderr, o.logLevel, o.logFormat)
	own := collector.NewExporter()
	cluster, err := newCluster(cfg, own, logger)
	if err != nil {
		fmt.Fprintf(stderr, "qumulo_exporter: %v\n", err)
		return exitUsage
	}
	defer cluster.Close()
	if o.once {
		return scrapeOnce(ctx, cluster, cfg, stdout, stderr)
	}
	return serve(ctx, o, cfg, cluster, own, logger)
}

func newCluster(cfg config.Validated, own *collector.Exporter, logger *slog.Logger) (*collector.Cluster, error) {
	if cfg.Cluster.TLS.InsecureSkipVerify {
		logger.Warn("The cluster's certificate is NOT verified: whoever stands between can read the credentials. Trust its CA with --qumulo.ca-file instead",
			"cluster", cfg.Cluster.Name)
	}
	client, err := cfg.Client("qumulo_exporter/"+version.Version, own.Hooks(cfg.Cluster.Name, logger))
	if err != nil {
		return nil, err
	}
	cluster := collector.NewCluster(collector.Options{
		Name: cfg.Cluster.Name, Addresses: cfg.Cluster.URLs, Client: client,
		Collectors: cfg.Cluster.Collectors, Intervals: cfg.Cluster.Intervals, Logger: logger,
	})
	own.Watch(cluster)
	return cluster, nil
}

// scrapeOnce prints what one scrape gives.
func scrapeOnce(ctx context.Context, cluster *collector.Cluster, cfg config.Validated, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithTimeout(ctx, cfg.Scrape.Timeout)
	defer cancel()
	for _, family := range cluster.Scrape(ctx, cluster.On()) {
		if _, err := expfmt.MetricFamilyToText(stdout, family); err != nil {
			fmt.Fprintf(stderr, "qumulo_exporter: %v\n", err)
			return exitError
		}
	}
	if status := cluster.Status(); !status.Up {
		fmt.Fprintf(stderr, "qumulo_exporter: qumulo_up is 0: %s\n", status.Reason)
		if status.Advice != "" {
			fmt.Fprintf(stderr, "qumulo_exporter: what to do: %s\n", status.Advice)
		}
		return exitError
	}
	return exitOK
}

func serve(
	ctx context.Context, o *options, cfg config.Validated, cluster *collector.Cluster, own *collector.Exporter, logger *slog.Logger,
) int {
	logger.Info("Starting qumulo_exporter", "version", version.Info(), "build_context", version.BuildContext())
	logger.Info("Watching", "cluster", cfg.Cluster.Name, "addresses", fmt.Sprint(cfg.Cluster.URLs), "collectors", fmt.Sprint(cluster.On()))
	handler := server.Handler(server.Options{
		Cluster: cluster, Scrape: cfg.Scrape, Own: ownMetrics(own, o.ownMetrics), TelemetryPath: o.telemetryPath,
		MaxRequests: o.maxRequests, Pprof: o.pprof, Version: version.Info(), Logger: logger,
	})
	if err := server.Run(ctx, handler, o.web, logger); err != nil {
		logger.Error("The server has stopped", "err", err)
		return exitError
	}
	logger.Info("Stopped")
	return exitOK
}

// ownMetrics is the one permanent registry.
func ownMetrics(own *collector.Exporter, process bool) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(versioncollector.NewCollector("qumulo_exporter"), own)
	if process {
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	return registry
}
