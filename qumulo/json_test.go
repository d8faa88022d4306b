package qumulo

import (
	"strings"
	"testing"
)

// TestNamesOfFields: a field is the one of its name, in any case; not one that is written like it without its underscores.
func TestNamesOfFields(t *testing.T) {
	for sent, want := range map[string]Number{
		`{"size_bytes":5,"sizeBytes":7,"size-bytes":8}`: NumberOf(5), `{"SIZE_BYTES":5}`: NumberOf(5), `{"sizebytes":5}`: {}, `{"size_bytes":5,"size_bytes":6}`: NumberOf(6),
	} {
		var got struct {
			Size Number `json:"size_bytes"`
		}
		if err := unmarshal([]byte(sent), &got); err != nil || got.Size != want {
			t.Errorf("%s: %v, %v, want %v", sent, got.Size, err, want)
		}
	}
}

// TestWrongFieldIsShort: of a name that the cluster sent an error has no more than a part.
func TestWrongFieldIsShort(t *testing.T) {
	var list List[struct {
		Networks Networks `json:"networks"`
	}]
	body := `[{"networks":{"` + strings.Repeat("x", 1<<20) + `":5}}]`
	if err := listInto(&list, 1)(strings.NewReader(body)); err == nil || len(err.Error()) > 300 {
		t.Errorf("an error of %d bytes: %.100v", len(err.Error()), err)
	}
}
