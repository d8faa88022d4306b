package exposition_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// TestEscapedNul: a NUL is malformed behind a backslash too, and hides no label that is there twice.
func TestEscapedNul(t *testing.T) {
	families, report := exposition.Parse([]byte("x{a=\"1\",a=\"\\\x00\"} 1\nx{a=\"\\\x00\"} 1\nx 1\n# EOF\n"))
	if len(families) != 1 || string(families[0].Samples) != "x 1\n" || report.Samples() != 2 {
		t.Errorf("families %+v, %d samples are left out, want x alone and 2", families, report.Samples())
	}
}
