package server

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
)

const (
	writeBuffer = 64 << 10
	// writeTime is how long an answer may take on its way to a caller that has not
	// said how long it waits.
	writeTime = 30 * time.Second
)

// timeoutHeader is how Prometheus says when it gives a scrape up.
const timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"

// metrics answers a scrape of the exporter and of its cluster.
func metrics(o Options) http.Handler {
	buffers := sync.Pool{New: func() any { return bufio.NewWriterSize(nil, writeBuffer) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		names, err := collector.Select(o.Cluster.On(), query["collect[]"], query["exclude[]"])
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		timeout, end, err := scrapeTimeout(r.Header.Get(timeoutHeader), o.Scrape)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		writeUntil(w, end)
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		buffer, _ := buffers.Get().(*bufio.Writer)
		buffer.Reset(w)
		defer func() {
			_ = buffer.Flush() // a caller that has gone needs no answer
			buffer.Reset(nil)
			buffers.Put(buffer)
		}()
		// A scrape has a deadline of its own, so it has a handler of its own.
		promhttp.HandlerFor(gatherer{ctx: ctx, names: names, cluster: o.Cluster, own: o.Own}, promhttp.HandlerOpts{
			// A caller that goes away is no fault, and what one part of the exporter's own
			// metrics runs into must not take the page away.
			ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelDebug),
			ErrorHandling:     promhttp.ContinueOnError,
			EnableOpenMetrics: true,
		}).ServeHTTP(buffered{w, buffer}, r)
	})
}

// buffered writes large pages in large pieces: net/http's own are 4 KiB each.
type buffered struct {
	http.ResponseWriter
	buffer *bufio.Writer
}

// Write implements io.Writer.
func (b buffered) Write(p []byte) (int, error) { return b.buffer.Write(p) }

// scrapeTimeout is what Prometheus gives less the offset for the way back, and
// never more than the exporter's own limit. With less than twice the offset the
// scrape gets half of what Prometheus gives. end is when the caller gives up.
func scrapeTimeout(header string, limits config.Scrape) (timeout, end time.Duration, err error) {
	if header == "" {
		return limits.Timeout, limits.Timeout + writeTime, nil
	}
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || !(seconds > 0) {
		return 0, 0, errors.New(timeoutHeader + ": want a number of seconds above 0")
	}
	if seconds > limits.Timeout.Seconds()+limits.TimeoutOffset.Seconds() {
		return limits.Timeout, limits.Timeout + writeTime, nil
	}
	given := time.Duration(seconds * float64(time.Second))
	return min(max(given-limits.TimeoutOffset, given/2), limits.Timeout), given, nil
}

// writeUntil bounds the time for the answer: a caller that does not read it must
// not keep its place among the requests.
func writeUntil(w http.ResponseWriter, end time.Duration) {
	// Where there is no connection to bound there is no caller that could hold it.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(end))
}

// gatherer is one scrape. Own and cluster families have no name in common and
// are each checked by tests, so that no registry checks them again here.
type gatherer struct {
	ctx     context.Context //nolint:containedctx // it lives as long as the scrape
	names   []string
	cluster *collector.Cluster
	own     prometheus.Gatherer
}

// Gather implements prometheus.Gatherer.
func (g gatherer) Gather() ([]*dto.MetricFamily, error) {
	families := g.cluster.Scrape(g.ctx, g.names)
	own, err := g.own.Gather()
	families = append(families, own...)
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return families, err
}
