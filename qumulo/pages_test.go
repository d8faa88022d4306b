package qumulo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// quota is a row of a paged list, and quotaPage one of its pages.
type quota struct {
	ID    Text   `json:"id"`
	Path  Text   `json:"path"`
	Limit Number `json:"limit"`
}

type quotaPage struct {
	Quotas List[quota] `json:"quotas"`
	Paging struct {
		Next Text `json:"next"`
	} `json:"paging"`
}

func rowsOf(p quotaPage) (List[quota], Text) { return p.Quotas, p.Paging.Next }

const quotasPath = "/v1/files/quotas/status/"

func quotasEndpoint() Endpoint {
	return Endpoint{Name: "list quotas", Path: quotasPath + "?limit=1000", Privilege: "PRIVILEGE_QUOTA_READ", MaxRows: 100_000}
}

func makeQuotas(n int) []map[string]any {
	rows := make([]map[string]any, n)
	for i := range rows {
		rows[i] = map[string]any{"id": strconv.Itoa(i + 1), "path": "/home/user-" + strconv.Itoa(i) + "/", "limit": "1073741824"}
	}
	return rows
}

// listQuotas counts the rows that come, and checks that they are the first ones in order.
func listQuotas(t *testing.T, s *testCluster, e Endpoint) (rows, pages int, err error) {
	t.Helper()
	err = getPages(s.round(t), s.client, e, "quotas", rowsOf, func(list List[quota]) error {
		pages++
		for _, q := range list.Items {
			if rows++; string(q.ID) != strconv.Itoa(rows) {
				t.Fatalf("row %d is that of %q", rows, q.ID)
			}
		}
		return nil
	})
	return rows, pages, err
}

func TestPagesHaveABound(t *testing.T) {
	s := newTestCluster(t)
	s.Model().SetPages(quotasPath, "quotas", makeQuotas(25), 10)
	e := quotasEndpoint()
	e.MaxRows = 25
	if rows, pages, err := listQuotas(t, s, e); err != nil || rows != 25 || pages != 3 {
		t.Errorf("%d rows in %d pages, %v; want 25 in 3", rows, pages, err)
	}
	e.MaxRows = 24
	rows, _, err := listQuotas(t, s, e)
	checkLimit(t, err, LimitError{Limit: 24, Unit: "rows"})
	if rows != 20 {
		t.Errorf("%d rows came, want those of the pages before", rows)
	}
	wide := newTestCluster(t, func(cfg *Config) { cfg.MaxRows = 25 })
	wide.Model().SetPages(quotasPath, "quotas", makeQuotas(25), 10)
	if rows, _, err := listQuotas(t, wide, e); err != nil || rows != 25 {
		t.Errorf("%d rows, %v; want the client's own bound", rows, err)
	}
	e.MaxRows, e.MaxBytes = 25, 100
	_, _, err = listQuotas(t, s, e)
	checkLimit(t, err, LimitError{Limit: 100, Unit: "bytes"})
}

// A list whose pages never end is given up.
func TestPagesWithoutAnEnd(t *testing.T) {
	asked := 0
	get := func(_ string, decode decoder) error {
		asked++
		return decode(strings.NewReader(fmt.Sprintf(`{"quotas":[],"paging":{"next":"%s?after=%d"}}`, quotasPath, asked)))
	}
	err := walkPages(newPageWalk(quotasPath, "quotas", 10), get, rowsOf, func(List[quota]) error { return nil })
	checkLimit(t, err, LimitError{Limit: maxPages, Unit: "pages"})
	if asked != maxPages {
		t.Errorf("%d pages were asked for, want %d", asked, maxPages)
	}
}

