//go:build !race

package qumulo

import (
	"runtime"
	"strconv"
	"testing"
)

// A hundred thousand rows in pages of a thousand: all come, and no more than a page or two of them
// is in memory at a time. All of them take 9 MiB.
func TestPagesStream(t *testing.T) {
	const rows, size, most = 100_000, 1000, 2 << 20
	s := newTestCluster(t)
	s.Model().SetPages(quotasPath, "quotas", makeQuotas(rows), size)
	before, peak, pages, last := inUse(), uint64(0), 0, quota{}
	err := getPages(s.round(t), s.client, quotasEndpoint(), "quotas", rowsOf, func(list List[quota]) error {
		if pages++; len(list.Items) != size {
			t.Errorf("page %d has %d rows", pages, len(list.Items))
		}
		if last = list.Items[len(list.Items)-1]; string(last.ID) != strconv.Itoa(size*pages) {
			t.Errorf("page %d ends with %+v", pages, last)
		}
		if pages%10 == 0 {
			peak = max(peak, inUse())
		}
		return nil
	})
	if err != nil || pages != rows/size {
		t.Errorf("%d pages, %v", pages, err)
	}
	if n := s.CallCount(quotasPath); n != pages {
		t.Errorf("%d calls, want one a page", n)
	}
	if peak > before+most {
		t.Errorf("%d KiB more were in use while the rows came, want less than %d", (peak-before)>>10, most>>10)
	}
}

// inUse returns how many bytes of the heap can be reached.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
