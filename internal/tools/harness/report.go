package harness

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrBroken is a run that broke one of its bounds.
var ErrBroken = errors.New("a bound is broken")

// Report says of each bound whether it holds.
type Report struct {
	out    io.Writer
	broken bool
}

// NewReport returns a report that is written to out.
func NewReport(out io.Writer) *Report { return &Report{out: out} }

// Boundf says of a figure, which format and args make, that it keeps to its bound or does not.
func (r *Report) Boundf(holds bool, bound, format string, args ...any) {
	word := "OK"
	if !holds {
		word, r.broken = "BROKEN", true
	}
	r.line(word, fmt.Sprintf(format, args...)+"; bound: "+bound)
}

// Notef says what has no bound.
func (r *Report) Notef(format string, args ...any) { r.line("", fmt.Sprintf(format, args...)) }

func (r *Report) line(word, text string) { fmt.Fprintf(r.out, "%-8s%s\n", word, text) }

// Err returns ErrBroken where a bound does not hold.
func (r *Report) Err() error {
	if r.broken {
		return ErrBroken
	}
	return nil
}

// Quantile returns the value below which the share q of a sorted list lies; 0 of an empty one.
func Quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// MiB is a number of bytes in MiB.
func MiB[N int64 | float64](bytes N) float64 { return float64(bytes) / (1 << 20) }
