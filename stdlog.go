package main

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/qumulo-exporter/qumulo_exporter/internal/printable"
)

const (
	// maxForeign bounds the text of a line, in bytes.
	maxForeign = 1 << 10
	// foreignBurst lines may come at once, and one each foreignEvery after that.
	foreignBurst = 10
	foreignEvery = 30 * time.Second
)

// takeOverLog sends to logger what net/http and other libraries write with the
// standard log. There is one for the whole process, so it is the program's to set.
func takeOverLog(logger *slog.Logger) {
	slog.SetDefault(slog.New(&foreignLog{logger: logger, limiter: rate.NewLimiter(rate.Every(foreignEvery), foreignBurst)}))
}

// foreignLog is the handler for lines of libraries. Their text is not ours, and
// may repeat what the other side of a connection has sent: it is bounded, in
// length and in number, and has neither secrets nor control characters.
type foreignLog struct {
	logger  *slog.Logger
	limiter *rate.Limiter
	leftOut atomic.Int64
}

// Enabled implements slog.Handler.
func (f *foreignLog) Enabled(ctx context.Context, _ slog.Level) bool {
	return f.logger.Enabled(ctx, slog.LevelWarn)
}

// Handle implements slog.Handler.
func (f *foreignLog) Handle(ctx context.Context, r slog.Record) error {
	if !f.limiter.Allow() {
		f.leftOut.Add(1)
		return nil
	}
	attrs := []any{"text", foreignText(r.Message)}
	if n := f.leftOut.Swap(0); n > 0 {
		attrs = append(attrs, "lines_left_out", n)
	}
	f.logger.WarnContext(ctx, "A library logged a line", attrs...)
	return nil
}

// WithAttrs implements slog.Handler. The standard log has none.
func (f *foreignLog) WithAttrs([]slog.Attr) slog.Handler { return f }

// WithGroup implements slog.Handler. The standard log has none.
func (f *foreignLog) WithGroup(string) slog.Handler { return f }

var (
	// restSecret begins what may be a secret to its end.
	restSecret = regexp.MustCompile(`(?is)(authorization|bearer|set-cookie).*`)
	// tokenSecret is a token wherever it stands.
	tokenSecret = regexp.MustCompile(`(?i)(session|access)-v\d+(:|%3a)[^\s"']*`)
	// userSecret is the user and password of a URL.
	userSecret = regexp.MustCompile(`://[^\s/"]*@`)
)

// foreignText is the text without secrets and control characters, cut to maxForeign.
func foreignText(text string) string {
	text = text[:min(len(text), 4*maxForeign)]
	text = restSecret.ReplaceAllString(text, "$1 <secret>")
	text = tokenSecret.ReplaceAllString(text, "<secret>")
	text = printable.Text(userSecret.ReplaceAllString(text, "://<secret>@"))
	if len(text) > maxForeign {
		text = strings.ToValidUTF8(text[:maxForeign], "") + "…"
	}
	return text
}
