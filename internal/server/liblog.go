package server

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// libraryBurst complaints may come at once, and one each libraryEvery after that.
	libraryBurst = 10
	libraryEvery = 30 * time.Second
)

// libraryLog bounds how many complaints net/http and exporter-toolkit log: there is one for each connection that
// brings no TLS, and one for each request while the web configuration can't be read. Whoever reaches the port could
// fill the disk with them.
type libraryLog struct {
	slog.Handler

	limiter *rate.Limiter
	leftOut atomic.Int64
}

func newLibraryLog(logger *slog.Logger) *libraryLog {
	return &libraryLog{Handler: logger.Handler(), limiter: rate.NewLimiter(rate.Every(libraryEvery), libraryBurst)}
}

// Handle implements slog.Handler.
func (l *libraryLog) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelWarn {
		return l.Handler.Handle(ctx, r)
	}
	if !l.limiter.Allow() {
		l.leftOut.Add(1)
		return nil
	}
	line := r.Clone()
	if n := l.leftOut.Swap(0); n > 0 {
		line.AddAttrs(slog.Int64("lines_left_out", n))
	}
	return l.Handler.Handle(ctx, line)
}
