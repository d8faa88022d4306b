package parsertest_test

import (
	"bytes"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/parsertest"
)

// write writes families as the exporter does.
func write(t *testing.T, families []exposition.Family, format expfmt.Format) []byte {
	t.Helper()
	return writePage(t, exposition.Page{Text: families}.With(nil, func(family string) { t.Errorf("family %s is dropped", family) }), format)
}

// writePage writes a whole page.
func writePage(t *testing.T, page exposition.Page, format expfmt.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	err := exposition.NewWriter().Write(&b, page, format, exposition.Identity, func(err error) { t.Errorf("not written: %v", err) })
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// same compares series, NaN with NaN too.
func same(a, b map[string]float64) bool {
	return maps.EqualFunc(a, b, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) })
}

// valid checks that families are valid in both formats, and returns what is read of them.
func valid(t *testing.T, families []exposition.Family) (classic, open *parsertest.Page) {
	t.Helper()
	return validPage(t, exposition.Page{Text: families}.With(nil, func(family string) { t.Errorf("family %s is dropped", family) }))
}

// validPage is valid for a whole page.
func validPage(t *testing.T, page exposition.Page) (classic, open *parsertest.Page) {
	t.Helper()
	classicText, openText := writePage(t, page, expfmt.FmtText), writePage(t, page, expfmt.FmtOpenMetrics_1_0_0)
	classic, err := parsertest.Read(classicText, parsertest.Classic)
	if err != nil {
		t.Fatalf("%v in the classic format:\n%s", err, classicText)
	}
	open, err = parsertest.Read(openText, parsertest.OpenMetrics)
	if err != nil {
		t.Fatalf("%v in OpenMetrics:\n%s", err, openText)
	}
	if err := parsertest.Strict(open); err != nil {
		t.Fatalf("%v for a strict reader of OpenMetrics:\n%s", err, openText)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	if _, err := parser.TextToMetricFamilies(bytes.NewReader(classicText)); err != nil {
		t.Fatalf("%v for a strict reader of the classic format:\n%s", err, classicText)
	}
	if classic.Timestamps+open.Timestamps > 0 {
		t.Fatalf("timestamps:\n%s", openText)
	}
	if !same(classic.Series, open.Series) {
		t.Fatalf("the formats differ:\n%s\nand\n%s", classicText, openText)
	}
	return classic, open
}

// check checks what the exporter makes of whatever a cluster sends: it is valid, in both formats and for every reader, and holds
// as many series as it says. Read again, it is the same.
func check(t *testing.T, text []byte) {
	t.Helper()
	families, _ := exposition.Parse(text)
	_, open := valid(t, families)
	series := 0
	for _, family := range families {
		series += family.Series
	}
	if len(open.Series) != series {
		t.Fatalf("%d series, and not %d", len(open.Series), series)
	}
	again, report := exposition.Parse(write(t, families, expfmt.FmtOpenMetrics_1_0_0))
	if report.Samples() != 0 || report.Cut {
		t.Fatalf("read again: %+v", report)
	}
	if _, read := valid(t, again); !same(open.Series, read.Series) {
		t.Fatal("read again it is another page")
	}
}

func FuzzBytes(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) { check(t, slices.Clone(text)) })
}

// FuzzWords is FuzzBytes with pages that are nearly right: each byte stands for a word of one.
func FuzzWords(f *testing.F) {
	f.Add([]byte("TYPE"))
	f.Fuzz(func(t *testing.T, choices []byte) {
		var page []byte
		for _, c := range choices {
			page = append(page, words[int(c)%len(words)]...)
		}
		check(t, page)
	})
}

// TestRandomPages is FuzzWords for some thousand pages, which are the same each time.
func TestRandomPages(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var page []byte
		for range 1 + random.IntN(60) {
			page = append(page, words[random.IntN(len(words))]...)
		}
		check(t, page)
	}
}
