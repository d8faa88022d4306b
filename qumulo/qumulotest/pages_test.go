package qumulotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const quotasPath = "/v1/files/quotas/status/"

// quotaPage is a page of quotas.
type quotaPage struct {
	Quotas []struct{ ID string }
	Paging struct{ Next *string }
}

func (p quotaPage) ids() []string {
	ids := []string{}
	for _, q := range p.Quotas {
		ids = append(ids, q.ID)
	}
	return ids
}

func TestPages(t *testing.T) {
	rows := make([]map[string]any, 5)
	for i := range rows {
		rows[i] = map[string]any{"id": fmt.Sprint(10 * i), "path": "/"}
	}
	s := start(t, NewModel().SetPages(quotasPath, "quotas", rows, 2))
	token := s.login(t)
	for _, test := range []struct {
		query, next string
		ids         []string
	}{
		{"", "?after=10&limit=2", []string{"0", "10"}},
		{"?after=10&limit=2", "?after=30&limit=2", []string{"20", "30"}},
		{"?after=30&limit=2", "", []string{"40"}},
		{"?after=40", "", []string{}},
		{"?limit=1", "?after=0&limit=1", []string{"0"}},
		{"?limit=1000", "?after=10&limit=2", []string{"0", "10"}},
		{"?limit=x&filter=a%20b", "?after=10&filter=a+b&limit=2", []string{"0", "10"}},
	} {
		got := s.get(t, quotasPath+test.query, token)
		var page quotaPage
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.status != http.StatusOK {
			t.Fatalf("%s: %d %s", test.query, got.status, got.body)
		}
		want := test.next
		if want != "" {
			want = quotasPath + want
		}
		if page.Paging.Next == nil || *page.Paging.Next != want || !slices.Equal(page.ids(), test.ids) {
			t.Errorf("%s is %s, want %v and next %q", test.query, got.body, test.ids, want)
		}
	}
	if got := s.get(t, quotasPath+"?after=11", token); got.status != http.StatusBadRequest {
		t.Errorf("after a row that is not there: %d", got.status)
	}
}

// Pages stand in the model beside the plain answers, and in place of one.
func TestPagesOfAModel(t *testing.T) {
	m := NewModel().Set(quotasPath, 1).SetPages(quotasPath, "quotas", []int{7, 8, 9}, 2)
	other := m.Clone()
	check := func(want string) {
		t.Helper()
		body, ok := m.Answer(quotasPath)
		if string(body) != want || ok != (want != "") || ok != slices.Contains(m.Paths(), quotasPath) {
			t.Errorf("the answer is %s, %v, of paths %v; want %s", body, ok, m.Paths(), want)
		}
	}
	check(`{"paging":{"next":"` + quotasPath + `?after=1\u0026limit=2"},"quotas":[7,8]}`)
	m.Remove(quotasPath)
	check("")
	m.SetPages(quotasPath, "quotas", []int{}, 2)
	check(`{"paging":{"next":""},"quotas":[]}`)
	m.Set(quotasPath, 1)
	check("1")
	if body, ok := other.Answer(quotasPath); !ok || len(body) == 1 {
		t.Errorf("the clone's answer is %s", body)
	}
	for _, rows := range []any{map[string]int{}, func() {}} {
		if !panics(func() { m.SetPages(quotasPath, "quotas", rows, 2) }) {
			t.Errorf("pages of a %T", rows)
		}
	}
}

// TestEdit: each page is edited until restore is called, and an error is not.
func TestEdit(t *testing.T) {
	m := NewModel().SetPages(quotasPath, "quotas", []int{7, 8, 9}, 2)
	s := start(t, m)
	token := s.AddAccessToken(DefaultUser, time.Time{})
	pages := []string{quotasPath, quotasPath + "?after=1", quotasPath + "?after=none"}
	var was []string
	for _, page := range pages {
		was = append(was, s.get(t, page, token).body)
	}
	restore := m.Edit(quotasPath, func(body []byte) []byte { return bytes.ReplaceAll(body, []byte("quotas"), []byte("edited")) })
	for i, page := range pages {
		want := was[i]
		if i < 2 {
			want = strings.ReplaceAll(want, "quotas", "edited")
		}
		if got := s.get(t, page, token).body; got != want {
			t.Errorf("%s: %s, want %s", page, got, want)
		}
	}
	restore()
	if got := s.get(t, pages[0], token).body; got != was[0] {
		t.Errorf("restored it is %s, want %s", got, was[0])
	}
	if !panics(func() { m.Edit("/v1/none", bytes.ToUpper) }) {
		t.Error("an answer that is not there was edited")
	}
}
