package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/go-kit/log"
	sloggokit "github.com/tjhop/slog-gokit"
)

// newLogger writes every line with go-kit/log, each with one Write.
func newLogger(w io.Writer, level slog.Level, format string) *slog.Logger {
	logger := log.NewLogfmtLogger(w)
	if format == "json" {
		logger = log.NewJSONLogger(w)
	}
	return slog.New(sloggokit.NewGoKitHandler(spelled(logger), level))
}

// spelled writes level and source as promslog does, so that the lines of this
// exporter can be read by what reads those of Prometheus.
func spelled(next log.Logger) log.Logger {
	return log.LoggerFunc(func(pairs ...any) error {
		for i := 0; i+1 < len(pairs); i += 2 {
			switch fmt.Sprint(pairs[i]) {
			case "level":
				pairs[i+1] = strings.ToUpper(fmt.Sprint(pairs[i+1]))
			case "caller":
				pairs[i] = "source"
			}
		}
		return next.Log(pairs...)
	})
}
