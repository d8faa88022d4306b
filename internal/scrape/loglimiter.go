package scrape

import (
	"context"
	"log/slog"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	// lineBurst is how many lines a cluster's troubles may cost at once, and
	// lineEvery how often one more: a cluster that fails and recovers with each
	// scrape must not fill the log.
	lineBurst = 30
	lineEvery = 2 * time.Minute
)

// logLimiter writes log lines as long as there is room for them, and says with the
// next one how many there was no room for. It is safe for concurrent use.
type logLimiter struct {
	logger  *slog.Logger
	ctx     context.Context //nolint:containedctx // a line is no part of a call
	now     func() time.Time
	room    *rate.Limiter
	leftOut atomic.Int64
}

func newLogLimiter(logger *slog.Logger, now func() time.Time) *logLimiter {
	return &logLimiter{logger: logger, ctx: context.Background(), now: now, room: rate.NewLimiter(rate.Every(lineEvery), lineBurst)}
}

// log reports whether there was room.
func (l *logLimiter) log(level slog.Level, msg string, attrs ...any) bool {
	if !l.room.AllowN(l.now(), 1) {
		l.leftOut.Add(1)
		return false
	}
	if n := l.leftOut.Swap(0); n > 0 {
		attrs = append(attrs, "lines_left_out", n)
	}
	if handler := l.logger.Handler(); handler.Enabled(l.ctx, level) {
		var caller [1]uintptr // whose line it is, not this one
		runtime.Callers(2, caller[:])
		line := slog.NewRecord(time.Now(), level, msg, caller[0])
		line.Add(attrs...)
		_ = handler.Handle(l.ctx, line) // as Logger's own methods do
	}
	return true
}
