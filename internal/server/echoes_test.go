//go:build !race

package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
)

// TestEchoes: what a request says is repeated in part, if at all.
func TestEchoes(t *testing.T) {
	e := start(t, setup{change: func(c *config.Cluster) { c.Collectors = []string{"nodes", "version"} }})
	long := strings.Repeat("a%1b", 250<<10) // a megabyte
	for name, path := range map[string]string{
		"target":        "/probe?target=" + long,
		"collect[]":     "/probe?target=127.0.0.1&collect[]=" + long,
		"exclude[]":     "/metrics?exclude[]=" + long,
		"debug":         "/probe?target=127.0.0.1&debug=" + long,
		"many":          "/metrics?" + strings.Repeat("collect[]=drives&", 50<<10),
		"no escape":     "/metrics?collect[]=%zz" + long,
		"a path":        "/" + long,
		"not collected": "/metrics?collect[]=drives",
	} {
		var w *httptest.ResponseRecorder
		best := time.Hour // the machine may stand still for a moment, but not each time
		for try := 0; try < 5 && best > time.Second; try++ {
			w = httptest.NewRecorder()
			began := time.Now()
			e.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
			best = min(best, time.Since(began))
		}
		if body := w.Body.String(); w.Code < 400 || w.Code >= 500 || len(body) > 500 || strings.ContainsFunc(strings.TrimSuffix(body, "\n"), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%s: %d, %d bytes: %.200q", name, w.Code, len(body), body)
		}
		if best > time.Second {
			t.Errorf("%s: took %s", name, best)
		}
		if headers := fmt.Sprint(w.Header()); len(headers) > 300 {
			t.Errorf("%s: %d bytes of headers", name, len(headers))
		}
	}
	if log := e.log.String(); len(log) > 5000 {
		t.Errorf("%d bytes of log", len(log))
	}
}
