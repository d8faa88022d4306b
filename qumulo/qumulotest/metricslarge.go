package qumulotest

import (
	"bytes"
	"fmt"
)

// SetMetricsSeries sets a page of exactly that many series, in the form that the model has now: all that the model's
// own page has now, and LDAP operations of as many domains as are needed. 100,000 series are about 7.8 MB. The page is
// made once, here, and served from memory: nothing on it moves, and CacheMetrics has no effect on it. SetMetricsSeries
// returns the model, and panics where the model has no page of its own, or one that has more series.
//
// Where nodes and drives in the other answers shall be as many, Generate makes a large cluster, whose page moves.
func (m *Model) SetMetricsSeries(series int) *Model {
	m.mu.RLock()
	p, own := m.answers[metricsPath].(metricsPage)
	form, now := m.form, m.now()
	m.mu.RUnlock()
	if !own {
		panic("qumulotest: the model has no page of metrics of its own")
	}
	missing := series - countSeries(p.write(m, now, form, nil, nil))
	if missing < 0 {
		panic(fmt.Sprintf("qumulotest: the page of metrics has %d series more than %d", -missing, series))
	}
	return m.SetMetricsPage(string(p.write(m, now, form, nil, fill(missing, form))))
}

// fill returns so many series of LDAP operations.
func fill(series int, form MetricsForm) map[string]metricSamples {
	const errors, times, operations = "qumulo_ldap_operation_errors", "qumulo_ldap_operation_latency_seconds", "qumulo_ldap_operations"
	histogram := 3
	if form.NoBuckets {
		histogram = 2
	}
	all := map[string]metricSamples{}
	add := func(name string, value float64, labels ...string) {
		all[name] = append(all[name], metricSample{labels: labels, value: value, sum: value / 256})
	}
	for number := 0; series > 0; number++ { // of a length that makes the mean line one of 78 bytes
		server := fmt.Sprintf("s%d.example", 100000+number)
		add(operations, float64(1000+number), "domain_url", server)
		series--
		if series > histogram {
			add(errors, float64(number), "domain_url", server)
			add(times, float64(1000+number), "domain_url", server)
			series -= histogram + 1
		}
	}
	return all
}

// countSeries counts the lines that are no comments.
func countSeries(page []byte) int {
	return bytes.Count(page, []byte("\n")) - bytes.Count(page, []byte("\n# ")) - min(1, len(page))
}
