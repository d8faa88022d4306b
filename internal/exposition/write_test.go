package exposition_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// mixed is a page with one of each: families of both kinds by turns.
func mixed() exposition.Page {
	family := func(name string, t exposition.Type, unit string, lines ...string) exposition.Family {
		return exposition.Family{
			Name: name, Type: t, Help: "a \"help\" with \\ and\na line", Unit: unit, Samples: []byte(strings.Join(lines, "\n") + "\n"), Series: len(lines),
		}
	}
	bare := family("f", exposition.Unknown, "", "f 6")
	bare.Help = ""
	return exposition.Page{
		Text: []exposition.Family{
			family("b_seconds", exposition.Counter, "seconds", `b_seconds_total{node_id="1"} 2.5`, `b_seconds_total{node_id="2"} 3`),
			family("d", exposition.Histogram, "", `d_bucket{le="+Inf"} 4`, `d_sum 9`, `d_count 4`),
			bare,
			family("h", exposition.Info, "", `h_info{name="a \"b\" \\ \n"} 1`),
			family("j", exposition.Gauge, "bytes", `j -1.5e+300`, `j{x="1"} NaN`),
			family("k", exposition.StateSet, "", `k{k="on"} 1`, `k{k="off"} 0`),
			family("l", exposition.Summary, "", `l_sum 1`, `l_count 2`),
		},
	}.With([]*dto.MetricFamily{own("aa", dto.MetricType_GAUGE), own("c_total", dto.MetricType_COUNTER), own("z", dto.MetricType_HISTOGRAM)}, nil)
}

const classic = `# HELP aa a "help" with \\ and\na line
# TYPE aa gauge
aa 1
# HELP b_seconds_total a "help" with \\ and\na line
# TYPE b_seconds_total counter
b_seconds_total{node_id="1"} 2.5
b_seconds_total{node_id="2"} 3
# HELP c_total a "help" with \\ and\na line
# TYPE c_total counter
c_total 1
# HELP d a "help" with \\ and\na line
# TYPE d histogram
d_bucket{le="+Inf"} 4
d_sum 9
d_count 4
# TYPE f untyped
f 6
# HELP h_info a "help" with \\ and\na line
# TYPE h_info gauge
h_info{name="a \"b\" \\ \n"} 1
# HELP j a "help" with \\ and\na line
# TYPE j gauge
j -1.5e+300
j{x="1"} NaN
# HELP k a "help" with \\ and\na line
# TYPE k gauge
k{k="on"} 1
k{k="off"} 0
# HELP l a "help" with \\ and\na line
# TYPE l summary
l_sum 1
l_count 2
# HELP z a "help" with \\ and\na line
# TYPE z histogram
z_bucket{le="+Inf"} 1
z_sum 1
z_count 1
`

const openMetrics = `# HELP aa a \"help\" with \\ and\na line
# TYPE aa gauge
aa 1
# HELP b_seconds a \"help\" with \\ and\na line
# TYPE b_seconds counter
# UNIT b_seconds seconds
b_seconds_total{node_id="1"} 2.5
b_seconds_total{node_id="2"} 3
# HELP c a \"help\" with \\ and\na line
# TYPE c counter
c_total 1
# HELP d a \"help\" with \\ and\na line
# TYPE d histogram
d_bucket{le="+Inf"} 4
d_sum 9
d_count 4
# TYPE f unknown
f 6
# HELP h a \"help\" with \\ and\na line
# TYPE h info
h_info{name="a \"b\" \\ \n"} 1
# HELP j a \"help\" with \\ and\na line
# TYPE j gauge
j -1.5e+300
j{x="1"} NaN
# HELP k a \"help\" with \\ and\na line
# TYPE k stateset
k{k="on"} 1
k{k="off"} 0
# HELP l a \"help\" with \\ and\na line
# TYPE l summary
l_sum 1
l_count 2
# HELP z a \"help\" with \\ and\na line
# TYPE z histogram
z_bucket{le="+Inf"} 1
z_sum 1
z_count 1
# EOF
`

// written is a page in the format for an Accept header.
func written(t *testing.T, p exposition.Page, accept string) string {
	t.Helper()
	var b bytes.Buffer
	format := exposition.NegotiateFormat(http.Header{"Accept": {accept}})
	if err := exposition.NewWriter().Write(&b, p, format, exposition.Identity, func(err error) { t.Error(err) }); err != nil {
		t.Error(err)
	}
	return b.String()
}

