// Package server answers over HTTP: metrics, the landing page, health.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
)

const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 5 * time.Minute
	// grace is how long answers in flight have at a stop.
	grace = 30 * time.Second
)

// errServe ends the wait for a stop when there is nothing left to stop.
var errServe = errors.New("the server has ended by itself")

// Options make a Server.
type Options struct {
	Cluster *collector.Cluster
	Scrape  config.Scrape
	// Own gathers the exporter's own metrics.
	Own           prometheus.Gatherer
	TelemetryPath string
	// MaxRequests is how many requests are answered at a time; 0: no limit.
	MaxRequests int
	Pprof       bool
	Version     string
	Logger      *slog.Logger
}

// Handler answers all routes.
func Handler(o Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", landingPage(o))
	mux.Handle("GET "+o.TelemetryPath, metrics(o))
	if o.Pprof {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	root := http.NewServeMux()
	root.Handle("/", limit(o.MaxRequests, mux))
	// Health is answered however many requests wait.
	root.Handle("GET /-/healthy", text("OK"))
	root.Handle("GET /-/ready", text("Ready"))
	return root
}

func text(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, body)
	})
}

// limit answers 503 beyond n requests at a time. promhttp's own limit counts for
// each handler by itself, and each scrape has its own handler here.
func limit(n int, next http.Handler) http.Handler {
	if n == 0 {
		return next
	}
	places := make(chan struct{}, n)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			next.ServeHTTP(w, r)
		default:
			http.Error(w, fmt.Sprintf("%d requests are being answered: this is the limit (--web.max-requests)", n), http.StatusServiceUnavailable)
		}
	})
}

// Run serves until ctx ends; answers in flight are finished then.
func Run(ctx context.Context, handler http.Handler, flags *web.FlagConfig, logger *slog.Logger) error {
	srv := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	ctx, ended := context.WithCancelCause(ctx)
	defer ended(nil)
	go func() {
		<-ctx.Done()
		if errors.Is(context.Cause(ctx), errServe) {
			return
		}
		logger.Info("Stopping: answers in flight are finished", "grace", grace)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		stopped <- srv.Shutdown(end)
	}()
	if err := web.ListenAndServe(srv, flags, logger); !errors.Is(err, http.ErrServerClosed) {
		ended(errServe)
		return err
	}
	return <-stopped
}
