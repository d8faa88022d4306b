package exposition

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestNumbers: what is read without strconv is what it reads.
func TestNumbers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	read := 0
	for range 100_000 {
		text := fmt.Sprintf("%.*f", random.IntN(12), random.ExpFloat64()*[]float64{1e-3, 1, 1e6, 1e12}[random.IntN(4)])
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := digits([]byte(text))
		if ok != (len(text) <= maxDigits) || ok && got != want {
			t.Fatalf("%s is %v, %t", text, got, ok)
		}
		if ok {
			read++
		}
	}
	if read < 50_000 {
		t.Errorf("%d numbers", read)
	}
	for text, want := range map[string]float64{"1.": 1, ".5": 0.5, "007": 7} {
		if got, ok := digits([]byte(text)); !ok || got != want {
			t.Errorf("%s is %v, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", ".", "1.2.3", "-1", "1e5", "+1", "1 "} {
		if _, ok := digits([]byte(text)); ok {
			t.Errorf("%q is a number", text)
		}
	}
}
