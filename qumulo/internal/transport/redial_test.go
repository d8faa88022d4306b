package transport

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestLastDial: a failure is told again for a while, which that does not make longer, and is forgotten when there is a connection.
func TestLastDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lastDial
		want := func(when string, want error) {
			t.Helper()
			got := l.recent()
			if !errors.Is(got, want) || want != nil && got.Error() != want.Error() {
				t.Errorf("%s: %v, want %v", when, got, want)
			}
			if got != nil {
				l.failed(fmt.Errorf("as told: %w", got))
			}
		}
		first, second := errors.New("first"), errors.New("second")
		want("at first", nil)
		l.failed(first)
		for range 3 {
			want("just now", first)
			time.Sleep(redialAfter / 3)
		}
		want("after a while", nil)
		l.failed(first)
		l.failed(second)
		want("another", second)
		l.forget()
		want("forgotten", nil)

		var none *lastDial
		none.failed(first)
		none.forget()
		if err := none.recent(); err != nil {
			t.Error(err)
		}
	})
}