func TestWriteText(t *testing.T) {
	for accept, want := range map[string]string{"": classic, "text/plain": classic, "application/openmetrics-text;version=1.0.0": openMetrics} {
		if diff := cmp.Diff(want, written(t, mixed(), accept)); diff != "" {
			t.Errorf("Accept %q (-want +page):\n%s", accept, diff)
		}
	}
}

// TestWriteProtobuf: the same families, of which each that is kept as text is the one that the text says.
func TestWriteProtobuf(t *testing.T) {
	text := written(t, mixed(), "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	var p exposition.Page
	for decoder := expfmt.NewDecoder(strings.NewReader(text), expfmt.FmtProtoDelim); ; {
		f := &dto.MetricFamily{}
		err := decoder.Decode(f)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p.Gathered = append(p.Gathered, f)
	}
	if unit := p.Gathered[1].GetUnit(); unit != "seconds" {
		t.Errorf("unit %q", unit)
	}
	if diff := cmp.Diff(classic, written(t, p, "")); diff != "" {
		t.Errorf("decoded and written as text (-want +page):\n%s", diff)
	}
}

// TestFamilyThatFails: the others are on the page, and it is told which one is not.
func TestFamilyThatFails(t *testing.T) {
	p := mixed()
	p.Gathered[1].Metric[0].Counter = nil
	p.Text[0].Samples = []byte("b_seconds_total 1\nx 1\n")
	var told []string
	var b bytes.Buffer
	err := exposition.NewWriter().Write(&b, p, expfmt.FmtProtoText, exposition.Identity, func(err error) { told = append(told, err.Error()) })
	if err != nil || len(told) != 1 || !strings.HasPrefix(told[0], "family b_seconds_total: ") || !strings.Contains(b.String(), `"z"`) {
		t.Errorf("error %v, told %q", err, told)
	}
	told = nil
	if err := p.WriteText(&b, func(err error) { told = append(told, err.Error()) }); err != nil ||
		len(told) != 1 || !strings.HasPrefix(told[0], "family c_total: ") || !strings.Contains(b.String(), "z_count 1\n") {
		t.Errorf("error %v, told %q", err, told)
	}
}

var errGone = errors.New("gone")

// gone takes some bytes and no more.
type gone struct{ left int }

func (g *gone) Write(p []byte) (int, error) {
	g.left -= len(p)
	if g.left < 0 {
		return 0, errGone
	}
	return len(p), nil
}

// TestCallerGone: the first error of the caller's ends the page, and is no family's fault; what is pooled serves the next page.
func TestCallerGone(t *testing.T) {
	long := mixed()
	long.Text[1].Samples = bytes.Repeat([]byte("d_sum 1\n"), 100_000)
	w := exposition.NewWriter()
	for _, encoding := range []exposition.Encoding{exposition.Identity, exposition.Gzip, exposition.Zstd} {
		for _, left := range []int{0, 1 << 10, 300 << 10} {
			page := long
			if encoding != exposition.Identity {
				left /= 1000
			}
			err := w.Write(&gone{left}, page, expfmt.FmtText, encoding, func(err error) { t.Error(err) })
			if !errors.Is(err, errGone) {
				t.Errorf("%s after %d bytes: %v", encoding, left, err)
			}
			var b bytes.Buffer
			if err := w.Write(&b, mixed(), expfmt.FmtText, encoding, func(err error) { t.Error(err) }); err != nil {
				t.Error(err)
			}
			if got := plain(t, encoding, &b); got != classic {
				t.Errorf("%s: the page after that is %q", encoding, got)
			}
		}
	}
}

// TestSizes: large families are written in few pieces, and none is larger than the buffer or the family.
func TestSizes(t *testing.T) {
	p := mixed()
	p.Text[1].Samples = bytes.Repeat([]byte("d_sum 1\n"), 1_000_000)
	var sizes pieces
	if err := p.WriteText(&sizes, func(err error) { t.Error(err) }); err != nil {
		t.Error(err)
	}
	if slices.Max(sizes) < len(p.Text[1].Samples)/2 || len(sizes) > 4 {
		t.Errorf("written in pieces of %d bytes", sizes)
	}
}

type pieces []int

func (s *pieces) Write(p []byte) (int, error) {
	*s = append(*s, len(p))
	return len(p), nil
}
