package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// marked is a small cluster all of whose words and numbers bear its mark.
func marked(mark string, number int) *qumulotest.Model {
	node := map[string]any{
		"id": number, "node_name": mark, "node_status": "online", "serial_number": mark, "model_number": mark, "uuid": mark, "label": mark, "mac_address": mark,
	}
	return qumulotest.NewModel().
		Set("/v1/version", map[string]string{"revision_id": "Qumulo Core " + mark, "build_id": mark}).
		Set("/v1/cluster/settings", map[string]string{"cluster_name": mark}).
		Set("/v1/node/state", map[string]any{"cluster_id": mark, "node_id": number, "state": "ACTIVE"}).
		Set("/v1/cluster/nodes/", []any{node}).
		Set("/v1/cluster/slots/", []any{map[string]any{
			"node_id": number, "drive_bay": mark, "state": "healthy", "capacity": fmt.Sprint(number), "disk_model": mark, "slot_type": "SSD", "disk_type": "SSD",
		}}).
		Set("/v1/file-system", map[string]any{"total_size_bytes": fmt.Sprint(number * 7), "free_size_bytes": fmt.Sprint(number), "block_size_bytes": number})
}

// TestIsolation: two clusters that answer differently and slowly, and two
// thousand probes of both at random: no page of one has anything of the other.
func TestIsolation(t *testing.T) { checkIsolation(t, 2000) }

func checkIsolation(t *testing.T, probes int64) {
	t.Helper()
	const callers = 48
	names, marks := []string{"fleet-a", "fleet-b"}, []string{"ALPHA", "BRAVO"}
	var servers []*qumulotest.Server
	var clusters []config.Cluster
	for i, mark := range marks {
		s := simulated(t, marked(mark, 1111*(i+1)))
		s.SetFault("", qumulotest.Fault{Delay: 15 * time.Millisecond})
		c := member(t, names[i], s)
		c.Concurrency = 32
		c.Intervals = map[string]time.Duration{"drives": 50 * time.Millisecond, "version": 20 * time.Millisecond}
		servers, clusters = append(servers, s), append(clusters, c)
	}
	e := start(t, setup{unloaded: true})
	e.apply(t, clusters...)

	var left, full, debugged atomic.Int64
	left.Store(probes)
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(4, uint64(caller)))
			for left.Add(-1) >= 0 {
				me := random.IntN(2)
				path, whole := "/probe?target="+names[me], true
				if collectors := clusters[me].Collectors; random.IntN(4) == 0 {
					path, whole = path+"&exclude[]="+collectors[random.IntN(len(collectors))], false
				}
				if random.IntN(20) == 0 {
					path += "&debug=true"
				}
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				switch random.IntN(20) {
				case 0: // goes away
					ctx, cancel = context.WithTimeout(ctx, time.Duration(random.IntN(30))*time.Millisecond)
					whole = false
				case 1: // is in a hurry
					path, whole = path+"&a=b", false
				}
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
				if strings.HasSuffix(path, "&a=b") {
					r.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", "0.03")
				}
				w := httptest.NewRecorder()
				e.handler.ServeHTTP(w, r)
				cancel()
				body := w.Body.String()
				debug := strings.Contains(path, "debug=true")
				switch {
				case debug && w.Code == http.StatusServiceUnavailable: // another one is being made
					continue
				case debug:
					debugged.Add(1)
				}
				if w.Code != http.StatusOK {
					t.Errorf("%s: %d %s", path, w.Code, body)
				}
				other := 1 - me
				number := 1111 * (other + 1)
				for _, foreign := range []string{
					marks[other], names[other], servers[other].URL(), fmt.Sprintf("=%q", fmt.Sprint(number)), fmt.Sprintf(" %d\n", number), fmt.Sprintf(" %d\n", 7*number),
				} {
					if strings.Contains(body, foreign) {
						t.Errorf("%s: %q of the other cluster is on the page:\n%s", path, foreign, body)
					}
				}
				if whole && strings.Contains(body, "\nqumulo_up 1\n") && strings.Count(body, marks[me]) >= 10 {
					full.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if full.Load() < probes/3 || debugged.Load() < probes/100 {
		t.Errorf("of %d probes only %d had all of their cluster, %d were for debugging: the test sees too little", probes, full.Load(), debugged.Load())
	}
	for i, s := range servers {
		if s.Logins() != 1 || s.CallCount("") == 0 {
			t.Errorf("%s: %d logins, %d calls", names[i], s.Logins(), s.CallCount(""))
		}
	}
}
