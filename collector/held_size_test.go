//go:build !race

package collector

import (
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// TestLargestNativePage: the page of the largest cluster, 265 nodes with 98 bays each, is within half of what is taken, and so is
// what is held of it.
func TestLargestNativePage(t *testing.T) {
	text, _ := qumulotest.Generate(qumulotest.GenerateOptions{Nodes: 265, Bays: 98}).Answer(qumulo.NativeMetricsEndpoint.Path)
	if size := int64(len(text)); size < 25<<20 || 2*size > qumulo.NativeMetricsEndpoint.MaxBytes {
		t.Errorf("%d bytes, and %d may be", size, qumulo.NativeMetricsEndpoint.MaxBytes)
	}
	page, _ := exposition.Parse(text)
	_, holds, err := optionsOf[NativeOptions](&Source{Settings: Settings{Options: []any{native().Options()}}}).compile()
	if err != nil {
		t.Fatal(err)
	}
	var h heldFamilies
	full, size := h.put(page, holds, time.Now(), len(text)), 0
	for _, f := range h.families {
		size += f.bytes()
	}
	if full || len(h.families) != 6 || size < 5<<20-1<<18 || 2*size > maxHeldBytes {
		t.Errorf("%d metrics of %d bytes are held, and %d may be", len(h.families), size, maxHeldBytes)
	}
}
