package transport

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxThrottle bounds how long an address can be throttled.
const maxThrottle = 15 * time.Minute

// throttle is what an address asks for with Retry-After.
type throttle struct {
	until time.Time
	err   error // the answer that asked for it
}

// Throttle sends nothing to an address for as long as an answer asks, which err is.
// The other addresses stay in use.
func (p *Pool) Throttle(a *Address, d time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.cfg.Now().Add(d); until.After(a.throttle.until) {
		a.throttle = throttle{until, err}
	}
}

// Resume ends the throttle of all addresses.
func (p *Pool) Resume() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.list {
		a.throttle = throttle{}
	}
	close(p.resumed)
	p.resumed = make(chan struct{})
}

// Unthrottled waits until an address may be asked, or returns at once the answer
// that asked for the throttle if that ends after the deadline; zero: there is none.
func (p *Pool) Unthrottled(ctx context.Context, deadline time.Time) error {
	p.mu.Lock()
	resumed := p.resumed
	p.mu.Unlock()
	left, err := p.throttled()
	if left <= 0 {
		return nil
	}
	if !deadline.IsZero() && time.Until(deadline) < left {
		return err
	}
	select {
	case <-time.After(left):
		return nil
	case <-resumed:
		return nil
	case <-ctx.Done():
		return err
	}
}

// Throttled reports whether all addresses are throttled.
func (p *Pool) Throttled() bool {
	left, _ := p.throttled()
	return left > 0
}

// ThrottledBy returns the answer that asked for the throttle that ends first.
func (p *Pool) ThrottledBy() error {
	_, err := p.throttled()
	return err
}

// throttled returns how long all addresses are throttled, and the answer that asked
// for it of the one that is free first.
func (p *Pool) throttled() (left time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.cfg.Now()
	for i, a := range p.list {
		if d := a.throttle.until.Sub(now); i == 0 || d < left {
			left, err = d, a.throttle.err
		}
	}
	return left, err
}

// RetryAfter reads what a 429 or 503 asks for, in seconds or as a date: never more
// than the longest throttle, whatever the header says; 0 where it asks for nothing,
// a time that is over, or something else.
func RetryAfter(resp *http.Response, now time.Time) time.Duration {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	value := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.Atoi(value)
		if err != nil || seconds > int(maxThrottle/time.Second) {
			return maxThrottle // longer than can be counted, or than is believed
		}
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		// Whole seconds, as in the other form: one cause has one text.
		left := min(max(date.Sub(now), 0), maxThrottle)
		return (left + time.Second - 1).Truncate(time.Second)
	}
	return 0
}
