// Package server answers over HTTP: metrics, probes, service discovery, the
// landing page, health.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
)

const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 5 * time.Minute
	// grace is how long answers in flight have at a stop.
	grace = 30 * time.Second
)

// errServe ends the wait for a stop when there is nothing left to stop.
var errServe = errors.New("the server has ended by itself")

// Options make a Handler.
type Options struct {
	Fleet *fleet.Fleet
	// Own gathers the exporter's own metrics.
	Own prometheus.Gatherer
	// TelemetryPath is where the metrics are, below RoutePrefix.
	TelemetryPath string
	// RoutePrefix is what all paths begin with: "/", or "/a/b". See Web.
	RoutePrefix string
	// ExternalURL is where others find "/" of these pages; nil: where they asked.
	ExternalURL *url.URL
	// MaxRequests is how many requests are answered at a time; 0: no limit.
	MaxRequests int
	Pprof       bool
	Version     string
	Logger      *slog.Logger
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
		err := srv.Shutdown(end)
		if err != nil {
			err = errors.Join(err, srv.Close()) // what takes longer is ended
		}
		stopped <- err
	}()
	if err := web.ListenAndServe(srv, flags, logger); !errors.Is(err, http.ErrServerClosed) {
		ended(errServe)
		return err
	}
	return <-stopped
}