// Whatever is wrong with a page, the list fails, the call that failed is named, and nothing is
// sent after it.
func TestFailedPageFailsTheList(t *testing.T) {
	const second = quotasPath + "?after=10&limit=10"
	page := func(next string) []byte {
		return marshalPage(t, map[string]any{"quotas": makeQuotas(1), "paging": map[string]string{"next": next}})
	}
	for name, test := range map[string]struct {
		fault qumulotest.Fault
		want  string
	}{
		"cut":          {qumulotest.Fault{CutBody: true}, "truncated JSON object"},
		"403":          {qumulotest.Fault{Status: http.StatusForbidden}, "403 Forbidden: simulated fault (http_forbidden_error): needs PRIVILEGE_QUOTA_READ"},
		"500":          {qumulotest.Fault{Status: http.StatusInternalServerError}, "500 Internal Server Error: simulated fault (http_internal_server_error_error)"},
		"HTML":         {qumulotest.Fault{Body: []byte("<html>")}, "HTML instead of a JSON object"},
		"null for all": {qumulotest.Fault{Body: []byte("null")}, "null instead of a JSON object"},
		"no list":      {qumulotest.Fault{Body: []byte(`{"quotas":{}}`)}, "JSON object instead of a JSON list"},
		"null":         {qumulotest.Fault{Body: []byte(`{"quotas":null,"paging":{"next":""}}`)}, "JSON object without quotas"},
		"empty text":   {qumulotest.Fault{Body: []byte(`{"quotas":""}`)}, "JSON object without quotas"},
		"nothing":      {qumulotest.Fault{Body: []byte(`{}`)}, "JSON object without quotas"},
		"no objects":   {qumulotest.Fault{Body: []byte(`{"quotas":[1]}`)}, "JSON list of something else than objects: an element of the list is a JSON number, not an object"},
		"other host":   {qumulotest.Fault{Body: page("https://evil.example.com" + quotasPath + "?after=11")}, "paging.next leads away from the list"},
		"other scheme": {qumulotest.Fault{Body: page("file:" + quotasPath + "?after=11")}, "paging.next leads away from the list"},
		"no scheme":    {qumulotest.Fault{Body: page("//evil.example.com" + quotasPath + "?after=11")}, "paging.next leads away from the list"},
		"user":         {qumulotest.Fault{Body: page("//user@" + quotasPath + "?after=11")}, "paging.next leads away from the list"},
		"other path":   {qumulotest.Fault{Body: page("/v1/users/?after=11")}, "paging.next leads away from the list"},
		"path above":   {qumulotest.Fault{Body: page(quotasPath + "../?after=11")}, "paging.next leads away from the list"},
		"backslash":    {qumulotest.Fault{Body: page(`\\evil.example.com\?after=11`)}, "paging.next leads away from the list"},
		"no address":   {qumulotest.Fault{Body: page("://")}, "malformed paging.next"},
		"space":        {qumulotest.Fault{Body: page(quotasPath + "?after=11 HTTP/1.1")}, "malformed paging.next"},
		"line":         {qumulotest.Fault{Body: page(quotasPath + "?after=11\r\nX: 1")}, "malformed paging.next"},
		"itself":       {qumulotest.Fault{Body: page(second)}, "paging.next leads back to a page that was read"},
		"first":        {qumulotest.Fault{Body: page(quotasPath + "?limit=10")}, "paging.next leads back to a page that was read"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTestCluster(t)
			s.Model().SetPages(quotasPath, "quotas", makeQuotas(30), 10)
			e := quotasEndpoint()
			e.Path = quotasPath + "?limit=10"
			pages := 0
			err := getPages(s.round(t), s.client, e, "quotas", rowsOf, func(List[quota]) error {
				if pages++; pages == 1 {
					s.SetFault(quotasPath, test.fault)
				}
				return nil
			})
			call, ok := errors.AsType[*Error](err)
			if !ok || call.Operation != "list quotas" || !strings.HasSuffix(err.Error(), ": "+test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
			if pages != 1 {
				t.Errorf("%d pages came, want the first", pages)
			}
			calls := s.Calls()
			last := calls[len(calls)-1]
			if n := s.CallCount(quotasPath); n != 2 || last.Path+"?"+last.Query != second || s.CallCount("") != n {
				t.Errorf("sent were %d pages, at last %s?%s", n, last.Path, last.Query)
			}
		})
	}
}

