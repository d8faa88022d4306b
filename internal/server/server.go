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
	readHeaderTimeout = 5 * time.Second
	// readTimeout is for the body of a request that no page gets to see, for want of
	// the password. It leaves pages the time to take it off after a slow header.
	readTimeout = 7 * time.Second
	idleTimeout = 5 * time.Minute
	// maxHeader is how long a request may be: what an answer repeats of one is no
	// longer.
	maxHeader = 64 << 10
	// arrival is how long a request may take at a stop to arrive on a connection that
	// has had none. net/http would wait for five seconds.
	arrival = 250 * time.Millisecond
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
	// MaxRequests is how many scrapes of one cluster, and how many requests for one of
	// the other pages, are answered at a time; 0: no limit.
	MaxRequests int
	Pprof       bool
	Version     string
	Logger      *slog.Logger
}

// Run serves until ctx ends; answers in flight are finished then.
func Run(ctx context.Context, handler http.Handler, flags *web.FlagConfig, logger *slog.Logger) error {
	idle, library := newIdleConns(), newLibraryLog(logger)
	srv := &http.Server{
		Handler:           guarded(handler, *flags.WebConfigFile, logger),
		ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: stallTime, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, HTTP2: &http.HTTP2Config{WriteByteTimeout: stallTime}, ConnState: idle.changed,
		ErrorLog: slog.NewLogLogger(library, slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	ctx, ended := context.WithCancelCause(ctx)
	defer ended(nil)
	go func() {
		<-ctx.Done()
		if errors.Is(context.Cause(ctx), errServe) {
			return
		}
		logger.Info("Shutting down, waiting for in-flight requests", "grace", grace)
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		defer time.AfterFunc(arrival, idle.closeAll).Stop()
		err := srv.Shutdown(end)
		if err != nil {
			err = errors.Join(err, srv.Close()) // what takes longer is ended
		}
		stopped <- err
	}()
	if err := web.ListenAndServe(srv, flags, slog.New(library)); !errors.Is(err, http.ErrServerClosed) {
		ended(errServe)
		return err
	}
	return <-stopped
}
