package server

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/printable"
	"github.com/qumulo-exporter/qumulo_exporter/internal/scrape"
)

// oldAfter is when what a scrape found counts as old: most clusters are scraped
// once a minute.
const oldAfter = 15 * time.Minute

//go:embed landing.html
var landingHTML string

// front is what the landing page shows.
type front struct {
	Clusters []row
	// Health are the columns of each cluster's health.
	Health []healthFact
	// How many clusters are in each state.
	Reachable, Unusable, Unscraped int
	// Base is where Prometheus finds the pages, and Own the path of the exporter's own metrics there.
	Base *url.URL
	Own  string
	// Guarded tells that these pages want TLS or a password.
	Guarded bool
	// Metrics is the path of the metrics, below that of the page.
	Metrics, Version string
	Pprof            bool
	Nonce            string // of the page's style
}

// landing says what is watched and what the last scrapes found. It never calls a
// cluster. Its links are relative, so that they hold behind a proxy that takes
// the prefix off, behind one that does not, and without one.
func (h *handler) landing() http.Handler {
	page := template.Must(template.New("landing").Funcs(template.FuncMap{"plain": printable.Text, "moment": moment}).Parse(landingHTML))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base, err := h.base(r)
		if err != nil {
			base = url.URL{Scheme: "http", Host: "HOST:PORT", Path: h.prefix}
		}
		f := front{
			Health: healthOf(collector.Facts{}), Base: &base, Own: base.Path + h.TelemetryPath,
			Guarded: r.TLS != nil || r.Header.Get("Authorization") != "",
			Metrics: strings.TrimPrefix(h.TelemetryPath, "/"), Version: h.Version, Pprof: h.Pprof, Nonce: rand.Text(),
		}
		now := time.Now()
		for _, s := range h.Fleet.Statuses() {
			f.add(row{s, now})
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy",
			"default-src 'none'; style-src 'nonce-"+f.Nonce+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		var b bytes.Buffer
		if err := page.Execute(&b, &f); err != nil {
			h.Logger.Error("The landing page can't be shown", "err", err)
		}
		_, _ = w.Write(b.Bytes()) // a caller that has gone needs no answer
	})
}

func (f *front) add(r row) {
	f.Clusters = append(f.Clusters, r)
	switch {
	case r.Scraped.IsZero():
		f.Unscraped++
	case r.Up:
		f.Reachable++
	default:
		f.Unusable++
	}
}

// row is one cluster of the landing page.
type row struct {
	scrape.Status
	now time.Time
}

// Columns is how many columns the table has.
func (f *front) Columns() int { return 7 + len(f.Health) }

// Health is what people ask first of the cluster.
func (r row) Health() []healthFact { return healthOf(r.Facts) }

// Ago is how long ago the last scrape was.
func (r row) Ago() string { return elapsed(r.now.Sub(r.Scraped)) + " ago" }

// Old tells that nothing has scraped the cluster for a while.
func (r row) Old() bool { return r.now.Sub(r.Scraped) > oldAfter }

// Percent is how much of the capacity is used: 100 only where nothing is free.
// The hundredth is taken first: a hundred times a size may be no number.
func (r row) Percent() int {
	return int(math.Floor(min(100, max(0, r.SizeBytes-r.FreeBytes)/(r.SizeBytes/100))))
}

// Size is the capacity.
func (r row) Size() string { return size(r.SizeBytes) }
