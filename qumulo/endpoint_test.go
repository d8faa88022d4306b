package qumulo

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/common/config"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// testCluster is a simulated cluster and a client of it with a clock that goes on when told to.
type testCluster struct {
	*qumulotest.Server

	client  *Client
	advance atomic.Int64 // nanoseconds
}

func newTestCluster(t *testing.T, options ...func(*Config)) *testCluster {
	t.Helper()
	s := &testCluster{Server: qumulotest.NewServer(qumulotest.OnPremises())}
	t.Cleanup(s.Close)
	cfg := Config{
		URLs:        []string{s.URL()},
		Credentials: Credentials{Username: qumulotest.DefaultUser, Password: NewSecret(qumulotest.DefaultPassword)},
		TLS:         config.TLSConfig{CA: string(s.CAPEM())},
		Concurrency: 1,
		Now:         func() time.Time { return time.Now().Add(time.Duration(s.advance.Load())) },
	}
	for _, o := range options {
		o(&cfg)
	}
	var err error
	if s.client, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.Close)
	return s
}

// round returns a context of a new round, which ends only when the test has gone wrong.
func (s *testCluster) round(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return WithRound(ctx, Round{Began: s.client.now()})
}

// wellRound returns a context of a new round in which the API has answered: what a 404 means is
// known at once.
func (s *testCluster) wellRound(t *testing.T) context.Context {
	t.Helper()
	ctx := s.round(t)
	if _, err := s.client.Version(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func TestPathOfAnEndpoint(t *testing.T) {
	for _, test := range []struct {
		path string
		args []any
		want string // "": an error
	}{
		{"/v1/version", nil, "/v1/version"},
		{"/v1/files/{path}/aggregates/?max-entries=0", []any{"/"}, "/v1/files/%2F/aggregates/?max-entries=0"},
		{"/v1/files/{path}/aggregates/", []any{"/a b/ü?x=1#y%2F"}, "/v1/files/%2Fa%20b%2F%C3%BC%3Fx=1%23y%252F/aggregates/"},
		{"/v2/network/interfaces/{id}/status/", []any{7}, "/v2/network/interfaces/7/status/"},
		{"/v2/network/interfaces/{id}/status/", []any{Text("7")}, "/v2/network/interfaces/7/status/"},
		{"/v1/{a}/{b}?c={c}&d={d}", []any{"{b}", "&", "a&d=b+c", 1.5}, "/v1/%7Bb%7D/&?c=a%26d%3Db%2Bc&d=1.5"},
		{"/v1/{a}/x", []any{"."}, ""},
		{"/v1/{a}/x", []any{".."}, ""},
		{"/v1/{a}/x", []any{Text("")}, ""},
		{"/v1/{a}/{b}", []any{1}, ""},
		{"/v1/{a}", []any{1, 2}, ""},
		{"/v1/version", []any{1}, ""},
		{"/v1/{a", []any{1}, ""},
	} {
		got, err := Endpoint{Path: test.path}.at(test.args)
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s with %v is %q, %v; want %q", test.path, test.args, got, err, test.want)
		}
	}
}

// The arguments of a call are in what is sent and not in the operation's name. What they can't
// fill is not sent.
func TestArgumentsOfACall(t *testing.T) {
	var called []CallResult
	s := newTestCluster(t, func(cfg *Config) { cfg.Hooks.Call = func(c CallResult) { called = append(called, c) } })
	s.Model().Set("/v1/files/%2Fhome/aggregates/", map[string]string{"id": "3"})
	totals := Endpoint{Name: "get totals", Path: "/v1/files/{path}/aggregates/?max-entries=0", Missing: NoObject}
	got, err := getObject[Node](s.round(t), s.client, totals, "/home")
	if err != nil || got.ID != "3" {
		t.Errorf("%+v, %v", got, err)
	}
	last := s.Calls()[len(s.Calls())-1]
	if last.Path != "/v1/files/%2Fhome/aggregates/" || last.Query != "max-entries=0" || last.Token == "" {
		t.Errorf("sent was %+v", last)
	}
	if n := len(called); n != 2 || called[1].Operation != "get totals" {
		t.Errorf("the hook was told %+v, want the login and the operation", called)
	}
	for _, err := range []error{
		errOf(getObject[Node](s.round(t), s.client, totals)),
		errOf(getList[Node](s.round(t), s.client, totals, 1, 2)),
		getPages(s.round(t), s.client, totals, "quotas", rowsOf, func(List[quota]) error { return nil }, ""),
	} {
		if e, ok := errors.AsType[*Error](err); !ok || e.Operation != "get totals" || e.Status != 0 {
			t.Errorf("error is %v, want one of the operation", err)
		}
	}
	if n := len(s.Calls()); n != 2 {
		t.Errorf("%d calls were sent, want 2", n)
	}
}

func errOf[T any](_ T, err error) error { return err }

// What a 404 means, whether it is remembered, and what it becomes where nothing there is the API.
func TestMissing(t *testing.T) {
	for _, test := range []struct {
		missing    Missing
		cause      error
		remembered bool
	}{
		{NotSupported, ErrNotSupported, true},
		{NoObject, ErrNoObject, false},
		{NoAPI, ErrNoAPI, false},
	} {
		s := newTestCluster(t)
		e := Endpoint{Name: "get thing", Path: "/v1/things/{id}", Missing: test.missing}
		get := func(ctx context.Context, id int) error { return errOf(getObject[Node](ctx, s.client, e, id)) }
		for _, id := range []int{1, 2} { // the second one is not there either: of no endpoint, or of no object
			check404(t, get(s.wellRound(t), id), test.cause)
		}
		want := 1
		if test.remembered {
			want = 0
		}
		if n := s.CallCount("/v1/things/2"); n != want {
			t.Errorf("%v: sent again %d times, want %d", test.cause, n, want)
		}
		s.Model().Set("/v1/things/2", map[string]int{"id": 2})
		s.advance.Add(int64(time.Hour + time.Second))
		if err := get(s.wellRound(t), 2); err != nil {
			t.Errorf("%v, though it is there now", err)
		}
		s.SetFault("", qumulotest.Fault{Status: http.StatusNotFound})
		check404(t, get(s.round(t), 2), ErrNoAPI)
	}
}

func check404(t *testing.T, err, cause error) {
	t.Helper()
	var causes []error
	for _, known := range []error{ErrNotSupported, ErrNoObject, ErrNoAPI, ErrVanished} {
		if errors.Is(err, known) {
			causes = append(causes, known)
		}
	}
	if !slices.Equal(causes, []error{cause}) {
		t.Errorf("error is %v, want %q and it alone", err, cause)
	}
}

func TestFirstSupported(t *testing.T) {
	s := newTestCluster(t)
	form := func(path string) func(context.Context) (Node, error) {
		return func(ctx context.Context) (Node, error) {
			return getObject[Node](ctx, s.client, Endpoint{Name: "get form", Path: path})
		}
	}
	ask := func() (Node, error) {
		return firstSupported(s.wellRound(t), form("/v3/form"), form("/v2/form"), form("/v1/form"))
	}
	if _, err := ask(); !errors.Is(err, ErrNotSupported) {
		t.Errorf("error is %v, want that no form is supported", err)
	}
	s.advance.Add(int64(time.Hour + time.Second))
	s.Model().Set("/v2/form", map[string]int{"id": 2}).Set("/v1/form", map[string]int{"id": 1})
	for range 3 {
		if got, err := ask(); err != nil || got.ID != "2" {
			t.Errorf("%+v, %v; want the second form", got, err)
		}
	}
	checkCounts(t, s, map[string]int{"/v3/form": 2, "/v2/form": 4, "/v1/form": 1})

	// A failure is one, and no reason to ask in an older form.
	for _, status := range []int{http.StatusForbidden, http.StatusInternalServerError} {
		s.SetFault("/v2/form", qumulotest.Fault{Status: status})
		if e, ok := errors.AsType[*Error](errOf(ask())); !ok || e.Status != status {
			t.Errorf("error is %v, want the %d", e, status)
		}
	}
	s.ClearFaults()
	checkCounts(t, s, map[string]int{"/v1/form": 1})

	// Another release may have the newest form.
	version := func(release string) {
		s.Model().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core " + release})
		if _, err := s.client.Version(s.round(t)); err != nil {
			t.Fatal(err)
		}
	}
	version("7.8.0")
	s.Model().Set("/v3/form", map[string]int{"id": 3})
	if got, err := ask(); err != nil || got.ID != "2" {
		t.Errorf("%+v, %v; want the second form", got, err)
	}
	version("7.9.0")
	if got, err := ask(); err != nil || got.ID != "3" {
		t.Errorf("%+v, %v; want the first form", got, err)
	}
}

func checkCounts(t *testing.T, s *testCluster, want map[string]int) {
	t.Helper()
	for path, n := range want {
		if got := s.CallCount(path); got != n {
			t.Errorf("%s was asked %d times, want %d", path, got, n)
		}
	}
}

// Rows and bytes have a bound where the endpoint names none.
func TestDefaultLimits(t *testing.T) {
	s := newTestCluster(t)
	e := Endpoint{Name: "list things", Path: "/v1/things"}
	s.Model().Set(e.Path, slices.Repeat([]struct{}{{}}, defaultRows+1))
	_, err := getList[Node](s.round(t), s.client, e)
	checkLimit(t, err, LimitError{Limit: defaultRows, Unit: "rows"})
	s.Model().Set(e.Path, map[string]string{"id": string(make([]byte, defaultBytes))})
	_, err = getObject[Node](s.round(t), s.client, e)
	checkLimit(t, err, LimitError{Limit: defaultBytes, Unit: "bytes"})
}

func checkLimit(t *testing.T, err error, want LimitError) {
	t.Helper()
	if e, ok := errors.AsType[*LimitError](err); !ok || *e != want {
		t.Errorf("error is %v, want %v", err, &want)
	}
}
