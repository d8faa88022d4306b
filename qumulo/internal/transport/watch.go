package transport

import (
	"cmp"
	"context"
	"errors"
	"time"
)

const (
	// maxShare bounds how long an address may give no sign of life before it counts
	// as hung: a login has more time than the scrapes that wait for it.
	maxShare = 3 * time.Second
	// minShare is the least that is waited for one: a node that is only slow must not
	// get all calls of a caller in a hurry twice.
	minShare = 250 * time.Millisecond
	// fairTime is what a caller must have had for an address to be blamed that gave it
	// no sign of life.
	fairTime = time.Second
	// probeTimeout is how long a probe, which is no caller's, waits for an answer.
	probeTimeout = maxShare / 2
)

var (
	// ErrHung is an address that accepts and does not answer.
	ErrHung = errors.New("accepts connections and does not answer")
	// ErrSilent is the same where the caller had too little time to blame the address.
	ErrSilent = errors.New("did not answer in the time there was for it")
)

// Watch ends a request under way, with ErrHung or ErrSilent as the cause, when its
// address gives no sign of life for its share of the time until the deadline (zero:
// there is none), while there are left addresses to try with this one. stop ends the
// watch.
func (p *Pool) Watch(ctx context.Context, a *Address, deadline time.Time, left int, end context.CancelCauseFunc) (stop func()) {
	began, share, cause := time.Now(), maxShare, ErrHung
	if !deadline.IsZero() {
		remaining := deadline.Sub(began)
		share = min(max(remaining/time.Duration(min(left, 3)), minShare), maxShare)
		if remaining < fairTime {
			cause = ErrSilent
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	go p.watch(ctx, a, share, func() { end(cause) })
	// What another call has found out need not be waited for.
	told := context.AfterFunc(p.lifeOf(a), func() { //nolint:contextcheck // the address's, not the call's
		if a.touched.Load() < began.UnixNano() {
			end(ErrHung)
		}
	})
	return func() {
		told()
		cancel()
	}
}

// lifeOf returns a context that ends when a call finds the address hung.
func (p *Pool) lifeOf(a *Address) context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.life == nil {
		a.life, a.end = context.WithCancel(context.Background())
	}
	return a.life
}

// watch calls silent when the address of a request under way gives no sign of life.
// A slow answer alone does not tell that, nor do answers to others that came before:
// after half of the share the address is probed.
func (p *Pool) watch(ctx context.Context, a *Address, share time.Duration, silent func()) {
	for since := time.Now(); sleep(ctx, share/2); {
		lives := a.touched.Load() >= since.UnixNano()
		since = time.Now()
		if lives || !p.probe(a) { //nolint:contextcheck // it serves all who wait
			continue
		}
		if !sleep(ctx, share/2) {
			return
		}
		if a.touched.Load() < since.UnixNano() {
			silent()
			return
		}
	}
}

// probe asks an address for something small, once for all who wait for it, and reports
// whether it is being asked: a throttled one is not. It waits for no slot, since all of
// them may be held by calls to this very address. It has time of its own, so that
// callers in a hurry need not judge the address.
func (p *Pool) probe(a *Address) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.probed || p.cfg.Now().Before(a.throttle.until) {
		return a.probed
	}
	a.probed = p.beside(probeTimeout, func(ctx context.Context) {
		began, since := p.cfg.Now(), time.Now()
		p.cfg.Probe(ctx, a)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) && a.touched.Load() < since.UnixNano() {
			p.Report(a, began, Hung)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		a.probed = false
	})
	return a.probed
}

// Doubt has one other address checked when this one has not answered in the time that its
// caller had what shows that an address is well, though it may answer other things: if the
// other one answers it in as much time, this one is sick.
func (p *Pool) Doubt(a *Address, waited time.Duration, check func(ctx context.Context, a *Address)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	other := p.besides(a)
	if waited < fairTime || other == nil || p.doubting {
		return
	}
	p.doubting = p.beside(min(waited, checkTimeout), func(ctx context.Context) {
		began := p.cfg.Now()
		check(ctx, other)
		p.mu.Lock()
		p.doubting = false
		served := !other.servedAt.Before(began)
		p.mu.Unlock()
		if served {
			p.Prefer(other, a)
		}
	})
}

// Overdue tells that a call has waited so long for an answer when its time was over. Where nothing else
// came from the address meanwhile, its idle connections may be as dead as the call's own: a firewall that
// has forgotten them says nothing, and each would cost a call all of its time.
func (a *Address) Overdue(waited time.Duration) {
	if waited >= fairTime && time.Since(time.Unix(0, a.touched.Load())) >= waited {
		a.CloseIdle()
	}
}

// Prefer tells that one address has just shown that it is well by what another one did not do.
func (p *Pool) Prefer(well, sick *Address) {
	now := p.cfg.Now()
	p.Report(sick, now, Sick)
	p.Report(well, now, Served)
}

// besides returns the address to ask in place of another one, an avoided one if there is no
// other; nil: there is none. p.mu is held.
func (p *Pool) besides(a *Address) *Address {
	var avoided *Address
	now := p.cfg.Now()
	for _, other := range p.list {
		switch {
		case other == a, now.Before(other.throttle.until):
		case now.Before(other.avoid):
			avoided = cmp.Or(avoided, other)
		default:
			return other
		}
	}
	return avoided
}

// sleep reports false if ctx has ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
