package main

import (
	"bufio"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	scraped = time.Minute
	// What does not move is written less often, within the five minutes after which Prometheus takes a series for gone.
	still = 4 * time.Minute
)

// downMetrics are on the page of a cluster that does not answer, too.
var downMetrics = []string{"up", "qumulo_up", "qumulo_scrape_", "qumulo_cluster_web_ui_info"}

// writeDay writes all series of all pages, one after the other.
func writeDay(w *bufio.Writer, pages map[string]page, d day) {
	all := troubles(d.now)
	for _, instance := range slices.Sorted(maps.Keys(pages)) {
		p := pages[instance].heal(d.now)
		if instance != exporterPage {
			p = p.filled(use[instance]).native()
		}
		p = slices.Concat(p, emerging(instance), page{{"up", nil, 1}}) // the exporter itself answers all the time
		for _, s := range p {
			writeSeries(w, instance, s, d, slices.DeleteFunc(slices.Clone(all), func(x trouble) bool {
				return !x.of(instance, s) && x.name != "qumulo_up"
			}))
		}
	}
	for _, x := range alerts() {
		l := map[string]string{}
		for i := 0; i < len(x.labels); i += 2 {
			l[x.labels[i]] = x.labels[i+1]
		}
		for t := d.begin; t.Before(d.end); t = t.Add(scraped) {
			if x.during(d, t) {
				writeSample(w, series{x.name, l, 1}.key(x.instance), 1, t)
			}
		}
	}
}

func writeSeries(w *bufio.Writer, instance string, s series, d day, about []trouble) {
	key := s.key(instance)
	step, begin := still, d.begin
	if s.moves() || len(about) > 1 || instance == "paris" && strings.HasPrefix(s.name, "qumulo_disk_operation_") {
		step = scraped
	}
	if strings.HasPrefix(s.name, "qumulo_filesystem_") {
		step, begin = still, d.now.Add(-7*d.now.Sub(d.begin)) // the forecast looks at a week
	}
	for t := begin; t.Before(d.end); t = t.Add(step) {
		value, there := s.at(d, t, use[instance].growth, use[instance].load), !s.emerges()
		for _, x := range about {
			switch {
			case !x.during(d, t):
			case x.of(instance, s):
				value, there = x.value, !x.gone
			case x.instance == instance && !slices.ContainsFunc(downMetrics, func(name string) bool { return strings.HasPrefix(s.name, name) }):
				there = false
			}
		}
		if there {
			writeSample(w, key, value, t)
		}
	}
}

func writeSample(w *bufio.Writer, key string, value float64, t time.Time) {
	fmt.Fprintf(w, "%s %s %d\n", key, strconv.FormatFloat(value, 'g', 10, 64), t.Unix())
}
