// qumulo_exporter exposes the state of Qumulo Core storage clusters as Prometheus
// metrics.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/version"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
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
	context.AfterFunc(ctx, stop) // the second signal ends the program at once
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program, and returns its exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	// From the start to the end: a SIGHUP that nobody waits for would end the program.
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	o := parseFlags(args, stdout, stderr)
	if o.terminated {
		return exitOK
	}
	if o.printRole && o.configFile == "" { // of the cluster nothing needs to be given
		if errs := slices.Concat(o.errs, o.config.ValidateCollectors()); len(errs) > 0 {
			return usage(stderr, errs...)
		}
		printRole(stdout, o.config.Clusters)
		return exitOK
	}
	if o.healthcheck { // likewise
		return healthcheck(ctx, o, stderr)
	}
	lines := newLogQueue(stderr, sayLost(newLogger(stderr, o.logLevel, o.logFormat)))
	defer lines.Close()
	logger := newLogger(lines, o.logLevel, o.logFormat)
	takeOverLog(logger)
	files := config.NewFiles(logger)
	cfg, errs := config.Validated{}, o.errs
	asked := reloads{hangup: hangup, failed: new(atomic.Bool)}
	if o.autoReload > 0 && o.configFile != "" { // before it is loaded, so that no change is missed
		watch, stop := context.WithCancel(ctx)
		defer stop()
		w := &configWatch{path: o.configFile, interval: o.autoReload, read: files.Content, failed: asked.failed, logger: logger}
		asked.changed = w.start(watch)
	}
	if !o.unread {
		var more []error
		cfg, more = o.load(files)
		errs = append(errs, more...)
	}
	if len(errs) > 0 {
		status := usage(stderr, errs...)
		if !o.check && !slices.ContainsFunc(errs, func(err error) bool { return !errors.Is(err, config.ErrNoAnswer) }) {
			return exitError // the next start may find the file system well; of a config error it can't be hoped
		}
		return status
	}
	if o.check {
		fmt.Fprintf(stdout, "Configuration OK (%s)\n", counted(len(cfg.Clusters), "cluster"))
		return exitOK
	}
	if o.printRole {
		printRole(stdout, cfg.Clusters)
		return exitOK
	}
	own := scrape.NewExporter()
	clusters := fleet.New(fleet.Options{
		Load: func() (config.Validated, []error) { return o.load(files) },
		Own:  own, UserAgent: "qumulo_exporter/" + version.Version, Logger: logger,
	})
	defer clusters.Close()
	if o.once {
		return scrapeOnce(ctx, clusters, cfg, o.onceName, stdout, stderr)
	}
	return serve(ctx, o, cfg, asked, clusters, own, logger)
}

// counted is a number of things: "1 cluster", "2 clusters".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// usage tells what is wrong with what the program was given, one config error a line.
func usage(stderr io.Writer, errs ...error) int {
	for _, err := range errs {
		fmt.Fprintf(stderr, "qumulo_exporter: %v\n", err)
	}
	fmt.Fprintln(stderr, "qumulo_exporter: see --help")
	return exitUsage
}

// serve answers requests until ctx ends. The clusters come into being while it
// listens already, so that whoever waits for it can ask whether it is ready.
func serve(
	ctx context.Context, o *options, cfg config.Validated, asked reloads,
	clusters *fleet.Fleet, own *scrape.Exporter, logger *slog.Logger,
) int {
	signal.Ignore(syscall.SIGPIPE) // who reads the log may be gone: that is no reason to answer no more
	logger.Info("Starting qumulo_exporter", "version", version.Info(), "build_context", version.BuildContext())
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		if err := clusters.Apply(cfg); err != nil {
			stop(fmt.Errorf("%w: %w", errNotApplied, err))
			return
		}
		reloadOn(ctx, asked, clusters)
	}()
	handler := server.Handler(server.Options{
		Fleet: clusters, Own: ownMetrics(own, o.ownMetrics), TelemetryPath: o.telemetryPath, RoutePrefix: o.routes, ExternalURL: o.external,
		MaxRequests: o.maxRequests, Pprof: o.pprof, Version: version.Info(), Logger: logger,
	})
	err := server.Run(ctx, handler, o.web, logger)
	if cause := context.Cause(ctx); errors.Is(cause, errNotApplied) {
		err = cause
	}
	if err != nil {
		logger.Error("The server has stopped", "err", err)
		return exitError
	}
	logger.Info("Stopped")
	return exitOK
}

// errNotApplied ends the program when its clusters can't be made.
var errNotApplied = errors.New("the configuration could not be applied")

// reloads are what asks for the configuration to be loaded again.
type reloads struct {
	hangup  <-chan os.Signal
	changed <-chan struct{} // nil: nobody watches the file
	failed  *atomic.Bool    // the last time it was
}

// reloadOn loads the configuration again whenever it is asked for, until ctx ends.
func reloadOn(ctx context.Context, asked reloads, clusters *fleet.Fleet) {
	for {
		reload := clusters.Reload
		select {
		case <-asked.hangup:
		case <-asked.changed:
			reload = clusters.Retry
		case <-ctx.Done():
			return
		}
		asked.failed.Store(false)             // what is found while it is under way is not tried after it
		asked.failed.Store(len(reload()) > 0) // it logs the config errors
	}
}

// ownMetrics gathers the one permanent registry. In OpenMetrics a counter's family has
// its name without _total, so that go_memstats_alloc_bytes would be there twice: it is
// left out, and go_memstats_heap_alloc_bytes has the same value.
func ownMetrics(own *scrape.Exporter, process bool) prometheus.Gatherer {
	registry := prometheus.NewRegistry()
	registry.MustRegister(versioncollector.NewCollector("qumulo_exporter"), own)
	if process {
		registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	return prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
		families, err := registry.Gather()
		return slices.DeleteFunc(families, func(f *dto.MetricFamily) bool { return f.GetName() == "go_memstats_alloc_bytes" }), err
	})
}
