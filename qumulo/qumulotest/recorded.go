package qumulotest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// Recorded serves a folder of recorded answers byte for byte. The folder's index.json lists them:
// {"examples":[{"file","method","path","status"}]}. Those count whose file name begins with
// cluster and a point, that answer a GET with 200 and whose path has no placeholder ("{"); queries
// are left out. Of two answers of one path the first is served. It is an error where nothing
// remains.
func Recorded(dir, cluster string) (*Model, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil {
		return nil, fmt.Errorf("recorded answers: %w", err)
	}
	var index struct {
		Examples []struct {
			File, Method, Path string
			Status             int
		}
	}
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, fmt.Errorf("recorded answers: index.json: %w", err)
	}
	m := NewModel()
	for _, e := range index.Examples {
		path, _, _ := strings.Cut(e.Path, "?")
		if e.Method != http.MethodGet || e.Status != http.StatusOK ||
			!strings.HasPrefix(e.File, cluster+".") || strings.Contains(path, "{") {
			continue
		}
		if _, ok := m.Answer(path); ok {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, e.File))
		if err != nil {
			return nil, fmt.Errorf("recorded answers: %w", err)
		}
		m.Set(path, body)
	}
	if len(m.Paths()) == 0 {
		return nil, fmt.Errorf("recorded answers: none of cluster %q in %s", cluster, dir)
	}
	return m, nil
}
