package exposition

import (
	"slices"
	"strconv"
	"strings"
)

// smallNumber is the first whole number that the formats write with an exponent.
const smallNumber = 1e6

// Append appends a sample of the given name. The labels are as they stand between the braces; none: there are no braces.
func (f *Family) Append(name string, labels []byte, value float64) {
	const most = 32 // of a number, and what stands between the parts
	b := f.Samples
	if need := len(name) + len(labels) + most; cap(b)-len(b) < need {
		b = slices.Grow(b, max(need, len(b))) // twice as much, however much there is
	}
	b = append(b, name...)
	if len(labels) > 0 {
		b = append(b, '{')
		b = append(b, labels...)
		b = append(b, '}')
	}
	b = append(b, ' ')
	b = appendNumber(b, value)
	b = append(b, '\n')
	f.Samples = b
	f.Series++
}

// AppendLabel appends a label, and before it a comma if it is not the first one.
func AppendLabel(labels []byte, name, value string) []byte {
	if len(labels) > 0 {
		labels = append(labels, ',')
	}
	labels = append(labels, name...)
	labels = append(labels, `="`...)
	if strings.ContainsAny(value, "\\\n\"") {
		value = openMetricsEscapes.Replace(value) // as both formats have it
	}
	labels = append(labels, value...)
	return append(labels, '"')
}

// appendNumber appends a value as expfmt writes it in the classic text format.
func appendNumber(b []byte, value float64) []byte {
	if value >= 0 && value < smallNumber {
		if whole := int64(value); float64(whole) == value {
			return strconv.AppendInt(b, whole, 10)
		}
	}
	return strconv.AppendFloat(b, value, 'g', -1, 64)
}
