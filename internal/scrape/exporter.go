package scrape

import (
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const targetLabel = "target"

// Exporter holds the exporter's own metrics of all clusters that it watches. It
// is a prometheus.Collector for the one permanent registry.
type Exporter struct {
	duration   *prometheus.HistogramVec
	requests   *prometheus.CounterVec
	bytes      *prometheus.CounterVec
	logins     *prometheus.CounterVec
	joined     *prometheus.CounterVec
	timeouts   *prometheus.CounterVec
	handshakes *prometheus.CounterVec
	failovers  *prometheus.CounterVec
	dropped    *prometheus.CounterVec
	active     *prometheus.Desc
	paused     *prometheus.Desc
	expires    *prometheus.Desc
	loaded     prometheus.Gauge
	loadedAt   prometheus.Gauge

	mu       sync.Mutex
	clusters map[string]*Cluster // by name
	users    map[string]int      // how many clusters of a name count or have counted: see Hooks
}

// NewExporter makes the metrics.
func NewExporter() *Exporter {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "qumulo_exporter_" + name, Help: help}, append([]string{targetLabel}, labels...))
	}
	return &Exporter{
		clusters: make(map[string]*Cluster), users: make(map[string]int),
		loaded: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "qumulo_exporter_config_last_reload_successful", Help: "Whether the configuration was loaded at the last attempt (1) or was faulty (0).",
		}),
		loadedAt: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "qumulo_exporter_config_last_reload_success_timestamp_seconds",
			Help: "When the current configuration was loaded, as Unix time in seconds.",
		}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "qumulo_exporter_api_request_duration_seconds", Help: "How long requests to the cluster took, in seconds.",
			Buckets:                     []float64{.01, .03, .1, .3, 1, 3, 10},
			NativeHistogramBucketFactor: 1.5, NativeHistogramMaxBucketNumber: 40, // finer ones cost a twentieth of the CPU of a small scrape, in text too
		}, []string{targetLabel, "operation"}),
		requests:   counter("api_requests_total", "Requests to the cluster, by HTTP status; error: no answer.", "operation", "code"),
		bytes:      counter("api_response_bytes_total", "Bytes read of the cluster's answers.", "operation"),
		logins:     counter("logins_total", "Logins by result: success, refused, or error for an outage.", "result"),
		joined:     counter("scrapes_joined_total", "Scrapes that shared the calls of another one under way."),
		timeouts:   counter("scrape_timeouts_total", "Scrapes that hit their deadline and returned partial results."),
		handshakes: counter("tls_handshakes_total", "TLS handshakes with the cluster that succeeded."),
		failovers:  counter("address_failovers_total", "How often the exporter failed over to another address of the cluster."),
		dropped:    counter("dropped_families_total", "Families of the cluster's metrics left out of a page, since the exporter has one of that name."),
		active: prometheus.NewDesc("qumulo_exporter_active_address_info",
			"The address of the cluster that calls go to; always 1.", []string{targetLabel, "address"}, nil),
		paused: prometheus.NewDesc("qumulo_exporter_login_paused",
			"Whether logins are paused after the cluster rejected one (1) or not (0).", []string{targetLabel}, nil),
		expires: prometheus.NewDesc("qumulo_exporter_session_token_expiration_timestamp_seconds",
			"When the session token ends, as Unix time in seconds; absent without one and with an access token.", []string{targetLabel}, nil),
	}
}

