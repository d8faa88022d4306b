package collector

import "github.com/qumulo-exporter/qumulo_exporter/internal/exposition"

// labels are those of the series that was added last, as text. The series of one node or
// drive are added one after the other and begin with its id: what they have in common is
// written once.
type labels struct {
	names, values []string
	ends          []int // of each label in written
	written       []byte
}

// text returns the labels of a series. Each value that is not the last series' goes through clean. The text holds until
// the next call.
func (l *labels) text(names, values []string, clean func(name, value string) string) []byte {
	same := 0
	for same < min(len(values), len(l.values)) && l.names[same] == names[same] && l.values[same] == values[same] {
		same++
	}
	l.names, l.values, l.ends = names, append(l.values[:same], values[same:]...), l.ends[:same]
	end := 0
	if same > 0 {
		end = l.ends[same-1]
	}
	l.written = l.written[:end]
	for i := same; i < len(values); i++ {
		l.written = exposition.AppendLabel(l.written, names[i], clean(names[i], values[i]))
		l.ends = append(l.ends, len(l.written))
	}
	return l.written
}
