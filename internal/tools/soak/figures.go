package main

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const (
	// flat is how much of its mean in the first third the memory may differ by in the last.
	flat = 0.10
	// The exporter may hold a full set of connections to each address: as many more than at the
	// start, when it knows one address, are no leak. A connection is one descriptor and two
	// goroutines, of net/http; callers' connections come and go too.
	connections     = (addresses - 1) * qumulo.DefaultConcurrency
	moreDescriptors = connections + 4
	moreGoroutines  = 2*connections + 10
	// enoughScrapes is the share of the scrapes asked for without which a run says nothing.
	enoughScrapes = 0.95
	// shown is how many unexplained pages are told one by one.
	shown = 10
)

// figures are what a run comes to.
type figures struct {
	settings settings

	outages map[string]int // by kind

	scrapes, complete, explained, late int
	unexplained                        []scrape
	p50, p99, longest                  time.Duration

	logins                                         sorted
	leastLogins, mostLogins                        int // see expectedLogins
	failovers, handshakes, ownHandshakes, needless int

	rssFirst, rssLast       float64 // bytes
	goroutines, descriptors [2]int  // at the start and at the end
}

// judge counts.
func judge(r record) figures {
	f := figures{settings: r.settings, scrapes: len(r.scrapes), outages: map[string]int{}}
	for _, o := range r.outages {
		f.outages[o.kind]++
	}
	f.logins = sortLogins(r.traffic, r.outages, r.settings)
	var took []time.Duration
	for _, s := range r.scrapes {
		took = append(took, s.ended.Sub(s.began))
		switch {
		case s.fault == nil:
			f.complete++
		case explained(s, r.outages, f.logins.hit):
			f.explained++
		default:
			f.unexplained = append(f.unexplained, s)
		}
		if s.ended.Sub(s.began) > r.settings.timeout {
			f.late++
		}
	}
	slices.Sort(took)
	f.p50, f.p99, f.longest = harness.Quantile(took, 0.5), harness.Quantile(took, 0.99), harness.Quantile(took, 1)
	if len(r.traffic.logins) > 0 {
		slices.SortFunc(r.scrapes, func(a, b scrape) int { return a.began.Compare(b.began) })
		f.leastLogins, f.mostLogins = expectedLogins(r.scrapes, r.traffic.logins[0].at, r.settings.tokenLife)
	}
	f.handshakes, f.needless = r.handshakes, r.needless
	f.ownHandshakes = int(r.end.Sum("qumulo_exporter_tls_handshakes_total"))
	f.failovers = int(r.end.Sum("qumulo_exporter_address_failovers_total"))
	f.rssFirst, f.rssLast = thirds(r.rss)
	for i, p := range []harness.Page{r.start, r.end} {
		f.goroutines[i], f.descriptors[i] = int(p["go_goroutines"]), int(p["process_open_fds"])
	}
	return f
}

// report writes the figures, and of each bound whether it holds; it returns harness.ErrBroken where one does not.
func (f figures) report(w io.Writer) error {
	wanted := f.settings.duration.Seconds() * f.settings.rate
	fmt.Fprintln(w)
	r := harness.NewReport(w)
	r.Notef("node failures: %d stops, %d hangs, %d cut", f.outages[stops], f.outages[hangs], f.outages[cut])
	r.Boundf(float64(f.scrapes) >= enoughScrapes*wanted, fmt.Sprintf("at least %.0f", enoughScrapes*wanted), "scrapes: %d of %.0f", f.scrapes, wanted)
	r.Boundf(len(f.unexplained) == 0, "0 unexplained",
		"pages: %d complete, %d explained by the faults, %d unexplained", f.complete, f.explained, len(f.unexplained))
	for _, s := range f.unexplained[:min(len(f.unexplained), shown)] {
		r.Notef("  %s", s)
	}
	r.Boundf(f.late == 0, fmt.Sprintf("0 beyond the %s that each had", f.settings.timeout),
		"scrape time: p50 %.3f s, p99 %.3f s, longest %.3f s; %d beyond", f.p50.Seconds(), f.p99.Seconds(), f.longest.Seconds(), f.late)
	r.Boundf(f.logins.stray == 0 && f.logins.good >= f.leastLogins && f.logins.good <= f.mostLogins,
		fmt.Sprintf("%d to %d, 0 unexplained", f.leastLogins, f.mostLogins),
		"logins seen at the cluster: %d; %d more lost to faults, %d more unexplained", f.logins.good, f.logins.lost, f.logins.stray)
	moves := f.outages[stops] + f.outages[hangs]
	r.Boundf(f.failovers >= moves && f.failovers <= moves+f.outages[cut],
		fmt.Sprintf("%d, and up to %d more by nodes that were cut", moves, f.outages[cut]), "fail-overs: %d", f.failovers)
	r.Boundf(f.needless == 0, "0 needless while all was well",
		"TLS handshakes: %d seen at the cluster, %d counted by the exporter; %d for neither a login nor a mended node while all was well",
		f.handshakes, f.ownHandshakes, f.needless)
	ratio := f.rssLast / f.rssFirst
	r.Boundf(ratio >= 1-flat && ratio <= 1+flat, fmt.Sprintf("%g to %g", 1-flat, 1+flat),
		"resident memory: %.2f MiB in the first third, %.2f MiB in the last, ratio %.3f", harness.MiB(f.rssFirst), harness.MiB(f.rssLast), ratio)
	r.Boundf(f.goroutines[1] <= f.goroutines[0]+moreGoroutines, fmt.Sprintf("at most %d more", moreGoroutines),
		"goroutines: %d at the start, %d at the end", f.goroutines[0], f.goroutines[1])
	r.Boundf(f.descriptors[1] <= f.descriptors[0]+moreDescriptors, fmt.Sprintf("at most %d more", moreDescriptors),
		"open file descriptors: %d at the start, %d at the end", f.descriptors[0], f.descriptors[1])
	return r.Err()
}
