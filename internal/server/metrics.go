package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/fleet"
)

// timeoutHeader is how Prometheus says when it gives a scrape up.
const timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"

// scrapeRequest is what a request asks for.
type scrapeRequest struct {
	member *fleet.Member // nil: no cluster
	names  []string      // of its collectors
	own    prometheus.Gatherer
	// families are those to be shown, by name; none: all.
	families []string
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
	s.member, s.families = member, query["name[]"]
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
	page, err := s.page(ctx)
	if err != nil { // what one part of the exporter's own metrics runs into must not take the page away
		h.Logger.Debug("Some of the exporter's own metrics could not be gathered", "err", err)
		if page.Empty() {
			http.Error(w, "no metrics could be gathered: "+err.Error(), http.StatusInternalServerError)
			return
		}
	}
	format, encoding := exposition.NegotiateFormat(r.Header), exposition.NegotiateEncoding(r.Header)
	w.Header().Add("Vary", "Accept")
	w.Header().Add("Vary", "Accept-Encoding")
	w.Header().Set("Content-Type", string(format))
	if encoding != exposition.Identity {
		w.Header().Set("Content-Encoding", string(encoding))
	}
	err = h.pages.Write(w, page.Only(s.families), format, encoding, func(err error) {
		h.Logger.Debug("A family could not be written", "err", err)
	})
	if err != nil { // a caller that has gone needs no answer
		h.Logger.Debug("The metrics could not be written", "err", err)
	}
}

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

// page scrapes. Own and cluster families are each checked by tests, so that no registry checks
// them again here. Where both take one name, the exporter's own wins: two of them would
// break the page.
func (s scrapeRequest) page(ctx context.Context) (page exposition.Page, err error) {
	if s.member != nil {
		page = s.member.Scrape(ctx, s.names)
	}
	if s.own == nil {
		return page, nil
	}
	own, err := s.own.Gather()
	return page.With(own, func(family string) { s.member.Dropped(family) }), err
}
