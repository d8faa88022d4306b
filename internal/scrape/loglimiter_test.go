package scrape

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestLogLimiter: thirty lines at once, then one each two minutes, whoever writes
// them; what was left out is counted, once.
func TestLogLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var buffer bytes.Buffer
		l := newLogLimiter(slog.New(slog.NewTextHandler(&buffer, nil)), time.Now)
		written := func() string {
			text := buffer.String()
			buffer.Reset()
			return text
		}
		var writers sync.WaitGroup
		for range 100 {
			writers.Go(func() { l.log(slog.LevelInfo, "A line") })
		}
		writers.Wait()
		if n := strings.Count(written(), "A line"); n != lineBurst {
			t.Errorf("%d lines at once", n)
		}
		time.Sleep(lineEvery - time.Second)
		if l.log(slog.LevelWarn, "A line") || written() != "" {
			t.Error("a line too early")
		}
		time.Sleep(time.Second)
		if !l.log(slog.LevelWarn, "A line", "key", "value") {
			t.Error("no room after two minutes")
		}
		if text := written(); !strings.Contains(text, "level=WARN msg=\"A line\" key=value lines_left_out=71\n") {
			t.Errorf("written: %s", text)
		}
		time.Sleep(24 * time.Hour)
		for range 100 {
			l.log(slog.LevelInfo, "A line")
		}
		if text := written(); strings.Count(text, "A line") != lineBurst || strings.Contains(text, "left_out") {
			t.Errorf("after a day: %s", text)
		}
	})
}
