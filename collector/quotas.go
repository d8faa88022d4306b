package collector

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	quotaLimit = gauge("qumulo_quota_limit_bytes",
		"Limit of the quota in bytes, of the fullest quotas, from /v1/files/quotas/status/, read every 5m by default.", "id", "path")
	quotaUsed = gauge("qumulo_quota_used_bytes",
		"Space that the directory of the quota uses in bytes, of the fullest quotas, from /v1/files/quotas/status/, read every 5m by default.", "id", "path")
	quotasCount = gauge("qumulo_quotas", "How many quotas there are, from /v1/files/quotas/status/, read every 5m by default.")
	quotasOver  = gauge("qumulo_quotas_over",
		"How many of all quotas are used up to the ratio or more, from /v1/files/quotas/status/, read every 5m by default.", "ratio")
	quotasOmitted = gauge("qumulo_quotas_omitted",
		"How many quotas have no series of their own, by the filter or the maximum, from /v1/files/quotas/status/, read every 5m by default.")
)

// QuotasOptions say which quotas have series of their own. The counts are of all.
type QuotasOptions struct {
	Include []Pattern `yaml:"include" doc:"Paths of the quotas to show; none: all."`
	Exclude []Pattern `yaml:"exclude" doc:"Paths of the quotas not to show."`
	Max     int       `yaml:"max"     doc:"How many quotas are shown at most: the fullest." min:"0" max:"100000"`
}

func quotas() Collector {
	return Collector{
		Name: "quotas", Help: "Limit and use of quotas, the fullest first.", Interval: 5 * time.Minute,
		Cost: "quotas", Query: `qumulo_quota_used_bytes / qumulo_quota_limit_bytes > 0.95`,
		Endpoints: []qumulo.Endpoint{qumulo.QuotasEndpoint},
		Metrics:   []*Metric{quotaLimit, quotaUsed, quotasCount, quotasOver, quotasOmitted},
		Options:   func() any { return &QuotasOptions{Max: 1000} },
		Read:      readQuotas,
	}
}

func readQuotas(ctx context.Context, src *Source, out *Output) error {
	options := optionsOf[QuotasOptions](src)
	include, err := compileAll(options.Include)
	if err != nil {
		return err
	}
	exclude, err := compileAll(options.Exclude)
	if err != nil {
		return err
	}
	all := quotaCounter{out: out, include: include, exclude: exclude, fullest: fullest{max: options.Max}, over: map[float64]int{}}
	if err := src.Quotas(ctx, all.add); err != nil {
		return err
	}
	out.Add(quotasCount, float64(all.count))
	for _, ratio := range overRatios() {
		out.Add(quotasOver, float64(all.over[ratio]), strconv.FormatFloat(ratio, 'f', -1, 64))
	}
	shown := map[string]bool{}
	for _, q := range all.fullest.first() {
		if shown[q.id] {
			out.warnf("a quota is left out: its id %q is taken", q.id)
			continue
		}
		shown[q.id] = true
		out.number(quotaLimit, "limit", q.Limit, q.id, string(q.Path))
		out.number(quotaUsed, "capacity_usage", q.Used, q.id, string(q.Path))
	}
	out.Add(quotasOmitted, float64(all.count-len(shown)))
	return nil
}

// overRatios are the bounds of qumulo_quotas_over.
func overRatios() []float64 { return []float64{0.75, 0.85, 0.95, 1} }

// quotaCounter takes quotas page by page, and keeps only those to show.
type quotaCounter struct {
	out              *Output
	include, exclude []*regexp.Regexp
	count            int
	over             map[float64]int
	fullest          fullest
}

func (c *quotaCounter) add(page qumulo.List[qumulo.Quota]) error {
	c.out.malformed(page.Malformed)
	for _, row := range page.Items {
		c.count++
		q := quota{Quota: row, id: row.ID.Whole(), fullness: fullness(row)}
		for _, ratio := range overRatios() {
			if q.fullness >= ratio {
				c.over[ratio]++
			}
		}
		path := string(q.Path)
		switch {
		case q.id == "":
			c.out.warnf("a quota is left out: its id is missing")
		case (len(c.include) == 0 || matches(c.include, path)) && !matches(c.exclude, path):
			c.fullest.add(q)
		}
	}
	return nil
}
