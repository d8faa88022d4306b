//go:build !race

package testutil_test

import (
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

// madeUp has what the golden pages don't have.
const madeUp = `# HELP h Of \\ and \n.
# TYPE h histogram
h_bucket{a="1",le="0.5"} 1
h_bucket{a="1",le="+Inf"} 4
h_sum{a="1"} 9
h_count{a="1"} 4
# TYPE s summary
s{quantile="0.5"} 2
s_sum 3e+06
s_count 7
# TYPE c_total counter
c_total{text="q\"\\\n}, {",other=""} 2 1700000000000
c_total{text="é"} NaN
h_counter -Inf
untyped{a="b"} +Inf
`

// golden are the pages of all simulated clusters, by the name of the file.
func golden(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../collector/testdata/*.prom")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d golden pages, %v", len(files), err)
	}
	pages := map[string]string{"made up": madeUp}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pages[filepath.Base(file)] = string(text)
	}
	return pages
}

// byExpfmt is the page as expfmt reads it.
func byExpfmt(text string) (testutil.Page, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	p := testutil.Page{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			p[f.GetName()+labels(m.GetLabel())] = m.GetGauge().GetValue() + m.GetCounter().GetValue() + m.GetUntyped().GetValue() +
				float64(m.GetHistogram().GetSampleCount()+m.GetSummary().GetSampleCount())
		}
	}
	return p, err
}

func labels(pairs []*dto.LabelPair) string {
	texts := make([]string, len(pairs))
	for i, l := range pairs {
		texts[i] = l.GetName() + `="` + strings.NewReplacer("\\", `\\`, "\n", `\n`, `"`, `\"`).Replace(l.GetValue()) + `"`
	}
	if len(texts) == 0 {
		return ""
	}
	return "{" + strings.Join(texts, ",") + "}"
}

func TestReadPageLikeExpfmt(t *testing.T) {
	for name, text := range golden(t) {
		got, err := testutil.ReadPage(text)
		want, wantErr := byExpfmt(text)
		same := func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
		if err != nil || wantErr != nil || len(want) < 6 || !maps.EqualFunc(got, want, same) {
			t.Errorf("%s: %d series, %v; expfmt: %d, %v", name, len(got), err, len(want), wantErr)
		}
	}
}

// TestReadPageIsStrict spoils pages in a thousand ways: what expfmt refuses is refused.
func TestReadPageIsStrict(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) // the same each time
	const bits = "{}\"\\,= \n#a0_:.-\xff\tp"
	refused := 0
	for _, whole := range golden(t) {
		lines := strings.SplitAfter(whole, "\n")
		for range 400 {
			from := random.IntN(max(len(lines)-30, 1))
			text := strings.Join(lines[from:min(from+30, len(lines))], "")
			at := random.IntN(len(text))
			bit := string(bits[random.IntN(len(bits))])
			switch random.IntN(5) {
			case 0:
				text = text[:at] + bit + text[at:]
			case 1:
				text = text[:at] + bit + text[at+1:]
			case 2:
				text = text[:at] + text[at+1:]
			case 3:
				text = text[:at]
			case 4: // a line that comes once more, elsewhere
				text += lines[random.IntN(len(lines))] + text[:strings.IndexByte(text, '\n')+1]
			}
			_, err := testutil.ReadPage(text)
			if _, want := byExpfmt(text); want != nil {
				refused++
				if err == nil {
					t.Errorf("expfmt: %v, but it was read:\n%s", want, text)
				}
			}
		}
	}
	if refused < 1000 {
		t.Errorf("only %d spoilt pages were refused by expfmt", refused)
	}
}
