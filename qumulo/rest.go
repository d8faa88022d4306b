package qumulo

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// maxRest bounds how long a cluster can ask to be left alone.
const maxRest = 15 * time.Minute

// rest leaves the cluster alone for as long as a 429 or 503 asks with
// Retry-After: calls wait where their deadline allows, and fail with that answer
// where it does not.
type rest struct {
	now func() time.Time

	mu    sync.Mutex
	until time.Time
	err   error
}

// begin begins the rest that an answer asks for.
func (r *rest) begin(status *StatusError) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until := r.now().Add(status.RetryAfter); status.RetryAfter > 0 && until.After(r.until) {
		r.until, r.err = until, status
	}
}

// on tells whether the cluster is to be left alone now.
func (r *rest) on() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now().Before(r.until)
}

// asksForRest tells an answer that asks to be left alone.
func asksForRest(err error) bool {
	status, ok := errors.AsType[*StatusError](err)
	return ok && status.RetryAfter > 0
}

// wait waits for the end of the rest, or gives at once the answer that asked for
// it if that comes after the deadline of ctx.
func (r *rest) wait(ctx context.Context) error {
	r.mu.Lock()
	left, err := r.until.Sub(r.now()), r.err
	r.mu.Unlock()
	if left <= 0 {
		return nil
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < left {
		return err
	}
	select {
	case <-time.After(left):
		return nil
	case <-ctx.Done():
		return err
	}
}

// retryAfter reads the header of a 429 or 503: seconds or a date; 0: none.
func retryAfter(resp *http.Response, now time.Time) time.Duration {
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	value := resp.Header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRest)
	}
	if date, err := http.ParseTime(value); err == nil {
		// Whole seconds, as in the other form: one cause has one text.
		return min(max((date.Sub(now)+time.Second-1).Truncate(time.Second), 0), maxRest)
	}
	return 0
}
