package exposition_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// parseOne reads a page with one family.
func parseOne(t *testing.T, text string) *exposition.Family {
	t.Helper()
	families, report := exposition.Parse([]byte(text))
	if len(families) != 1 || report.Samples() > 0 {
		t.Fatalf("%+v, %+v", families, report)
	}
	return &families[0]
}

func TestLabels(t *testing.T) {
	f := parseOne(t, "# TYPE x counter\nx_total{a=\"q\\\"b\\\\n\\n\",b=\"\"} 1\nx_total{c=\"2\"} 1\nx_total 3\n")
	want := []map[string]string{{"a": "q\"b\\n\n", "b": ""}, {"c": "2"}, {}}
	i := 0
	for labels := range f.All() {
		for _, name := range []string{"a", "b", "c", "x_total"} {
			value, ok := labels.Get(name)
			if wanted, there := want[i][name]; ok != there || value != wanted {
				t.Errorf("series %d: %s is %q, %t", i, name, value, ok)
			}
		}
		if len(labels.Names()) != len(want[i]) {
			t.Errorf("series %d: %q", i, labels.Names())
		}
		i++
	}
	if i != len(want) || f.MetricName() != "x_total" {
		t.Errorf("%d series of %s", i, f.MetricName())
	}
}

func TestWithout(t *testing.T) {
	f := parseOne(t, "x{a=\"1\"} 1\nx{a=\"2\"} 2\nx 3\n")
	left := f.Without(func(labels exposition.Labels) bool { a, _ := labels.Get("a"); return a == "1" })
	if string(left.Samples) != "x{a=\"2\"} 2\nx 3\n" || left.Series != 2 || f.Series != 3 {
		t.Errorf("%+v", left)
	}
}

// TestClone: what is kept from a page does not keep the page.
func TestClone(t *testing.T) {
	text := []byte("x 1\n")
	families, _ := exposition.Parse(text)
	clone := families[0].Clone()
	text[2] = '2'
	if string(clone.Samples) != "x 1\n" || string(families[0].Samples) != "x 2\n" {
		t.Errorf("%s, %s", clone.Samples, families[0].Samples)
	}
}

// TestAdd: a family is added unless it takes a name that is taken.
func TestAdd(t *testing.T) {
	page, _ := exposition.Parse([]byte("# TYPE b counter\nb_total 1\n"))
	more, _ := exposition.Parse([]byte("a 1\n# TYPE b_total gauge\nb_total 2\nc 3\n"))
	var names string
	for _, f := range exposition.Add(page, more...) {
		names += f.MetricName() + " " + f.Type.String() + ", "
	}
	if names != "a unknown, b_total counter, c unknown, " {
		t.Errorf("there are %s", names)
	}
}
