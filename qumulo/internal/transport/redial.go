package transport

import (
	"errors"
	"sync"
	"time"
)

// redialAfter is how long an IP address of a name is not dialled again that no connection could be made to. A name
// may have hundreds: where all of them fail, as with a certificate that has expired, each call of a scrape would dial
// each of them.
const redialAfter = 3 * time.Second

// lastDial is the last attempt to connect to an address, if it failed. The zero value has none, and nil never has one.
type lastDial struct {
	mu  sync.Mutex
	err error
	at  time.Time
}

// failed notes why no connection was made, unless that was only told again.
func (l *lastDial) failed(err error) {
	if _, again := errors.AsType[toldAgainError](err); again || l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err, l.at = err, time.Now()
}

// recent returns why the last attempt failed, a moment ago; nil: there may be another one.
func (l *lastDial) recent() error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil || time.Since(l.at) >= redialAfter {
		return nil
	}
	return toldAgainError{l.err}
}

// forget allows another attempt at once.
func (l *lastDial) forget() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = nil
}

// toldAgainError is the error of an earlier attempt to connect.
type toldAgainError struct{ error }

// Unwrap returns it.
func (e toldAgainError) Unwrap() error { return e.error }
