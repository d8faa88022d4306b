package qumulo_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// Calls that wait for a free place when the cluster Retry-After are not
// sent after all.
func TestRestStopsQueuedCalls(t *testing.T) {
	r := newTokenRig(t, func(c *qumulo.Config) { c.Concurrency = 2 })
	ok(t, r.call(t))
	r.reset()
	fault := busy(http.StatusServiceUnavailable, "120")
	fault.Delay = 50 * time.Millisecond
	r.SetFault("", fault)
	for _, err := range r.batch(t, 25) {
		if err == nil || !strings.Contains(err.Error(), "Retry-After") {
			t.Errorf("error is %v", err)
		}
	}
	if n := r.CallCount(""); n != 2 {
		t.Errorf("%d calls sent, want the 2 that were under way", n)
	}
}

// A login is not repeated: it has been sent.
func TestLoginIsNotRepeatedAfterARest(t *testing.T) {
	r := newRig(t, realClock)
	r.LoginFault(busy(http.StatusServiceUnavailable, "1"))
	if err := listNodes(within(t, 5*time.Second), r.client); err == nil {
		t.Error("no error")
	}
	if n := r.CallCount(loginPath); n != 1 {
		t.Errorf("%d logins sent", n)
	}
}

// slowly answers a node listing whose bytes take their time, but keep coming.
func slowly(hits *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		hits.Add(1)
		fmt.Fprint(w, "[")
		for range 25 {
			fmt.Fprint(w, strings.Repeat(" ", 1000))
			w.(http.Flusher).Flush()
			select {
			case <-req.Context().Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
		fmt.Fprint(w, `{"id":1}]`)
	}
}

// An answer that comes slowly is an answer: the node does not hang.
func TestSlowBodyIsNoHungNode(t *testing.T) {
	t.Parallel() // it waits most of the time
	var hits [3]atomic.Int64
	var urls []string
	for i := range hits {
		s := httptest.NewServer(slowly(&hits[i]))
		defer s.Close()
		urls = append(urls, s.URL)
	}
	token := filepath.Join(t.TempDir(), "token")
	writeFile(t, token, "access-v1:abc")
	client := newClient(t, qumulo.Config{URLs: urls, Credentials: qumulo.Credentials{AccessTokenFile: token}, Concurrency: 1})
	list, err := client.Nodes(within(t, 4*time.Second))
	ok(t, err)
	if len(list.Items) != 1 || hits[0].Load() != 1 || hits[1].Load()+hits[2].Load() != 0 {
		t.Errorf("%d nodes, %d calls of the first address, %d of the others", len(list.Items), hits[0].Load(), hits[1].Load()+hits[2].Load())
	}
}

// hungDNS answers nobody.
type hungDNS struct{}

func (hungDNS) LookupHost(ctx context.Context, _ string) ([]string, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A name that the DNS does not answer for costs nothing while another address
// works, and not more than a part of the time where it comes first.
func TestHungDNS(t *testing.T) {
	t.Parallel() // it waits most of the time
	const other = "https://other.example:8000"
	for name, urls := range map[string]func(works string) []string{
		"behind": func(works string) []string { return []string{works, other} },
		"first":  func(works string) []string { return []string{other, works} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newCluster(t)
			r := newTokenRigOf(t, s, realClock, func(cfg *qumulo.Config) {
				cfg.URLs, cfg.Resolver = urls(s.URL()), hungDNS{}
			})
			for range 2 {
				began := time.Now()
				ok(t, listNodes(within(t, 6*time.Second), r.client))
				if took := time.Since(began); name == "behind" && took > 2*time.Second {
					t.Errorf("it took %s", took)
				}
			}
		})
	}
}

// An address that the DNS has taken away does not come back into use by a late
// answer.
func TestAnswerOfARemovedAddress(t *testing.T) {
	r, d, nodes := named(t)
	ok(t, r.call(t))
	r.SetFault("/v1/cluster/slots/", qumulotest.Fault{Delay: time.Second})
	done := make(chan error)
	go func() { _, err := r.client.Slots(soon(t)); done <- err }()
	eventually(t, "the slow call is under way", func() bool { return r.InFlight() == 1 })
	d.set(nil, "127.0.0.2", "127.0.0.3")
	r.clock.advance(2 * time.Minute)
	eventually(t, "the new addresses are used", func() bool {
		_ = listNodes(within(t, 50*time.Millisecond), r.client)
		return strings.HasSuffix(r.client.State().Address, "(127.0.0.2)")
	})
	nodes[1].Stop()
	nodes[2].Stop()
	go func() { _ = listNodes(soon(t), r.client) }()
	ok(t, <-done)
	if a := r.client.State().Address; strings.HasSuffix(a, "(127.0.0.1)") {
		t.Errorf("address in use: %s", a)
	}
}
