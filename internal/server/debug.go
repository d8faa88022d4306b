package server

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/printable"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// textWidth is how wide long texts of the debug page are.
const textWidth = 100

// debug scrapes and tells all about this one scrape: its calls, what became of
// each collector, and the metrics.
func debug(w http.ResponseWriter, r *http.Request, s scrapeRequest) {
	writeUntil(w, s.end)
	ctx, cancel := context.WithTimeout(r.Context(), s.timeout)
	defer cancel()
	p := &debugPage{began: time.Now()}
	page, trace := s.member.ScrapeTraced(ctx, s.names)
	p.took, p.late = time.Since(p.began), ctx.Err() != nil
	p.head(s, trace.Up)
	p.health(healthOf(trace.Facts))
	p.calls(trace.Calls)
	p.outcomes(trace.Outcomes)
	p.metrics(page)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(p.Bytes()) // a caller that has gone needs no answer
}

// debugPage is a text for people, in columns. What comes from the cluster goes
// through plain.
type debugPage struct {
	bytes.Buffer

	began time.Time
	took  time.Duration
	late  bool // the deadline has passed
}

func (p *debugPage) linef(format string, args ...any) {
	p.WriteString(strings.TrimRight(fmt.Sprintf(format, args...), " ") + "\n")
}

// note writes a long text below a row.
func (p *debugPage) note(title, text string) {
	for i, line := range wrapped(printable.Text(text), textWidth-14) {
		if i > 0 {
			title = ""
		}
		p.linef("      %-7s %s", title, line)
	}
}

func (p *debugPage) head(s scrapeRequest, up bool) {
	p.linef("Cluster    %s", printable.Text(s.member.Config.Name))
	for i, address := range s.member.Config.URLs {
		p.linef("%-9s  %s", []string{"Addresses", ""}[min(i, 1)], printable.Text(address))
	}
	p.linef("Began      %s", moment(p.began))
	p.linef("Took       %s ms of %s ms until the deadline", millis(p.took), millis(s.timeout))
	switch {
	case up:
		p.linef("Result     reachable (qumulo_up 1): the cluster accepted the credentials and listed its nodes")
	case p.late:
		p.linef("Result     NOT usable (qumulo_up 0): the deadline came before the list of nodes")
	default:
		p.linef("Result     NOT usable (qumulo_up 0): the cluster did not list its nodes")
	}
}

// health writes what is known of it.
func (p *debugPage) health(facts []healthFact) {
	title := "Health"
	for _, f := range facts {
		if f.Known {
			p.linef("%-9s  %s: %s", title, strings.ToLower(f.Title), f.Text)
			title = ""
		}
	}
}

func (p *debugPage) calls(calls []qumulo.CallResult) {
	p.linef("\nCALLS of this scrape, in the order in which they began: %d\n", len(calls))
	if len(calls) == 0 {
		p.linef("  Nothing was sent: the values are of earlier reads, or the collectors below say why.")
		return
	}
	operation := len("operation")
	for _, c := range calls {
		operation = max(operation, len(c.Operation))
	}
	p.linef("  %9s  %9s  %6s  %9s  %-*s  %s", "start ms", "time ms", "status", "bytes", operation, "operation", "address")
	for _, c := range calls {
		status := "none"
		if c.Status != 0 {
			status = fmt.Sprint(c.Status)
		}
		p.linef("  %9s  %9s  %6s  %9d  %-*s  %s", "+"+millis(c.Began.Sub(p.began)), millis(c.Duration), status, c.Bytes,
			operation, c.Operation, printable.Text(c.Address))
		if c.Err != nil {
			p.note("error", cause(c.Err))
		}
	}
}

// cause leaves out of an error what the row above it says.
func cause(err error) string {
	if call, ok := errors.AsType[*qumulo.Error](err); ok {
		return call.Err.Error()
	}
	return err.Error()
}

func (p *debugPage) outcomes(outcomes []scrape.Outcome) {
	p.linef("\nCOLLECTORS that were asked for: %d\n", len(outcomes))
	name := len("collector")
	for _, o := range outcomes {
		name = max(name, len(o.Collector))
	}
	p.linef("  %-*s  %-7s  %-9s  %9s  %s", name, "collector", "success", "supported", "time ms", "values")
	advised := make(map[string]bool) // one cause often hits all of them
	for _, o := range outcomes {
		p.linef("  %-*s  %-7s  %-9s  %9s  %s", name, o.Collector, yes(o.Success, "NO"), yes(o.Supported, "no"), millis(o.Duration), p.values(o))
		if o.Err != nil {
			p.note("error", o.Err.Error())
		}
		if advice := p.advice(o); advised[advice] {
			p.note("to do", "as above")
		} else if advice != "" {
			p.note("to do", advice)
			advised[advice] = true
		}
		for _, warning := range o.Warnings {
			p.note("warning", warning)
		}
	}
}

func (p *debugPage) values(o scrape.Outcome) string {
	switch {
	case o.ReadAt.IsZero():
		return "none"
	case o.ReadAt.Before(p.began):
		return fmt.Sprintf("read %s ago, at %s", elapsed(p.began.Sub(o.ReadAt)), moment(o.ReadAt))
	}
	return "of this scrape"
}

func (p *debugPage) advice(o scrape.Outcome) string {
	if o.Success {
		return "" // of an endpoint that the release does not have, too
	}
	advice := scrape.Advice(o.Err)
	if p.late {
		advice = cmp.Or(advice, scrape.Advice(qumulo.ErrNoAnswer))
	}
	return advice
}

// metrics writes the families as a scrape shows them but for odd characters.
func (p *debugPage) metrics(page exposition.Page) {
	p.linef("\nMETRICS\n")
	var b bytes.Buffer
	_ = page.WriteText(&b, func(err error) { p.linef("# can't be shown: %s", printable.Text(err.Error())) }) // a bytes.Buffer has no errors
	for line := range strings.Lines(b.String()) {
		p.linef("%s", printable.Text(strings.TrimSuffix(line, "\n")))
	}
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

func yes(b bool, no string) string {
	if b {
		return "yes"
	}
	return no
}
