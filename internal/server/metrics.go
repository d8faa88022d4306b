package server

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
)

const writeBuffer = 64 << 10

// timeoutHeader is how Prometheus says when it gives a scrape up.
const timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"

// scrapeRequest is what a request asks for.
type scrapeRequest struct {
	member *fleet.Member // nil: no cluster
	names  []string      // of its collectors
	own    prometheus.Gatherer
	// timeout is how long the scrape may take, and end when the caller gives up.
	timeout, end time.Duration
}

// metrics answers a scrape of the exporter, and of its cluster where it has
// exactly one.
func (h *handler) metrics(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		http.Error(w, "the query of the URL can't be read", http.StatusBadRequest)
		return
	}
	member, release, one := h.Fleet.Only()
	if one {
		defer release()
	} else if query.Has("collect[]") || query.Has("exclude[]") {
		http.Error(w, "collect[] and exclude[] are for the metrics of a cluster, and these are the exporter's own: use "+h.prefix+"/probe?target=NAME",
			http.StatusBadRequest)
		return
	}
	s, err := h.asked(r, query, member)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.own = h.Own
	answer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.answer(w, r, s) })
	if one {
		h.scraped(w, r, member, answer)
	} else {
		h.within(w, r, h.TelemetryPath, "requests for this page", answer)
	}
}

// asked returns the scrape of a member, or of none, that a request wants.
func (h *handler) asked(r *http.Request, query url.Values, member *fleet.Member) (s scrapeRequest, err error) {
	s.member = member
	limits := h.Fleet.Config().Scrape
	if member != nil {
		limits.Timeout = cmp.Or(member.Config.ScrapeTimeout, limits.Timeout)
		if s.names, err = selected(member.On(), query); err != nil {
			return s, err
		}
	}
	s.timeout, s.end, err = scrapeTimeout(r.Header.Get(timeoutHeader), limits)
	return s, err
}

// selected is collector.Select of what a query names: there is room in it for
// thousands of names, and for one of any length.
func selected(on []string, query url.Values) ([]string, error) {
	var lists [2][]string
	for i, key := range []string{"collect[]", "exclude[]"} {
		lists[i] = slices.Compact(slices.Sorted(slices.Values(query[key])))
		for _, name := range lists[i] {
			if len(name) > maxEchoed {
				return nil, fmt.Errorf("unknown collector %s: there are %s", quoted(name), strings.Join(collector.Names(), ", "))
			}
		}
	}
	return collector.Select(on, lists[0], lists[1])
}

// answer scrapes and writes the metrics.
func (h *handler) answer(w http.ResponseWriter, r *http.Request, s scrapeRequest) {
	writeUntil(w, s.end)
	ctx, cancel := context.WithTimeout(r.Context(), s.timeout)
	defer cancel()
	buffer, _ := h.buffers.Get().(*bufio.Writer)
	buffer.Reset(w)
	defer func() {
		_ = buffer.Flush() // a caller that has gone needs no answer
		buffer.Reset(nil)
		h.buffers.Put(buffer)
	}()
	// A scrape has a deadline of its own, so it has a handler of its own.
	promhttp.HandlerFor(gatherer{ctx, s}, promhttp.HandlerOpts{
		// A caller that goes away is no fault, and what one part of the exporter's own
		// metrics runs into must not take the page away.
		ErrorLog:          slog.NewLogLogger(h.Logger.Handler(), slog.LevelDebug),
		ErrorHandling:     promhttp.ContinueOnError,
		EnableOpenMetrics: true,
	}).ServeHTTP(buffered{w, buffer}, r)
}

// buffered writes large pages in large pieces: net/http's own are 4 KiB each.
type buffered struct {
	http.ResponseWriter
	buffer *bufio.Writer
}

// Write implements io.Writer.
func (b buffered) Write(p []byte) (int, error) { return b.buffer.Write(p) }

// scrapeTimeout returns the time of Prometheus less the offset for the way back, and
// never more than the exporter's own limit. With less than twice the offset the
// scrape gets half of that time. end is when the caller gives up.
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

// gatherer is one scrape under way. Own and cluster families are each checked by tests,
// so that no registry checks them again here. Where both have a family of one name, the
// exporter's own wins: two of them would break the page.
type gatherer struct {
	ctx context.Context //nolint:containedctx // it lives as long as the scrape
	scrapeRequest
}

// Gather implements prometheus.Gatherer.
func (g gatherer) Gather() (families []*dto.MetricFamily, err error) {
	if g.member != nil {
		families = g.member.Scrape(g.ctx, g.names)
	}
	if g.own == nil {
		return families, nil
	}
	own, err := g.own.Gather()
	names := make(map[string]bool, len(own))
	for _, f := range own {
		names[f.GetName()] = true
	}
	families = slices.DeleteFunc(families, func(f *dto.MetricFamily) bool {
		if !names[f.GetName()] {
			return false
		}
		g.member.Dropped(f.GetName())
		return true
	})
	families = append(families, own...)
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return families, err
}
