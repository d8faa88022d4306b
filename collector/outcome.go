package collector

import (
	"cmp"
	"slices"
	"time"

	dto "github.com/prometheus/client_model/go"
)

var (
	collectorLabel = []string{"collector"}

	up = &Metric{
		Name: "qumulo_up",
		Help: "Whether the cluster accepted the credentials and answered the node listing in this scrape (1) or not (0).",
	}
	scrapeSuccess = &Metric{
		Name:   "qumulo_scrape_collector_success",
		Help:   "Whether the collector has read all it should (1) or not (0).",
		Labels: collectorLabel,
	}
	scrapeSupported = &Metric{
		Name:   "qumulo_scrape_collector_supported",
		Help:   "Whether the cluster's release of Qumulo Core has the collector's endpoint (1) or not (0).",
		Labels: collectorLabel,
	}
	scrapeCollectorDuration = &Metric{
		Name:   "qumulo_scrape_collector_duration_seconds",
		Help:   "How long the collector took in this scrape, in seconds.",
		Labels: collectorLabel,
	}
	scrapeReadTimestamp = &Metric{
		Name:   "qumulo_scrape_collector_read_timestamp_seconds",
		Help:   "When the values of the collector were read, as Unix time in seconds.",
		Labels: collectorLabel,
	}
	scrapeDuration = &Metric{
		Name: "qumulo_scrape_duration_seconds",
		Help: "How long the whole scrape took, in seconds.",
	}
	certificateNotAfter = &Metric{
		Name: "qumulo_tls_certificate_not_after_timestamp_seconds",
		Help: "Earliest expiry in the chain of certificates that the cluster presented, as Unix time in seconds.",
	}
)

// OutcomeMetrics describe the scrape itself.
func OutcomeMetrics() []*Metric {
	return []*Metric{
		up, scrapeSuccess, scrapeSupported, scrapeCollectorDuration, scrapeReadTimestamp, scrapeDuration, certificateNotAfter,
	}
}

// page makes the answer to a scrape: the outcome, and what the collectors read.
func (c *Cluster) page(v view, took time.Duration) []*dto.MetricFamily {
	out := newOutput(nil)
	out.add(up, boolean(v.up))
	for _, r := range v.results {
		out.add(scrapeSuccess, boolean(r.succeeded()), r.collector)
		out.add(scrapeSupported, boolean(!r.unsupported()), r.collector)
		out.add(scrapeCollectorDuration, r.took.Seconds(), r.collector)
		if r.out != nil {
			out.add(scrapeReadTimestamp, seconds(r.at), r.collector)
			out.families = append(out.families, r.out.families...)
		}
	}
	out.add(scrapeDuration, took.Seconds())
	if t := c.client.State().CertificateExpires; !t.IsZero() {
		out.add(certificateNotAfter, seconds(t))
	}
	slices.SortFunc(out.families, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return out.families
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
