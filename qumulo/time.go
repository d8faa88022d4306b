package qumulo

import (
	"strings"
	"time"
)

// Time is a time of the API, in the form of RFC 3339. The zero value stands for a field
// that is missing, null or "", or a time that was never set.
type Time struct {
	value time.Time
	known bool
	raw   string // what was sent, if it is no time
}

// TimeOf returns a Time that holds v.
func TimeOf(v time.Time) Time { return Time{value: v.UTC(), known: true} }

// Value returns the time in UTC; ok is false if there is none.
func (t Time) Value() (v time.Time, ok bool) { return t.value, t.known }

// Malformed returns what the cluster sent where it is not a time.
func (t Time) Malformed() (raw string, bad bool) { return t.raw, t.raw != "" }

// UnmarshalJSON takes any JSON value and never fails.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	text := scalar(data)
	if len(text) == 0 {
		return nil
	}
	if v, err := time.Parse(time.RFC3339, strings.ToUpper(string(text))); err == nil { // with any fraction; t and z are allowed
		// The first moment of the year 1 or of 1970 is what a program makes of no time. Taken for one, it would be a
		// certificate that has expired, or a blackout that never ends and mutes an alert.
		if !v.IsZero() && !v.Equal(time.Unix(0, 0)) {
			*t = TimeOf(v)
		}
		return nil
	}
	t.raw = shorten(string(text))
	return nil
}
