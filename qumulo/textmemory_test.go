package qumulo

import (
	"bytes"
	"io"
	"runtime"
	"testing"
	"testing/iotest"
)

// TestMemoryOfAPage: reading a page takes little more memory than the page has where its size is about what was expected, and
// twice as much where it is larger, whatever is thrown away on the way counted too.
func TestMemoryOfAPage(t *testing.T) {
	for _, size := range []int{9 << 20, 16<<20 - 1, 16<<20 + 1, 33 << 20} { // just below and above a power of two, too
		page := bytes.Repeat([]byte("qumulo_some_metric{label=\"value\"} 123\n"), size/38)
		for name, c := range map[string]struct{ expected, percent int }{
			"as expected": {len(page), 113}, "somewhat larger": {len(page) * 9 / 10, 113}, "somewhat smaller": {len(page) * 11 / 10, 125},
			"not expected": {0, 203}, "twice as large": {len(page) / 2, 203},
		} {
			var text []byte
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := textInto(&text, c.expected, len(page))(io.LimitReader(bytes.NewReader(page), 1<<40))
			runtime.ReadMemStats(&after)
			if err != nil || !bytes.Equal(text, page) {
				t.Fatalf("%s: %d bytes, %v", name, len(text), err)
			}
			if took := int(after.TotalAlloc - before.TotalAlloc); took > len(page)/100*c.percent {
				t.Errorf("%s: %d bytes took %d of memory, want %d%%", name, len(page), took, c.percent)
			}
		}
	}
}

// TestTextInPieces: however a text comes, it is whole.
func TestTextInPieces(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789"), chunk/8)
	for _, size := range []int{0, 1, chunk, len(want) - 1, len(want), 8 * (len(want) - bytes.MinRead) / 9, 2 * len(want)} {
		for name, r := range map[string]io.Reader{
			"whole": bytes.NewReader(want), "with its end": iotest.DataErrReader(bytes.NewReader(want)), "by halves": iotest.HalfReader(bytes.NewReader(want)),
		} {
			if got, err := readText(r, size); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s, %d expected: %d bytes of %d, %v", name, size, len(got), len(want), err)
			}
		}
	}
}
