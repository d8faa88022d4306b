package collector

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// families makes gauges, each with one series.
func families(names ...string) (all []exposition.Family) {
	for _, name := range names {
		all = append(all, exposition.Family{Name: name, Type: exposition.Gauge, Samples: []byte(name + " 1\n"), Series: 1})
	}
	return all
}

// TestHeldFamiliesByTheClock: what the cluster leaves out is held at every scrape until its time is over, to the second, and the time
// begins anew when it is sent again.
func TestHeldFamiliesByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, holds, err := optionsOf[NativeOptions](&Source{Settings: Settings{Options: []any{native().Options()}}}).compile()
		if err != nil {
			t.Fatal(err)
		}
		var h heldFamilies
		scrape := func(sent ...string) (held []string) {
			for _, f := range h.update(families(sent...), nameFilter{}, holds, time.Now(), 0) {
				held = append(held, f.MetricName())
			}
			return held
		}
		want := func(when string, held []string, want ...string) {
			if !slices.Equal(held, want) {
				t.Errorf("%s: held are %q, want %q", when, held, want)
			}
		}
		const info, wear, errors = "qumulo_node_info", "qumulo_disk_endurance_percent", "qumulo_disk_transport_errors_total"
		want("at first", scrape(info, wear, errors, "qumulo_fan_speed_rpm"))
		for elapsed := 15 * time.Second; elapsed < 2*time.Hour; elapsed += 15 * time.Second {
			time.Sleep(15 * time.Second)
			want(elapsed.String(), scrape(), wear, errors, info)
		}
		time.Sleep(15 * time.Second)
		want("2h", scrape(wear), info) // wear is sent again, the errors are gone
		for range 21 {
			time.Sleep(time.Hour)
			want("to 23h", scrape(wear), info)
		}
		time.Sleep(time.Hour - time.Second)
		want("a second before 24h", scrape(), wear, info)
		time.Sleep(time.Second)
		want("24h", scrape(), wear)
		time.Sleep(time.Hour - time.Second)
		want("a second before 25h", scrape(info), wear)
		time.Sleep(time.Second)
		want("25h", scrape(), info)
	})
}

// TestOverlappingReads: a read that began before another and ends after it does not undo what that one has found.
func TestOverlappingReads(t *testing.T) {
	var h heldFamilies
	holds := holds{{names: regexp.MustCompile(".+"), during: time.Hour}}
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	newer := families("a")
	newer[0].Samples = []byte("a 2\n")
	h.update(newer, nameFilter{}, holds, at.Add(time.Second), 0)
	h.update(families("a", "b"), nameFilter{}, holds, at, 0)
	held := h.update(nil, nameFilter{}, holds, at.Add(2*time.Second), 0)
	if len(held) != 2 || string(held[0].Samples) != "a 2\n" || !held[0].at.Equal(at.Add(time.Second)) || held[1].Name != "b" {
		t.Errorf("held are %+v", held)
	}
	h.replace(heldFamily{Family: families("a")[0], at: at}) // of the older one
	if held := h.update(nil, nameFilter{}, holds, at.Add(3*time.Second), 0); string(held[0].Samples) != "a 2\n" {
		t.Errorf("held is %s", held[0].Samples)
	}
}

// update is what a read does with a whole page.
func (h *heldFamilies) update(page []exposition.Family, shown nameFilter, holds holds, at time.Time, text int) []heldFamily {
	h.put(page, holds, at, text)
	return h.beside(page, shown, holds, at)
}

// TestHeldIsBounded: a cluster with ever new names of metrics can't fill the memory.
func TestHeldIsBounded(t *testing.T) {
	var h heldFamilies
	hold := holds{{names: regexp.MustCompile(".+_info"), during: time.Hour}}
	page := func(first, n int) (families []exposition.Family) {
		for i := range n {
			families = append(families, exposition.Family{
				Name: fmt.Sprintf("qumulo_%d", first+i), Type: exposition.Info, Samples: fmt.Appendf(nil, "qumulo_%d_info 1\n", first+i), Series: 1,
			})
		}
		return families
	}
	if h.put(page(0, maxHeld), hold, time.Now(), 0) {
		t.Error("full too early")
	}
	if !h.put(page(maxHeld/2, maxHeld), hold, time.Now(), 0) || len(h.families) != maxHeld {
		t.Errorf("%d metrics are held, want %d", len(h.families), maxHeld)
	}
}

// TestHeldBytesAreBounded: nor with large ones. What has grown too large is not held as it was before either, and what fits beside is.
func TestHeldBytesAreBounded(t *testing.T) {
	var h heldFamilies
	hold := holds{{names: regexp.MustCompile(".+_info"), during: time.Hour}}
	now := time.Now()
	put := func(name string, size int) (full bool) {
		now = now.Add(time.Minute)
		text := "qumulo_" + name + "_info{x=\"\"} 1\n"
		f := exposition.Family{Name: "qumulo_" + name, Type: exposition.Info, Help: strings.Repeat("h", size/2), Series: 1}
		f.Samples = []byte(strings.Replace(text, `""`, `"`+strings.Repeat("x", size-size/2)+`"`, 1))
		return h.put([]exposition.Family{f}, hold, now, 0)
	}
	want := func(names ...string) {
		t.Helper()
		size, held := 0, []string(nil)
		for name, f := range h.families {
			size += f.bytes()
			held = append(held, strings.TrimSuffix(strings.TrimPrefix(name, "qumulo_"), "_info"))
		}
		if slices.Sort(held); !slices.Equal(held, names) || size > maxHeldBytes {
			t.Errorf("%d bytes of %q are held, want %q", size, held, names)
		}
	}
	for _, name := range []string{"a", "b", "c"} {
		if put(name, 5<<20) {
			t.Error("full too early")
		}
	}
	want("a", "b", "c")
	if !put("d", 5<<20) {
		t.Error("not full")
	}
	want("a", "b", "c")
	if put("d", 1000) || put("a", 5<<20) {
		t.Error("full though there is room, or the same again")
	}
	want("a", "b", "c", "d")
	if !put("b", 100<<20) {
		t.Error("not full though one has grown")
	}
	want("a", "c", "d")
	if put("e", 5<<20) {
		t.Error("full though one was given up")
	}
	want("a", "c", "d", "e")
}
