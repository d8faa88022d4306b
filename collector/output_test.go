package collector

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

func outputText(tb testing.TB, o *Output) string {
	tb.Helper()
	return testutil.Text(tb, exposition.NewPage(o.Families(), o.Native(), exposition.Names{}, nil))
}

// TestLabelsInCommon: whatever labels two series after each other have in common, each has its own.
func TestLabelsInCommon(t *testing.T) {
	none, one := gauge("qumulo_none", "None."), gauge("qumulo_one", "One.", "node_id")
	two, other := gauge("qumulo_two", "Two.", "node_id", "drive_bay"), gauge("qumulo_other", "Other.", "id", "drive_bay")
	long := strings.Repeat("x", maxLabelValue+1)
	cut := cutLabelValue(long)
	o := NewOutput(nil)
	o.Add(two, 1, "1", "a")
	o.Add(two, 2, "1", "b")
	o.Add(one, 3, "1")
	o.Add(other, 4, "1", "b")
	o.Add(none, 5)
	o.Add(two, 6, "2", "b")
	o.Add(one, 7, "2")
	o.Add(two, 8, "2", "c")
	o.Add(two, 9, long, "a")
	o.Add(two, 10, long, "b")
	wantText(t, `# HELP qumulo_none None.
# TYPE qumulo_none gauge
qumulo_none 5
# HELP qumulo_one One.
# TYPE qumulo_one gauge
qumulo_one{node_id="1"} 3
qumulo_one{node_id="2"} 7
# HELP qumulo_other Other.
# TYPE qumulo_other gauge
qumulo_other{id="1",drive_bay="b"} 4
# HELP qumulo_two Two.
# TYPE qumulo_two gauge
qumulo_two{node_id="1",drive_bay="a"} 1
qumulo_two{node_id="1",drive_bay="b"} 2
qumulo_two{node_id="2",drive_bay="b"} 6
qumulo_two{node_id="2",drive_bay="c"} 8
qumulo_two{node_id="`+cut+`",drive_bay="a"} 9
qumulo_two{node_id="`+cut+`",drive_bay="b"} 10
`, outputText(t, o))
}

func wantText(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestCheckpointStays: what stood at a checkpoint, and what is cached, is not touched by what is added later, and cached
// is no byte more than that.
func TestCheckpointStays(t *testing.T) {
	m, total := gauge("qumulo_x", "X.", "id"), counter("qumulo_errors_total", "Errors.")
	var shown *Output
	o := NewOutput(func(part *Output) { shown = part })
	for _, id := range []string{"1", "2", "3"} {
		o.Add(m, 1, id)
	}
	o.AddNative([]exposition.Family{{Name: "a", Type: exposition.Gauge, Samples: []byte("a 1\n"), Series: 1}})
	o.warnf("odd")
	o.Missing("part", errors.New("none"))
	o.Checkpoint()
	cached, before := o.Compact(), outputText(t, o)
	for _, id := range []string{"4", "5"} {
		o.Add(m, 2, id)
	}
	o.Add(total, 1)
	o.AddNative([]exposition.Family{{Name: "b", Type: exposition.Gauge, Samples: []byte("b 1\n"), Series: 1}})
	o.warnf("odder")
	for name, part := range map[string]*Output{"checkpoint": shown, "cached": cached} {
		wantText(t, before, outputText(t, part))
		if !slices.Equal(part.Warnings(), []string{"odd", "part: none"}) {
			t.Errorf("%s: warnings %q", name, part.Warnings())
		}
	}
	if f := cached.Families()[0]; cap(f.Samples) != len(f.Samples) || !cached.Partial() {
		t.Errorf("%d bytes of %d are used, partial %t", len(f.Samples), cap(f.Samples), cached.Partial())
	}
	if after := outputText(t, o); !strings.Contains(after, "qumulo_errors_total 1\n") || !strings.Contains(after, `{id="5"} 2`) {
		t.Errorf("what was added later is missing:\n%s", after)
	}
}
