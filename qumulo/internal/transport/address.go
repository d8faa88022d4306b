package transport

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jpillora/backoff"
)

// avoidance is how long an address is avoided after each failure in a row.
var avoidance = backoff.Backoff{Min: 30 * time.Second, Factor: 2, Max: 5 * time.Minute}

// Address is one way to the cluster, with connections of its own.
type Address struct {
	// Name is for people: the URL, and which of its IP addresses if it has several.
	Name string
	// URL is scheme, host and port.
	URL string

	ip      string // that it goes to; "": whatever the URL's host stands for
	http    *httpTransport
	touched atomic.Int64 // when it last showed a sign of life, in Unix nanoseconds

	// Behind the mutex of the pool:
	throttle throttle
	goodAt   time.Time     // when it last gave a good answer
	sickAt   time.Time     // when it last gave one that a node which is well does not give
	news     chan struct{} // closed when one of these changes; nil: nobody waits for it
	servedAt time.Time     // when it last showed that it is well
	failures int           // in a row
	failedAt time.Time     // the last time
	avoid    time.Time     // until then others are tried first
	probed   bool          // a probe is under way
	checking bool          // a check whether it is well again is under way
	// life ends when a call finds the address hung; nil: nobody waits for that.
	life context.Context //nolint:containedctx // the address's, not a caller's
	end  context.CancelFunc
}

// CertificateExpires is the earliest end in the chain of certificates that the cluster
// presented last at this address; zero before it did.
func (a *Address) CertificateExpires() time.Time {
	at := a.http.notAfter.Load()
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0)
}

// touch notes a sign of life.
func (a *Address) touch() { a.touched.Store(time.Now().UnixNano()) }

// Outcome is how an answer turned out. Health is success, not an answer.
type Outcome int

// Outcomes.
const (
	// Public is a good answer of what needs no token: it is the API.
	Public Outcome = iota
	// Good is a good answer: the address becomes the active one if that one is to be
	// avoided and this one is not.
	Good
	// Served is a good answer of what shows that an address is well.
	Served
	// Sick is an answer that a node which is well does not give.
	Sick
	// Broken is no answer, or one that broke off.
	Broken
	// Hung is an address that accepts and gives no sign of life.
	Hung
)

// Report tells how the answer to a request turned out that was sent at began. An
// address that fails is avoided for a while that grows with each failure. The
// answer to a request sent before the address failed does not bring it back.
func (p *Pool) Report(a *Address, began time.Time, o Outcome) {
	p.note(a, o)
	switch {
	case o == Public:
	case o == Sick || o == Broken || o == Hung:
		p.failed(a, began, o)
	case p.worked(a, began, o == Served):
		p.cfg.Failover()
	}
}

// note keeps what an outcome tells of the API at an address.
func (p *Pool) note(a *Address, o Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch o {
	case Public, Good, Served:
		a.goodAt = p.cfg.Now()
	case Sick:
		a.sickAt = p.cfg.Now()
	case Broken, Hung:
		return
	}
	if a.news != nil {
		close(a.news)
		a.news = nil
	}
}

// apiWait is how long the answers to other calls are waited for that tell whether there
// is the API.
const apiWait = 250 * time.Millisecond

// IsAPI waits until it is known whether there is the API at an address: by its answers
// since then, good or sick. Of one that gives neither for a while nothing is known.
func (p *Pool) IsAPI(ctx context.Context, a *Address, since time.Time) (is, known bool) {
	ctx, cancel := context.WithTimeout(ctx, apiWait)
	defer cancel()
	for {
		p.mu.Lock()
		good, sick := !a.goodAt.Before(since) && a.goodAt.After(a.sickAt), !a.sickAt.Before(since)
		if a.news == nil {
			a.news = make(chan struct{})
		}
		news := a.news
		p.mu.Unlock()
		if good || sick {
			return good, true
		}
		select {
		case <-news:
		case <-ctx.Done():
			return false, false
		}
	}
}

// worked reports whether another address has become the active one.
func (p *Pool) worked(a *Address, began time.Time, served bool) (moved bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !began.After(a.failedAt) {
		return false
	}
	now := p.cfg.Now()
	if served {
		a.servedAt, a.failures, a.avoid = now, 0, time.Time{}
	}
	if a == p.active || !now.Before(p.active.avoid) || now.Before(a.avoid) || !p.lists(a) {
		return false
	}
	p.active = a
	return true
}

// failed avoids the address, if there is another one. That it hangs is told to all
// calls that wait for it.
func (p *Pool) failed(a *Address, began time.Time, o Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if o == Sick && began.Before(a.servedAt) {
		return // it is well again
	}
	if o == Hung && a.life != nil {
		a.end()
		a.life = nil
	}
	now := p.cfg.Now()
	a.failedAt = now
	if len(p.list) < 2 || now.Before(a.avoid) { // or another call has told the same already
		return
	}
	a.avoid = now.Add(avoidance.ForAttempt(float64(a.failures)))
	a.failures++
	a.http.CloseIdleConnections()
}
