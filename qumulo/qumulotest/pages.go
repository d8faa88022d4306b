package qumulotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// pagedList is a list that is answered in pages.
type pagedList struct {
	path, field string
	rows        []json.RawMessage
	ids         []string // of the rows, for the parameter after
	size        int
}

// SetPages makes a GET of path answer with rows, a slice, in pages of at most size rows:
// {field: [...], "paging": {"next": "PATH?after=ID&limit=N"}}, where next is "" on the last page.
// The parameter limit makes pages smaller, after begins behind the row of that id (its field
// "id", or its place in the list where it has none); other parameters are kept in next. SetPages
// panics where rows can't be marshalled as a list.
func (m *Model) SetPages(path, field string, rows any, size int) *Model {
	l := &pagedList{path: path, field: field, size: size}
	if err := json.Unmarshal(marshal(rows), &l.rows); err != nil || size < 1 {
		panic(fmt.Sprintf("qumulotest: pages of %s: size %d, %v", path, size, err))
	}
	l.ids = make([]string, len(l.rows))
	for i, row := range l.rows {
		var named struct{ ID json.RawMessage }
		_ = json.Unmarshal(row, &named) // a row that is no object has no id
		l.ids[i] = strconv.Itoa(i)
		if len(named.ID) > 0 {
			l.ids[i] = string(bytes.Trim(named.ID, `"`))
		}
	}
	return m.set(path, l)
}

// answer is the page that the parameters ask for.
func (l *pagedList) answer(_ *Model, _ time.Time, query url.Values) answer {
	first := 0
	if after := query.Get("after"); after != "" {
		if first = slices.Index(l.ids, after) + 1; first == 0 {
			return errorAnswer(http.StatusBadRequest, "Nothing here has the id "+after)
		}
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit < 1 || limit > l.size {
		limit = l.size
	}
	last, next := min(first+limit, len(l.rows)), ""
	if last < len(l.rows) {
		query.Set("limit", strconv.Itoa(limit))
		next = nextPage(l.path, query, l.ids[last-1])
	}
	return jsonAnswer(http.StatusOK, marshal(map[string]any{
		l.field: l.rows[first:last], "paging": map[string]string{"next": next},
	}))
}

// nextPage is the relative address of the page after the entry of that id.
func nextPage(path string, query url.Values, after string) string {
	query.Set("after", after)
	return path + "?" + query.Encode()
}
