package qumulo

import (
	"net/http"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// What is known of an endpoint that the release does not have holds beyond the hour in which it is
// not asked again: until it answers otherwise, or the release changes.
func TestLacks(t *testing.T) {
	const path = "/v1/things"
	e := Endpoint{Name: "get things", Path: path + "?limit=1"}
	s := newTestCluster(t)
	ask := func() error {
		s.advance.Add(int64(time.Hour + time.Second))
		return errOf(getObject[Node](s.wellRound(t), s.client, e))
	}
	want := func(when string, lacks bool) {
		t.Helper()
		if got := s.client.Lacks(e); got != lacks {
			t.Errorf("%s: lacks is %v", when, got)
		}
	}
	want("not asked yet", false)
	check404(t, ask(), ErrNotSupported)
	want("after the 404", true)
	s.advance.Add(int64(2 * time.Hour))
	want("hours later", true)
	check404(t, ask(), ErrNotSupported)
	want("asked again", true)
	for status, lacks := range map[int]bool{401: true, 429: true, 500: true, 503: true} {
		s.SetFault(path, qumulotest.Fault{Status: status})
		if ask() == nil {
			t.Errorf("%d is no error", status)
		}
		want("after another failure", lacks)
	}
	s.SetFault(path, qumulotest.Fault{Body: []byte("<html>"), ContentType: "text/html"})
	if ask() == nil {
		t.Error("HTML is no error")
	}
	want("after HTML", true)
	s.client.missing.doubt()
	want("in doubt", true)
	for _, status := range []int{400, 403} {
		s.SetFault(path, qumulotest.Fault{Status: status})
		_ = ask()
		want("after an answer of the API", false)
		s.ClearFaults()
		check404(t, ask(), ErrNotSupported)
		want("after another 404", true)
	}
	s.Model().Set(path, map[string]int{"id": 1})
	if err := ask(); err != nil {
		t.Error(err)
	}
	want("after an answer", false)

	s.Model().Remove(path)
	check404(t, ask(), ErrVanished)
	want("after a 404 of what was there", false)
	s.release(t, "9.1.0")
	check404(t, ask(), ErrNotSupported)
	want("before the release changes", true)
	s.release(t, "9.2.0")
	want("after it has", false)

	// That an object or the API is not there says nothing of the endpoint.
	for _, e.Missing = range []Missing{NoObject, NoAPI} {
		if ask() == nil {
			t.Error("a 404 is no error")
		}
		want("after a 404 that means something else", false)
	}
}

// release upgrades the cluster, and lets the client know.
func (s *testCluster) release(t *testing.T, release string) {
	t.Helper()
	s.upgrade(release)
	if _, err := s.client.Version(s.round(t)); err != nil {
		t.Fatal(err)
	}
}

func (s *testCluster) upgrade(release string) {
	s.Model().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core " + release})
}

// A 404 of an endpoint that this release has answered before is a failure, and the next call asks
// again. It is not one of another release, though nobody has read its version yet.
func TestVanished(t *testing.T) {
	const path = "/v1/things"
	e := Endpoint{Name: "get things", Path: path}
	s := newTestCluster(t)
	ask := func() error { return errOf(getObject[Node](s.round(t), s.client, e)) }
	s.release(t, "9.0.0")
	s.Model().Set(path, map[string]int{"id": 1})
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	s.SetFault(path, qumulotest.Fault{Status: http.StatusNotFound, Times: 2})
	for range 2 {
		check404(t, ask(), ErrVanished)
	}
	if err := ask(); err != nil {
		t.Errorf("%v, though it is there again", err)
	}

	// After an hour it is believed.
	s.SetFault(path, qumulotest.Fault{Status: http.StatusNotFound})
	check404(t, ask(), ErrVanished)
	s.advance.Add(int64(59 * time.Minute))
	check404(t, ask(), ErrVanished)
	s.advance.Add(int64(time.Minute))
	check404(t, ask(), ErrNotSupported)
	s.ClearFaults()
	s.advance.Add(int64(time.Hour))
	if err := ask(); err != nil {
		t.Errorf("%v, though it is there again", err)
	}

	// Nothing is known of the release that answered if it was never read.
	other := newTestCluster(t)
	other.Model().Set(path, map[string]int{"id": 1})
	if err := errOf(getObject[Node](other.round(t), other.client, e)); err != nil {
		t.Fatal(err)
	}
	other.Model().Remove(path)
	check404(t, errOf(getObject[Node](other.round(t), other.client, e)), ErrNotSupported)

	s.Model().Remove(path)
	s.upgrade("9.1.0")
	for range 2 {
		check404(t, ask(), ErrNotSupported)
	}
	checkCounts(t, s, map[string]int{path: 9})

	// What an argument of the path stands for may go.
	e.Path = "/v1/things/{id}"
	s.Model().Set("/v1/things/1", map[string]int{"id": 1})
	if err := errOf(getObject[Node](s.wellRound(t), s.client, e, 1)); err != nil {
		t.Error(err)
	}
	check404(t, errOf(getObject[Node](s.wellRound(t), s.client, e, 2)), ErrNotSupported)
}
