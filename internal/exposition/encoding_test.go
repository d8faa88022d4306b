package exposition_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/prometheus/common/expfmt"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// plain undoes an encoding.
func plain(t *testing.T, encoding exposition.Encoding, in io.Reader) string {
	t.Helper()
	var err error
	switch encoding {
	case exposition.Gzip:
		in, err = gzip.NewReader(in)
	case exposition.Zstd:
		in, err = zstd.NewReader(in, zstd.WithDecoderMaxWindow(8<<20)) // as Prometheus does
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

func TestNegotiateEncoding(t *testing.T) {
	for header, want := range map[string]exposition.Encoding{
		"":                                exposition.Identity,
		"gzip":                            exposition.Gzip, // Prometheus, and Go's own clients
		"zstd,gzip":                       exposition.Zstd, // Prometheus with zstd-scrape
		"deflate, gzip, br, zstd":         exposition.Zstd, // curl
		"gzip, deflate, br":               exposition.Gzip,
		"GZip":                            exposition.Gzip,
		"zstd;q=0.5, gzip":                exposition.Gzip,
		"gzip;q=0.5, zstd;q=0.6":          exposition.Zstd,
		"gzip ; q=0.5":                    exposition.Gzip,
		"gzip;Q=0.5":                      exposition.Gzip,
		"gzip;q=0":                        exposition.Identity,
		"gzip;q=0, zstd;q=0.000":          exposition.Identity,
		"gzip;q=nonsense":                 exposition.Identity,
		"gzip;q=NaN":                      exposition.Identity,
		"gzip;q=-1":                       exposition.Identity,
		"identity":                        exposition.Identity,
		"gzip, identity":                  exposition.Identity,
		"gzip, identity;q=0.5":            exposition.Gzip,
		"gzip, *;q=0":                     exposition.Gzip,
		"*":                               exposition.Identity,
		"identity;q=0":                    exposition.Identity,
		"br":                              exposition.Identity,
		",;q=1,,gzip,":                    exposition.Gzip,
		"x-gzip, compress, deflate;q=0.1": exposition.Identity,
	} {
		if got := exposition.NegotiateEncoding(http.Header{"Accept-Encoding": {header}}); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	if got := exposition.NegotiateEncoding(http.Header{"Accept-Encoding": {"br", "gzip"}}); got != exposition.Gzip {
		t.Errorf("in two headers: %s", got)
	}
	if got := exposition.NegotiateEncoding(http.Header{}); got != exposition.Identity {
		t.Errorf("without a header: %s", got)
	}
}

// TestEncodings: many pages at a time, by one writer.
func TestEncodings(t *testing.T) {
	w := exposition.NewWriter()
	var all sync.WaitGroup
	for _, encoding := range []exposition.Encoding{exposition.Identity, exposition.Gzip, exposition.Zstd} {
		for range 4 {
			all.Go(func() {
				for range 20 {
					var b bytes.Buffer
					if err := w.Write(&b, mixed(), expfmt.FmtText, encoding, func(err error) { t.Error(err) }); err != nil {
						t.Error(err)
					}
					if got := plain(t, encoding, &b); got != classic {
						t.Errorf("%s: %q", encoding, got)
					}
				}
			})
		}
	}
	all.Wait()
}
