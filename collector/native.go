package collector

import (
	"context"
	"errors"
	"regexp"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const fromNative = ", from /v2/metrics/endpoints/default/data."

var (
	nativeHeldFamilies = gauge("qumulo_native_held_families",
		"How many metrics of the cluster's own page are shown with the values that it sent last, since it leaves them out now"+fromNative)
	nativeHeldAge = gauge("qumulo_native_held_age_seconds",
		"How long ago the cluster sent the metric that it leaves out now, in seconds"+fromNative, "family")
	nativeDropped = gauge("qumulo_native_dropped_samples",
		"How many samples of the cluster's own page are left out, as malformed, duplicate or of a family that can't be"+fromNative)
)

var errNoMetrics = errors.New("no line of it is a metric")

// NativeOptions say which of the cluster's own metrics are shown, and how long without being sent again.
type NativeOptions struct {
	Include []NamePattern `yaml:"include" doc:"Names of the cluster's own metrics to show; none: all."`
	Exclude []NamePattern `yaml:"exclude" doc:"Names of the cluster's own metrics not to show."`
	Hold    []Hold        `yaml:"hold"    doc:"How long a metric stays that the cluster leaves out, as PATTERN=DURATION; the last that matches counts."`
}

func native() Collector {
	return Collector{
		Name: "native", Help: "The cluster's own OpenMetrics page: protocol operations, latencies, disks, fans, CPUs, NICs.", Enabled: true,
		Cost:      "the cluster's own series; drives too while metrics of drives are held",
		Query:     `sum by (protocol) (rate(qumulo_protocol_operations_total[5m]))`,
		Endpoints: []qumulo.Endpoint{qumulo.NativeMetricsEndpoint, qumulo.NodesEndpoint, qumulo.SlotsEndpoint},
		Metrics:   []*Metric{nativeHeldFamilies, nativeHeldAge, nativeDropped},
		Options: func() any {
			return &NativeOptions{Hold: []Hold{".+_info=1d", "qumulo_disk_(endurance_percent|(transport|uncorrectable_media)_errors_total)=2h"}}
		},
		Read: readNative,
	}
}

func readNative(ctx context.Context, src *Source, out *Output) error {
	shown, holds, err := src.Memory.nativePatterns.of(optionsOf[NativeOptions](src))
	if err != nil {
		return err
	}
	held := &src.Memory.native
	at := src.Now()
	if held.hasDrives() { // and not only when the page has come
		src.calls.Go(func() { _, _ = src.Slots() }) // gone gets the error
	}
	text, err := src.NativeMetrics(ctx, held.size())
	if err != nil && len(text) == 0 && (isRefusal(err) || held.none()) {
		return err
	}
	page := nativePage{broken: err}
	page.families, page.report = exposition.Parse(text)
	if err == nil && len(page.families) == 0 && page.report.Samples() > 0 {
		page.broken = errNoMetrics
	}
	page.families = shown.of(page.families)
	if page.broken == nil && !page.report.Cut {
		page.full = held.put(page.families, holds, at, len(text))
	}
	page.held = held.beside(page.families, shown, holds, at)
	src.identify(held.sentAt(at))
	if len(page.held) > 0 {
		// What was sent now does not wait for listings, which may be slow.
		part := NewOutput(nil)
		page.addTo(part, at)
		out.show(part)
		page.held = src.withoutGone(page.held)
	}
	page.addTo(out, at)
	return nil
}

// isRefusal reports whether the cluster says that it has no such page, or not for this user: then nothing of it is shown.
func isRefusal(err error) bool {
	return errors.Is(err, qumulo.ErrNotSupported) || errors.Is(err, qumulo.ErrForbidden)
}

// nativePage is the cluster's own page, with what is held.
type nativePage struct {
	broken   error
	families []exposition.Family
	report   exposition.Report
	held     []heldFamily
	full     bool // no more can be held
}

func (p *nativePage) addTo(out *Output, now time.Time) {
	switch {
	case p.broken != nil && len(p.families) == 0:
		out.Missing("the page can't be used", p.broken)
	case p.broken != nil:
		out.Missing("the page is not complete", p.broken)
	}
	if p.full {
		out.warnf("%d metrics and %d MiB of them are held at most: the others are shown only when the cluster sends them", maxHeld, maxHeldBytes>>20)
	}
	for _, d := range p.report.Dropped {
		out.warnf("samples are left out, such as %s: %s", d.First, d.Reason)
	}
	var held []exposition.Family
	for _, h := range p.held {
		held = append(held, h.Family)
		out.Add(nativeHeldAge, max(0, now.Sub(h.at).Seconds()), h.MetricName())
	}
	out.AddNative(exposition.Add(p.families, held...))
	out.Add(nativeHeldFamilies, float64(len(p.held)))
	out.Add(nativeDropped, float64(p.report.Samples()))
}

// nameFilter says which metrics are shown.
type nameFilter struct{ include, exclude []*regexp.Regexp }

func (f nameFilter) has(name string) bool {
	return (len(f.include) == 0 || matches(f.include, name)) && !matches(f.exclude, name)
}

func (f nameFilter) of(families []exposition.Family) []exposition.Family {
	if len(f.include)+len(f.exclude) == 0 {
		return families
	}
	var shown []exposition.Family
	for _, family := range families {
		if f.has(family.MetricName()) {
			shown = append(shown, family)
		}
	}
	return shown
}

// nativePatterns are those of the options of one cluster, compiled once: a scrape of a small page costs little more than that.
type nativePatterns struct {
	once  sync.Once
	shown nameFilter
	held  holds
	err   error
}

func (n *nativePatterns) of(o *NativeOptions) (nameFilter, holds, error) {
	n.once.Do(func() { n.shown, n.held, n.err = o.compile() })
	return n.shown, n.held, n.err
}

// compile compiles the patterns, which the configuration has checked.
func (o *NativeOptions) compile() (shown nameFilter, held holds, err error) {
	if shown.include, err = compileAll(o.Include); err != nil {
		return shown, held, err
	}
	if shown.exclude, err = compileAll(o.Exclude); err != nil {
		return shown, held, err
	}
	for _, text := range o.Hold {
		h, err := text.compile()
		if err != nil {
			return shown, held, err
		}
		held = append(held, h)
	}
	return shown, held, nil
}
