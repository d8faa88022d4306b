package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// promise is the time that each scrape says it has, as Prometheus does, and must come back in.
const promise = 10 * time.Second

// page is one answer of the exporter: the value of each series, by its name with labels.
type page map[string]float64

// pageClient asks for pages. Connections that stood for a burst of slow ones are given up after it.
func pageClient() *http.Client {
	return &http.Client{Timeout: 2 * promise, Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 2}}
}

// fetch asks for a page once.
func fetch(ctx context.Context, client *http.Client, addr string) (page, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", fmt.Sprint(promise.Seconds()))
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %.100s", resp.Status, bytes.TrimSpace(body))
	}
	return parse(string(body))
}

// parse reads the text format, as far as a page of the exporter needs it: values have no time.
func parse(text string) (page, error) {
	p := page{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		end := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(line[end+1:], 64)
		if end < 0 || err != nil {
			return nil, fmt.Errorf("not a line of a page: %q", line)
		}
		p[line[:end]] = value
	}
	return p, nil
}

// cluster gives the part of a page that collectors make, which is the same in each complete page:
// nothing of the simulated cluster changes.
func (p page) cluster() page {
	names := map[string]bool{}
	for _, c := range collector.All() {
		for _, m := range c.Metrics {
			names[m.Name] = true
		}
	}
	part := page{}
	for series, value := range p {
		if name, _, _ := strings.Cut(series, "{"); names[name] {
			part[series] = value
		}
	}
	return part
}

// missing tells what a page lacks to be complete: nil if it is. want is the collectors' part of a
// complete one.
func (p page) missing(want page) error {
	if p["qumulo_up"] != 1 {
		return errors.New("qumulo_up is not 1")
	}
	for _, name := range collector.Names() {
		if p[fmt.Sprintf("qumulo_scrape_collector_success{collector=%q}", name)] != 1 {
			return fmt.Errorf("collector %s has failed", name)
		}
	}
	got := p.cluster()
	for series, value := range want {
		if v, ok := got[series]; !ok || v != value {
			return fmt.Errorf("%s is %v (there: %t), not %v", series, v, ok, value)
		}
	}
	if len(got) != len(want) {
		return fmt.Errorf("%d series of the cluster, not %d", len(got), len(want))
	}
	return nil
}

// sum adds up the series of one metric.
func (p page) sum(name string) float64 {
	sum := 0.0
	for series, value := range p {
		if bare, _, _ := strings.Cut(series, "{"); bare == name {
			sum += value
		}
	}
	return sum
}
