package qumulo

import (
	"bytes"
	"strings"
)

// scalar returns the text of a JSON value, whether it came as a string or not; nothing for
// null, "" and "null".
func scalar(data []byte) []byte {
	if len(data) > 0 && data[0] == '"' {
		data = bytes.TrimSpace(unquote(data))
	}
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	return data
}

// unquote decodes a JSON string. Most have neither escapes nor bytes outside
// ASCII and are returned as a part of data.
func unquote(data []byte) []byte {
	inner := data[1 : len(data)-1]
	for _, b := range inner {
		if b == '\\' || b >= 0x80 {
			var s string
			if err := unmarshal(data, &s); err != nil {
				return inner
			}
			return []byte(s)
		}
	}
	return inner
}

func shorten(text string) string {
	if len(text) > rawLimit {
		text = text[:rawLimit] + "…"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}
