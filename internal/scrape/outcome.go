package scrape

import (
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

var (
	collectorLabel = []string{"collector"}

	up = &collector.Metric{
		Name: "qumulo_up",
		Help: "Whether the cluster accepted the credentials and answered the node listing in this scrape (1) or not (0).",
	}
	credentialsAccepted = &collector.Metric{
		Name: "qumulo_credentials_accepted",
		Help: "Whether the cluster accepted the credentials in this scrape (1), or rejected them or logins are paused (0); absent without an answer.",
	}
	scrapeSuccess = &collector.Metric{
		Name:   "qumulo_scrape_collector_success",
		Help:   "Whether the collector read everything it should in this scrape (1), or a part is missing (0); what was read is served either way.",
		Labels: collectorLabel,
	}
	scrapeSupported = &collector.Metric{
		Name:   "qumulo_scrape_collector_supported",
		Help:   "Whether the cluster's release of Qumulo Core has the collector's endpoint (1) or not (0).",
		Labels: collectorLabel,
	}
	scrapeCollectorDuration = &collector.Metric{
		Name:   "qumulo_scrape_collector_duration_seconds",
		Help:   "How long the collector took in this scrape, in seconds.",
		Labels: collectorLabel,
	}
	scrapeReadTimestamp = &collector.Metric{
		Name:   "qumulo_scrape_collector_read_timestamp_seconds",
		Help:   "When the values of the collector were read, as Unix time in seconds.",
		Labels: collectorLabel,
	}
	scrapeInterval = &collector.Metric{
		Name:   "qumulo_scrape_collector_interval_seconds",
		Help:   "Minimum interval between reads of the collector in seconds; 0: each scrape reads.",
		Labels: collectorLabel,
	}
	scrapeDeadline = &collector.Metric{
		Name: "qumulo_scrape_deadline_seconds",
		Help: "How long this scrape could take until its deadline, in seconds.",
	}
	scrapeDuration = &collector.Metric{
		Name: "qumulo_scrape_duration_seconds",
		Help: "How long the whole scrape took, in seconds.",
	}
	webUIInfo = &collector.Metric{
		Name:   "qumulo_cluster_web_ui_info",
		Help:   "Where people administer the cluster, as configured or by its first address; always 1.",
		Labels: []string{"url"},
	}
	certificateNotAfter = &collector.Metric{
		Name: "qumulo_tls_certificate_not_after_timestamp_seconds",
		Help: "Earliest expiry in the chain of certificates that the cluster presented, as Unix time in seconds.",
	}
)

// OutcomeMetrics describe the scrape itself.
func OutcomeMetrics() []*collector.Metric {
	return []*collector.Metric{
		up, credentialsAccepted, scrapeSuccess, scrapeSupported, scrapeCollectorDuration, scrapeReadTimestamp, scrapeInterval, scrapeDeadline,
		scrapeDuration, webUIInfo, certificateNotAfter,
	}
}

// ourFamilies are all families that a page can have from collectors and from the scrape itself, without samples.
func ourFamilies(collectors []collector.Collector) (families []exposition.Family) {
	metrics := OutcomeMetrics()
	for _, c := range collectors {
		metrics = append(metrics, c.Metrics...)
	}
	for _, m := range metrics {
		families = append(families, m.Family())
	}
	return families
}

// page makes the answer to a scrape: the outcome, and what the collectors read. A family of the cluster's own page that takes a name
// of the exporter's is left out.
func (c *Cluster) page(v view, deadline, took time.Duration) exposition.Page {
	var families, native []exposition.Family
	out := collector.NewOutput(nil)
	out.Add(up, collector.Boolean(v.up))
	if accepted, known := c.credentials(v); known {
		out.Add(credentialsAccepted, collector.Boolean(accepted))
	}
	for _, r := range v.results {
		out.Add(scrapeSuccess, collector.Boolean(r.succeeded()), r.collector)
		out.Add(scrapeSupported, collector.Boolean(!r.unsupported()), r.collector)
		out.Add(scrapeCollectorDuration, r.took.Seconds(), r.collector)
		out.Add(scrapeInterval, c.interval(r.collector).Seconds(), r.collector)
		if r.out != nil {
			out.Add(scrapeReadTimestamp, collector.Seconds(r.at), r.collector)
			families = append(families, r.out.Families()...)
			native = append(native, r.out.Native()...)
		}
	}
	if deadline > 0 {
		out.Add(scrapeDeadline, deadline.Seconds())
	}
	out.Add(scrapeDuration, took.Seconds())
	if c.webUI != "" {
		out.Add(webUIInfo, 1, c.webUI)
	}
	if t := c.client.State().CertificateExpires; !t.IsZero() {
		out.Add(certificateNotAfter, collector.Seconds(t))
	}
	families = append(families, out.Families()...)
	return exposition.NewPage(families, native, c.ours, c.Dropped)
}
