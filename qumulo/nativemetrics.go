package qumulo

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// NativeMetricsEndpoint is the page of metrics that a cluster makes itself. That of a cluster with 265 nodes and 26,000
// drives has some 250,000 series in 27 MB.
var NativeMetricsEndpoint = Endpoint{
	Name: "read metrics", Path: "/v2/metrics/endpoints/default/data", Privilege: "PRIVILEGE_METRICS_READ", Since: "5.3.0",
	Text: true, MaxBytes: 64 << 20, MaxRows: 1_000_000,
}

// metricsPage is what its answer is, in words.
const metricsPage = "page of metrics"

// NativeMetrics returns the metrics that the cluster makes itself, as the text that it serves:
// GET /v2/metrics/endpoints/default/data. Of a text that breaks off what came is returned with the error. size is how large the
// text is expected to be; 0: that is not known.
func (c *Client) NativeMetrics(ctx context.Context, size int) ([]byte, error) {
	var text []byte
	err := c.get(ctx, NativeMetricsEndpoint, textInto(&text, size, c.rows(NativeMetricsEndpoint)))
	return text, err
}

// textInto reads a page of metrics. More than maxRows lines are an error.
func textInto(target *[]byte, size, maxRows int) decoder {
	return func(body io.Reader) error {
		*target = nil
		page, err := readText(body, size)
		if _, ok := errors.AsType[*LimitError](err); ok {
			return err
		}
		if problem := notMetrics(page); problem != "" && err == nil {
			return &BodyError{Problem: problem + " instead of a " + metricsPage}
		}
		if bytes.Count(page, []byte("\n")) > maxRows {
			return &LimitError{Limit: int64(maxRows), Unit: "rows"}
		}
		*target = page
		if err == nil && !bytes.HasSuffix(page, []byte("\n")) && !bytes.HasSuffix(page, []byte("\n# EOF")) || errors.Is(err, io.ErrUnexpectedEOF) {
			return &BodyError{Problem: "truncated " + metricsPage, Err: io.ErrUnexpectedEOF}
		}
		return err
	}
}

// chunk is how much memory is taken at a time for what is more than expected, in bytes.
const chunk = 256 << 10

// readText reads a text that is expected to have size bytes, give or take an eighth. It holds little more than that; of a
// text that is larger, twice what came, when that is put together. An error comes with what came before, if it is not too much.
func readText(body io.Reader, size int) ([]byte, error) {
	var full [][]byte
	text := make([]byte, 0, size+size/8+bytes.MinRead)
	for {
		n, err := body.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if err != nil {
			if _, ok := errors.AsType[*LimitError](err); ok {
				return nil, err
			}
			if errors.Is(err, io.EOF) {
				err = nil
			}
			if len(full) > 0 {
				text = bytes.Join(append(full, text), nil)
			}
			return text, err
		}
		if len(text) == cap(text) {
			full = append(full, text)
			text = make([]byte, 0, chunk)
		}
	}
}

// notMetrics says what a text is that is no page of metrics; "" if it may be one.
func notMetrics(text []byte) string {
	text = bytes.TrimLeft(text, " \t\r\n")
	switch {
	case len(text) == 0:
		return "empty body"
	case text[0] == '<', text[0] == '[', text[0] == '{':
		return kindOf(text[0])
	}
	return ""
}