// Hooks returns what a client must be made with for its calls to be counted and,
// at debug level, logged. Forget is to be called when it is closed.
func (e *Exporter) Hooks(target string, logger *slog.Logger) qumulo.Hooks {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.users[target]++
	logger = logger.With("cluster", target)
	lines := newLogLimiter(logger, time.Now)
	handshakes, failovers := e.handshakes.WithLabelValues(target), e.failovers.WithLabelValues(target)
	for _, result := range []string{"success", "refused", "error"} {
		e.logins.WithLabelValues(target, result)
	}
	return qumulo.Hooks{
		Handshake: handshakes.Inc,
		Failover: func() {
			failovers.Inc()
			lines.log(slog.LevelInfo, "Failed over to another cluster address")
		},
		File: func(path string, err error) {
			if err != nil {
				lines.log(slog.LevelWarn, "File can't be used; continuing with its earlier content", "file", path, "err", err, "advice", Advice(err))
				return
			}
			lines.log(slog.LevelInfo, "File can be used again", "file", path)
		},
		Call: func(c qumulo.CallResult) {
			code := "error"
			if c.Status != 0 {
				code = strconv.Itoa(c.Status)
			}
			e.duration.WithLabelValues(target, c.Operation).Observe(c.Duration.Seconds())
			e.requests.WithLabelValues(target, c.Operation, code).Inc()
			e.bytes.WithLabelValues(target, c.Operation).Add(float64(c.Bytes))
			logger.Debug("Call", "operation", c.Operation, "address", c.Address, "status", code, "bytes", c.Bytes, "ms", c.Duration.Milliseconds())
		},
		Login: func(l qumulo.LoginResult) {
			e.logins.WithLabelValues(target, loginResult(l)).Inc()
			if l.Err != nil && l.Renewing {
				// No scrape fails by it while the old token lasts, so none would say it.
				logger.Warn("The session token could not be renewed ahead of its end", "err", collector.Clip(l.Err.Error(), maxLogged), "advice", Advice(l.Err))
			}
		},
	}
}

func loginResult(l qumulo.LoginResult) string {
	switch {
	case l.Err == nil:
		return "success"
	case l.Pause > 0:
		return "refused"
	}
	return "error"
}

// Watch adds the state of a cluster to the metrics, in place of another one of
// its name: the counters go on.
func (e *Exporter) Watch(c *Cluster) {
	c.scrapeJoined = e.joined.WithLabelValues(c.name).Inc
	c.scrapeTimedOut = e.timeouts.WithLabelValues(c.name).Inc
	c.familyDropped = e.dropped.WithLabelValues(c.name).Inc
	e.mu.Lock()
	defer e.mu.Unlock()
	e.clusters[c.name] = c
}

// Forget is told that a client made with Hooks is closed, and its cluster with it
// (nil: there is none). With the last one of a name all metrics of it go.
func (e *Exporter) Forget(target string, c *Cluster) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if c != nil && e.clusters[target] == c {
		delete(e.clusters, target)
	}
	e.users[target]--
	if e.users[target] > 0 {
		return
	}
	delete(e.users, target)
	of := prometheus.Labels{targetLabel: target}
	e.duration.DeletePartialMatch(of)
	for _, v := range []*prometheus.CounterVec{e.requests, e.bytes, e.logins, e.joined, e.timeouts, e.handshakes, e.failovers, e.dropped} {
		v.DeletePartialMatch(of)
	}
}

// Loaded notes an attempt to load the configuration: whether it has become
// the current one, and when.
func (e *Exporter) Loaded(success bool, at time.Time) {
	e.loaded.Set(collector.Boolean(success))
	if success {
		e.loadedAt.Set(collector.Seconds(at))
	}
}

func (e *Exporter) metrics() []prometheus.Collector {
	return []prometheus.Collector{
		e.duration, e.requests, e.bytes, e.logins, e.joined, e.timeouts, e.handshakes, e.failovers, e.dropped, e.loaded, e.loadedAt,
	}
}

// Describe implements prometheus.Collector.
func (e *Exporter) Describe(ch chan<- *prometheus.Desc) {
	for _, v := range e.metrics() {
		v.Describe(ch)
	}
	ch <- e.active
	ch <- e.paused
	ch <- e.expires
}

// Collect implements prometheus.Collector.
func (e *Exporter) Collect(ch chan<- prometheus.Metric) {
	for _, v := range e.metrics() {
		v.Collect(ch)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.clusters {
		state := c.client.State()
		ch <- prometheus.MustNewConstMetric(e.active, prometheus.GaugeValue, 1, c.name, state.Address)
		ch <- prometheus.MustNewConstMetric(e.paused, prometheus.GaugeValue, collector.Boolean(state.LoginPaused), c.name)
		if !state.TokenExpires.IsZero() {
			ch <- prometheus.MustNewConstMetric(e.expires, prometheus.GaugeValue, collector.Seconds(state.TokenExpires), c.name)
		}
	}
}
