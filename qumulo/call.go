package qumulo

import (
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/internal/transport"
)

// request is one call on its way.
type request struct {
	Endpoint

	method string
	uri    string // path and query, with the arguments in them
	body   []byte
	round  Round
	decode decoder
	secret Secret // the token, or the password in body: not to be repeated in an error
	login  bool
	// not is an address that has rejected the token or the login: it is not asked again.
	not *transport.Address
	// at is the address that was asked last.
	at *transport.Address
	// sent: the request may have reached it.
	sent bool
	// repeated: it has been sent again, for a dead connection or after a throttle, which
	// is done once.
	repeated bool
	// deadline is when the answer must be there; zero: it has time.
	deadline func() time.Time
}

// mayRepeat reports whether the same may be sent to the same address again.
func (r *request) mayRepeat() bool { return !r.login && !r.repeated }
