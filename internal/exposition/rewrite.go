package exposition

// append writes the sample in the form that both formats have, under another name if there is one.
func (s *sample) append(dst, name []byte) []byte {
	if len(name) == 0 {
		name = s.name
	}
	dst = append(dst, name...)
	switch {
	case s.tidy:
		dst = append(dst, s.line[s.open:s.end]...)
	default:
		dst = s.appendLabels(dst)
	}
	return append(append(append(dst, ' '), s.value...), '\n')
}

// appendLabels writes the labels.
func (s *sample) appendLabels(dst []byte) []byte {
	before := byte('{')
	for i := range s.labels {
		l := &s.labels[i]
		if l.dropped {
			continue
		}
		dst = append(append(append(dst, before), l.name(s.line)...), '=', '"')
		before = ','
		if l.replaced == "" {
			dst = appendEscaped(dst, l.text(s.line))
		}
		dst = append(append(dst, l.replaced...), '"')
	}
	if before == ',' {
		dst = append(dst, '}')
	}
	return dst
}

// appendEscaped writes a label value whose escapes are those of OpenMetrics, where a backslash before any other character stands
// for itself, with those that the classic format has too.
func appendEscaped(dst, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		dst = append(dst, text[i])
		if text[i] != '\\' {
			continue
		}
		switch i++; text[i] {
		case '\\', '"', 'n':
			dst = append(dst, text[i])
		default:
			dst = append(dst, '\\')
			i--
		}
	}
	return dst
}
