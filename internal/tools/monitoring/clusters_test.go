package monitoring

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
)

// The exporter takes the files, and takes them again after the clusters have started anew.
func TestClustersFiles(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		c := StartClusters()
		t.Cleanup(c.Close)
		if err := c.WriteFiles(dir); err != nil {
			t.Fatal(err)
		}
		_, errs := config.Load(filepath.Join(dir, ConfigFile), config.Scrape{Timeout: time.Second}, config.NewFiles(slog.New(slog.DiscardHandler)))
		if len(errs) > 0 {
			t.Error(errs)
		}
	}
	c := StartClusters()
	t.Cleanup(c.Close)
	if err := c.WriteFiles(filepath.Join(dir, "missing")); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

func TestTroubleAfter(t *testing.T) {
	c := StartClusters()
	t.Cleanup(c.Close)
	offline := func() int {
		n := 0
		for _, s := range c.servers {
			nodes, _ := s.Model().Answer("/v1/cluster/nodes/")
			n += bytes.Count(nodes, []byte(`"offline"`))
		}
		return n
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var out strings.Builder
		c.TroubleAfter(ctx, time.Minute, &out)
		if out.String() != "" || offline() != 0 {
			t.Errorf("the demo has ended, and then %d nodes went offline: %s", offline(), &out)
		}
		began := time.Now()
		c.TroubleAfter(t.Context(), time.Minute, &out)
		if took := time.Since(began); took != time.Minute || offline() != 1 || !strings.Contains(out.String(), "node 2 of paris is offline") {
			t.Errorf("%d nodes offline after %s: %s", offline(), took, &out)
		}
	})
}

func TestWebhook(t *testing.T) {
	var got []Notification
	hook := Webhook(func(n Notification) { got = append(got, n) })
	post := func(body string) int {
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body)))
		_, _ = io.Copy(io.Discard, w.Body)
		return w.Code
	}
	const message = `{"status":"firing","alerts":[{"status":"firing","labels":{"alertname":"A"},"annotations":{"summary":"S"}},{"status":"resolved"}]}`
	if status := post(message); status != http.StatusOK || len(got) != 2 {
		t.Fatalf("status %d: %v", status, got)
	}
	if got[0].Status != "firing" || got[0].Labels["alertname"] != "A" || got[0].Annotations["summary"] != "S" || got[1].Status != "resolved" {
		t.Error(got)
	}
	if status := post(`{"alerts":`); status != http.StatusBadRequest || len(got) != 2 {
		t.Errorf("status %d for half a message, %d notifications", status, len(got))
	}
}
