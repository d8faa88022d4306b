package main

import (
	"net/http"
	"slices"
	"time"
)

const (
	// grace is how long after its connection was made a call may be read; and how long before and
	// after a node's failure a login may have been read by it that was under way at that moment.
	grace = 5 * answerTime
	// loginShare is the part of a scrape's time that callers may have to wait for a login that a node
	// never answers: some must be left.
	loginShare = 2
)

// span is a time in which pages may be incomplete.
type span struct{ began, ended time.Time }

// explained reports whether the faults explain that a page is not complete: a node failed while the
// scrape was under way, or the scrape waited for a login that was under way at a node when it
// failed. A scrape that begins after a failure has two good addresses, and no excuse.
func explained(s scrape, outages []outage, logins []span) bool {
	for _, o := range outages {
		if !s.began.After(o.struck) && !s.ended.Before(o.began) {
			return true
		}
	}
	for _, l := range logins {
		if !s.began.After(l.ended) && !s.ended.Before(l.began) {
			return true
		}
	}
	return false
}

// sorted are the logins by what became of them.
type sorted struct {
	good  int    // gave a token for its whole life
	lost  int    // the faults explain that they were not answered, or made again before the token's end
	stray int    // the like, and nothing explains it
	hit   []span // from each that was under way at a node when it failed to the next token's first use
}

// sortLogins sorts the logins of one user.
func sortLogins(t traffic, outages []outage, set settings) sorted {
	var s sorted
	arrivals := t.arrivals()
	for i, l := range t.logins {
		again := i+1 < len(t.logins) && t.logins[i+1].at.Before(l.at.Add(set.tokenLife))
		hit := l.hit(outages)
		if hit {
			s.hit = append(s.hit, l.span(arrivals, set.timeout/loginShare))
		}
		switch {
		case l.status == http.StatusOK && !again:
			s.good++
		case hit:
			s.lost++
		default:
			s.stray++
		}
	}
	return s
}

// span is the time in which callers may have waited for the login, each at most as long as longest.
func (l login) span(arrivals []time.Time, longest time.Duration) span {
	until := l.at.Add(longest)
	for _, at := range arrivals {
		if at.After(l.at) && at.Before(until) {
			until = at
		}
	}
	return span{l.at, until}
}

// hit reports whether the login's node failed while it was under way.
func (l login) hit(outages []outage) bool {
	return slices.ContainsFunc(outages, func(o outage) bool {
		return o.node == l.node && l.at.After(o.began.Add(-grace)) && l.at.Before(o.struck.Add(grace))
	})
}

// expectedLogins gives how many logins the scrapes need, at least and at most, after one at first.
// Scrapes are sorted by their beginnings. A token is replaced by a scrape that is under way at its
// end or by the next: at its end, or at that scrape's beginning, at the earliest. At the latest it
// is replaced when a scrape has ended, with a complete page, that began after the token's end and
// cannot share the calls of one that began before.
func expectedLogins(scrapes []scrape, first time.Time, life time.Duration) (least, most int) {
	least, most = 1, 1
	for at, ok := earliest(scrapes, first.Add(life)); ok; at, ok = earliest(scrapes, at.Add(life)) {
		most++
	}
	for at, ok := latest(scrapes, first.Add(life)); ok; at, ok = latest(scrapes, at.Add(life)) {
		least++
	}
	return least, most
}

// earliest is when a token that ends then is replaced at the earliest; false: it need not be.
func earliest(scrapes []scrape, end time.Time) (time.Time, bool) {
	for _, s := range scrapes {
		switch {
		case !s.began.Before(end):
			return s.began, true
		case s.ended.After(end):
			return end, true
		}
	}
	return time.Time{}, false
}

// latest is when it is replaced at the latest; false: it need not be.
func latest(scrapes []scrape, end time.Time) (time.Time, bool) {
	before := end // the end of those that began before the token's end
	for _, s := range scrapes {
		switch {
		case s.began.Before(end):
			before = later(before, s.ended)
		case s.fault == nil && !s.began.Before(before):
			return s.ended, true
		}
	}
	return time.Time{}, false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// thirds gives the means of the first and of the last third of samples; 0 without a third.
func thirds(samples []int64) (first, last float64) {
	n := len(samples) / 3
	if n == 0 {
		return 0, 0
	}
	return mean(samples[:n]), mean(samples[len(samples)-n:])
}

func mean(samples []int64) float64 {
	sum := 0.0
	for _, s := range samples {
		sum += float64(s)
	}
	return sum / float64(len(samples))
}
