package exposition

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// bufferSize is how much of a page is written at a time: net/http's own pieces are 4 KiB each.
const bufferSize = 64 << 10

// Writer writes pages. It keeps the buffers and compressors of one page for the next, and is safe
// for concurrent use.
type Writer struct {
	buffers     sync.Pool
	compressors map[Encoding]*sync.Pool
}

// NewWriter makes a Writer.
func NewWriter() *Writer {
	return &Writer{
		buffers:     sync.Pool{New: func() any { return bufio.NewWriterSize(nil, bufferSize) }},
		compressors: map[Encoding]*sync.Pool{Gzip: {New: newGzip}, Zstd: {New: newZstd}},
	}
}

// NegotiateFormat returns the format that a request with these headers wants. The one way to escape names that would change
// ours, with dots, is not offered.
func NegotiateFormat(h http.Header) expfmt.Format {
	format := expfmt.NegotiateAccept(h, expfmt.DefaultOpenMetricsAcceptedFormats()...)
	if format.ToEscapingScheme() == model.DotsEscaping {
		return format.WithEscapingScheme(model.UnderscoreEscaping)
	}
	return format
}

// Write writes a page. fault is told of each family that can't be written; the others are. The error is
// that of out, and ends the page.
func (w *Writer) Write(out io.Writer, p Page, format expfmt.Format, encoding Encoding, fault func(error)) error {
	if encoding == Identity {
		return w.buffered(out, func(b *bufio.Writer) error { return writePage(b, p, format, fault) })
	}
	// A compressor writes small pieces, and is slow with small ones.
	return w.buffered(out, func(below *bufio.Writer) error {
		return w.compressed(below, encoding, func(c io.Writer) error {
			return w.buffered(c, func(b *bufio.Writer) error { return writePage(b, p, format, fault) })
		})
	})
}

// buffered calls write with a buffer above out.
func (w *Writer) buffered(out io.Writer, write func(*bufio.Writer) error) error {
	b, _ := w.buffers.Get().(*bufio.Writer)
	b.Reset(out)
	defer func() {
		b.Reset(nil)
		w.buffers.Put(b)
	}()
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// WriteText writes a page in the classic text format.
func (p Page) WriteText(out io.Writer, fault func(error)) error {
	return NewWriter().Write(out, p, expfmt.FmtText, Identity, fault)
}

// writePage writes the families of a page in the order of their names, and what the format ends with.
func writePage(b *bufio.Writer, p Page, format expfmt.Format, fault func(error)) error {
	// No name on a page has anything to escape: the encoder need not look at each.
	kind, encoder := format.FormatType(), expfmt.NewEncoder(b, format.WithEscapingScheme(model.NoEscaping))
	own := newGathered(kind, encoder)
	for len(p.Gathered)+len(p.Text) > 0 {
		var (
			name string
			err  error
		)
		if len(p.Text) == 0 || len(p.Gathered) > 0 && p.Gathered[0].GetName() < p.Text[0].textName() {
			name, err = p.Gathered[0].GetName(), own.write(b, p.Gathered[0])
			p.Gathered = p.Gathered[1:]
		} else {
			name, err = p.Text[0].textName(), p.Text[0].write(b, encoder, kind)
			p.Text = p.Text[1:]
		}
		if err == nil {
			continue
		}
		if lost := b.Flush(); lost != nil { // it is the error of what is below, if that has one
			return lost
		}
		fault(fmt.Errorf("family %s: %w", name, err))
	}
	if end, ok := encoder.(expfmt.Closer); ok {
		return end.Close()
	}
	return nil
}

// write writes a family that is kept as text.
func (f *Family) write(b *bufio.Writer, encoder expfmt.Encoder, format expfmt.FormatType) error {
	switch format {
	case expfmt.TypeTextPlain, expfmt.TypeOpenMetrics:
		f.writeHead(b, format == expfmt.TypeOpenMetrics)
		_, err := b.Write(f.Samples)
		return err
	}
	family, err := f.decoded()
	if err != nil {
		return err
	}
	return encoder.Encode(family)
}