func marshalPage(t *testing.T, v any) []byte {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// A page may link to the next one by its query alone, or say null at the end; the last may have no rows.
func TestLinksOfPages(t *testing.T) {
	var asked []string
	bodies := []string{
		`{"quotas":[{"id":9}],"quotas":[{"id":1}],"paging":{"next":"?after=1"}}`, // of a name that comes twice the last holds
		`{"quotas":[{"id":2},null,3],"paging":{"next":"` + quotasPath + `?after=%2Fx%3d"}}`,
		`{"quotas":[],"paging":{"next":null}}`,
	}
	get := func(uri string, decode decoder) error {
		asked = append(asked, uri)
		return decode(strings.NewReader(bodies[len(asked)-1]))
	}
	var ids []Text
	malformed := 0
	err := walkPages(newPageWalk(quotasPath+"?limit=1", "quotas", 2), get, rowsOf, func(list List[quota]) error {
		malformed += len(list.Malformed)
		for _, q := range list.Items {
			ids = append(ids, q.ID)
		}
		return nil
	})
	if err != nil || !slices.Equal(ids, []Text{"1", "2"}) || malformed != 2 {
		t.Errorf("rows are %v and %d malformed, %v", ids, malformed, err)
	}
	if want := []string{quotasPath + "?limit=1", quotasPath + "?after=1", quotasPath + "?after=%2Fx%3d"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

// What takes the rows can end the list.
func TestPagesEndedByTheirTaker(t *testing.T) {
	s := newTestCluster(t)
	s.Model().SetPages(quotasPath, "quotas", makeQuotas(3), 1)
	enough := errors.New("enough")
	err := getPages(s.round(t), s.client, quotasEndpoint(), "quotas", rowsOf, func(List[quota]) error { return enough })
	if n := s.CallCount(quotasPath); !errors.Is(err, enough) || n != 1 {
		t.Errorf("%v after %d pages, want the error after the first", err, n)
	}
}

// A 404 is that of a release at the first page only: later the row that a page follows is gone.
func TestMissingPage(t *testing.T) {
	s := newTestCluster(t)
	s.Model().SetPages(quotasPath, "quotas", makeQuotas(3), 1)
	list := func() error {
		return getPages(s.wellRound(t), s.client, quotasEndpoint(), "quotas", rowsOf, func(List[quota]) error {
			s.SetFault(quotasPath, qumulotest.Fault{Status: http.StatusNotFound})
			return nil
		})
	}
	check404(t, list(), ErrNoObject)
	s.upgrade("9.0.0")
	check404(t, list(), ErrNotSupported)
	s.ClearFaults()
	check404(t, list(), ErrNotSupported)
	if n := s.CallCount(quotasPath); n != 3 {
		t.Errorf("%d calls, want no further one of what is not supported", n)
	}
}

// FuzzPages walks over pages that are one body a line: whatever they say, what is asked for stays
// on the list's path, no page is asked for twice, and no more rows come than may.
func FuzzPages(f *testing.F) {
	for _, seed := range []string{
		`{"quotas":[{"id":1}],"paging":{"next":"/v1/files/quotas/status/?after=1"}}` + "\n" + `{"quotas":[],"paging":{"next":""}}`,
		`{"quotas":[{},{},{},{},{},{}]}`, `{"quotas":null,"paging":null}`, `{"quotas":[1,null,{}]}`, `{"quotas":"x"}`, `{"quotas":[{}`, `{}`, ``,
		`{"paging":{"next":"https://evil/?x"}}`, `{"paging":{"next":"//evil/v1/files/quotas/status/"}}`, `{"paging":{"next":"?"}}`,
		`{"paging":{"next":"/v1/files/quotas/status/?a b"}}`, `{"paging":{"next":"/v1/files/quotas/status/#x"}}`, `{"paging":{"next":7}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		const maxRows = 5
		bodies := bytes.Split(data, []byte("\n"))
		asked := map[string]bool{}
		get := func(uri string, decode decoder) error {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cluster"+uri, nil)
			if err != nil || req.URL.Host != "cluster" || req.URL.EscapedPath() != quotasPath || asked[uri] ||
				strings.ContainsAny(req.URL.RequestURI(), " \r\n") {
				t.Fatalf("%q is asked for: %v", uri, err)
			}
			asked[uri] = true
			if len(asked) > len(bodies) {
				return io.EOF
			}
			return decode(bytes.NewReader(bodies[len(asked)-1]))
		}
		rows := 0
		err := walkPages(newPageWalk(quotasPath, "quotas", maxRows), get, rowsOf, func(list List[quota]) error {
			if rows += len(list.Items); rows > maxRows {
				t.Fatalf("%d rows came", rows)
			}
			return nil
		})
		if err == nil && len(asked) > len(bodies) {
			t.Error("the list ended well with a page that failed")
		}
	})
}
