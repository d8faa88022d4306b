package fleet_test

import (
	"errors"
	"fmt"
	"testing"
)

// TestReloadsThatFailAlike: the errors of a file are in the log once, however often somebody reloads it, and each
// reload returns all of them.
func TestReloadsThatFailAlike(t *testing.T) {
	_, c := simulated(t, "a")
	r := newRig(t, c)
	var many []error
	for i := range 900 {
		many = append(many, fmt.Errorf("line %d: nonsense", i))
	}
	want := func(what string, said, asBefore int) {
		t.Helper()
		got := len(r.log.Lines("level=ERROR", "Config reload failed", "nonsense"))
		if again := len(r.log.Lines("level=ERROR", "Config reload failed", "900 errors, as before")); got != said || again != asBefore {
			t.Errorf("%s: said %d times, want %d; as before %d times, want %d", what, got, said, again, asBefore)
		}
	}
	for range 4 {
		if errs := r.reload(many); len(errs) != len(many) {
			t.Errorf("%d errors", len(errs))
		}
	}
	want("four times", 900, 3)
	for range 2 {
		r.reload([]error{errors.New("nonsense")})
	}
	want("another error", 902, 3)
	r.reload(many)
	r.reload(nil, c)
	r.reload(many)
	want("after others", 902+2*900, 3)
}
