package exposition

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding is a content encoding, in the word of HTTP.
type Encoding string

// The encodings that pages are written in.
const (
	Identity Encoding = "identity"
	Gzip     Encoding = "gzip"
	Zstd     Encoding = "zstd"
)

// zstdWindow is how far back zstd looks. Lines like one another stand close together, so that a larger window
// costs memory and time and saves next to nothing.
const zstdWindow = 64 << 10

// NegotiateEncoding returns the encoding that a request with these headers wants most. Of those that it wants alike
// it is identity, which costs nothing, then zstd, which makes the smaller page at the cost of gzip.
func NegotiateEncoding(h http.Header) Encoding {
	best, most := Identity, 0.0
	wanted := qualities(h.Values("Accept-Encoding"))
	for _, encoding := range []Encoding{Identity, Zstd, Gzip} {
		if q := wanted[encoding]; q > most {
			best, most = encoding, q
		}
	}
	return best
}

// qualities returns how much a caller wants each encoding that it names. One that it does not name it does
// not want, but for identity, which "*" is taken for.
func qualities(values []string) map[Encoding]float64 {
	wanted := make(map[Encoding]float64)
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, parameters, _ := strings.Cut(item, ";")
		q := 1.0
		if text, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameters)), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil {
				q = 0
			}
		}
		encoding := Encoding(strings.ToLower(strings.TrimSpace(name)))
		if encoding == "*" {
			encoding = Identity
		}
		wanted[encoding] = max(wanted[encoding], q)
	}
	return wanted
}

// compressor is what the two have in common.
type compressor interface {
	io.WriteCloser
	Reset(out io.Writer)
}

func newGzip() any {
	c, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the error is for a level that there is not
	return c
}

func newZstd() any {
	c, _ := zstd.NewWriter(nil, // the error is for options out of their range
		zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(zstdWindow), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
	return c
}

// compressed calls write with a compressor above out.
func (w *Writer) compressed(out io.Writer, encoding Encoding, write func(io.Writer) error) error {
	pool := w.compressors[encoding]
	c, _ := pool.Get().(compressor)
	c.Reset(out)
	defer func() {
		c.Reset(nil)
		pool.Put(c)
	}()
	if err := write(c); err != nil {
		return err
	}
	return c.Close()
}
