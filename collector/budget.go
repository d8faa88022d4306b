package collector

import (
	"log/slog"
	"time"
)

const (
	// lineBurst is how many lines a cluster's troubles may cost at once, and
	// lineEvery how often one more: a cluster that fails and recovers with each
	// scrape must not fill the log.
	lineBurst = 30
	lineEvery = 2 * time.Minute
)

// budget writes log lines as long as there is room for them, and says with the
// next one how many there was no room for.
type budget struct {
	logger *slog.Logger
	now    func() time.Time

	spent   int
	since   time.Time // when spent was last reduced
	leftOut int
}

// log tells whether there was room.
func (b *budget) log(level slog.Level, msg string, attrs ...any) bool {
	now := b.now()
	if earned := int(now.Sub(b.since) / lineEvery); earned > 0 {
		b.spent = max(b.spent-earned, 0)
		b.since = b.since.Add(time.Duration(earned) * lineEvery)
	}
	if b.spent >= lineBurst {
		b.leftOut++
		return false
	}
	b.spent++
	if b.leftOut > 0 {
		attrs = append(attrs, "lines_left_out", b.leftOut)
		b.leftOut = 0
	}
	write := b.logger.Info
	if level == slog.LevelWarn {
		write = b.logger.Warn
	}
	write(msg, attrs...)
	return true
}
