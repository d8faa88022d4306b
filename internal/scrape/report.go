package scrape

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// maxLogged bounds a text of a log line, in bytes.
const maxLogged = 1024

// reporter is the one place that logs what scrapes run into: a collector's
// failure once, when it begins or changes, and its end. A cluster that is down
// for a day costs one line then, not one a scrape.
type reporter struct {
	mu     sync.Mutex
	lines  *logLimiter
	up     string            // the collector that reads the node listing
	failed map[string]string // collector → the failure logged last
	warned map[string]string // collector → the warnings logged last
	told   order             // by collector
	left   map[string]bool   // the families whose drop was logged
}

func newReporter(collectors []collector.Collector, logger *slog.Logger, now func() time.Time) *reporter {
	r := &reporter{
		lines: newLogLimiter(logger, now), failed: make(map[string]string), warned: make(map[string]string), told: make(order), left: make(map[string]bool),
	}
	for _, c := range collectors {
		if c.Up {
			r.up = c.Name
		}
	}
	return r
}

// failure is one cause and the collectors that it hit.
type failure struct {
	err        error
	collectors []string
}

// sweep logs what is new in the results of one sweep.
func (r *reporter) sweep(v view) {
	r.mu.Lock()
	defer r.mu.Unlock()
	results := v.results
	if !slices.ContainsFunc(results, func(res result) bool { return res.collector == r.up }) { // the listing was asked for qumulo_up alone
		results = append([]result{{collector: r.up, reading: reading{err: v.upErr}}}, results...)
	}
	results = slices.DeleteFunc(results, func(res result) bool { return !r.told.current(res.collector, v.began) })
	var causes []string
	failures := make(map[string]*failure)
	var recovered []string
	for _, res := range results {
		key := ""
		if res.err != nil {
			key = causeKey(res.err)
		}
		switch before := r.failed[res.collector]; {
		case key == before:
			continue
		case key == "":
			delete(r.failed, res.collector)
			recovered = append(recovered, res.collector)
			continue
		}
		r.failed[res.collector] = key
		f, ok := failures[key]
		if !ok {
			f = &failure{err: res.err}
			failures[key] = f
			causes = append(causes, key)
		}
		f.collectors = append(f.collectors, res.collector)
	}
	for _, key := range causes {
		if !r.logFailure(failures[key]) {
			for _, name := range failures[key].collectors {
				delete(r.failed, name) // to be said when there is room
			}
		}
	}
	if len(recovered) > 0 {
		r.lines.log(slog.LevelInfo, "Collectors recovered", "collectors", strings.Join(recovered, ","))
	}
	r.warnings(results)
}

// logFailure reports whether there was room for it in the log.
func (r *reporter) logFailure(f *failure) bool {
	names := strings.Join(f.collectors, ",")
	text := collector.Clip(f.err.Error(), maxLogged)
	if errors.Is(f.err, qumulo.ErrNotSupported) {
		return r.lines.log(slog.LevelInfo, "This release of Qumulo Core has no such endpoint: nothing to collect", "collectors", names, "err", text)
	}
	attrs := []any{"collectors", names}
	if call, ok := errors.AsType[*qumulo.Error](f.err); ok {
		attrs = append(attrs, "operation", call.Operation, "address", call.Address)
		if call.Status != 0 {
			attrs = append(attrs, "status", call.Status)
		}
	}
	attrs = append(attrs, "err", text)
	if fault, ok := errors.AsType[*collector.PanicError](f.err); ok {
		attrs = append(attrs, "stack", string(fault.Stack))
	}
	if advice := Advice(f.err); advice != "" {
		attrs = append(attrs, "advice", advice)
	}
	return r.lines.log(slog.LevelWarn, "Collectors failed", attrs...)
}

// dropped logs once that a family is left out of pages.
func (r *reporter) dropped(family string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.left[family] {
		r.left[family] = r.lines.log(slog.LevelWarn, "Family dropped: the exporter has its own of this name", "family", family)
	}
}

func (r *reporter) warnings(results []result) {
	for _, res := range results {
		text := ""
		if res.out != nil {
			text = strings.Join(res.out.Warnings(), "; ")
		}
		key := withoutChance(text)
		if text != "" && key != r.warned[res.collector] && !r.logWarnings(res, text) {
			continue // to be said when there is room
		}
		r.warned[res.collector] = key
	}
}

// logWarnings reports whether there was room for them in the log.
func (r *reporter) logWarnings(res result, text string) bool {
	attrs := []any{"collector", res.collector, "warnings", text}
	if advice := adviceOnAll(res.out.Errors()); advice != "" {
		attrs = append(attrs, "advice", advice)
	}
	return r.lines.log(slog.LevelWarn, "Some values are missing or could not be parsed", attrs...)
}

// causeKey tells failures apart by their cause, whatever the operation that met
// it. Numbers (ports, offsets, times) change from scrape to scrape and don't
// count; a status is told apart by its words.
func causeKey(err error) string {
	for {
		call, isCall := err.(*qumulo.Error)        //nolint:errorlint // it is taken off layer by layer
		login, isLogin := err.(*qumulo.LoginError) //nolint:errorlint // likewise
		switch {
		case isCall:
			err = call.Err
			continue
		case isLogin && !login.Rejected:
			err = login.Err
			continue
		}
		break
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '#'
		}
		return r
	}, withoutChance(err.Error()))
}

// withoutChance leaves out of a text what differs from scrape to scrape where calls hang: which of them got a slot,
// or went with a token that is not confirmed, and which waited; and whether one saw the deadline before its sweep ended it.
func withoutChance(text string) string {
	waiting := qumulo.ErrWaiting.Error() + " for "
	for {
		before, after, found := strings.Cut(text, waiting)
		_, cause, named := strings.Cut(after, ": ")
		if !found || !named {
			return strings.ReplaceAll(text, context.DeadlineExceeded.Error(), errAbandoned.Error())
		}
		text = before + cause
	}
}
