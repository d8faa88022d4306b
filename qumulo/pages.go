package qumulo

import (
	"cmp"
	"context"
	"io"
	"net/url"
	"strings"
)

// maxPages bounds a list whose pages hold few rows, or none.
const maxPages = 10_000

// paging is what a page says of the next one; null and "" end the list.
type paging struct {
	Next Text `json:"next"`
}

// getPages asks for a list page by page, so that it is never held as a whole. rows returns
// the rows of a page, which are the member of that name, and what it says of the next one
// (paging.next, "" after the last). each is given the rows of one page after the other. If
// a page fails, so does the list, and what each was given is void.
func getPages[P, T any](
	ctx context.Context, c *Client, e Endpoint, name string, rows func(P) (list List[T], next Text), each func(List[T]) error, args ...any,
) error {
	uri, err := e.at(args)
	if err != nil {
		return &Error{Operation: e.Name, Err: err}
	}
	get := func(uri string, decode decoder) error {
		err := c.getAt(ctx, e, uri, decode)
		e.Missing = NoObject // the release has the endpoint; the row that a page follows may be gone
		return err
	}
	return walkPages(newPageWalk(uri, name, c.rows(e)), get, rows, each)
}

// walkPages is getPages with any way to get a page.
func walkPages[P, T any](
	w *pageWalk, get func(uri string, decode decoder) error, rows func(P) (List[T], Text), each func(List[T]) error,
) error {
	for uri := w.uri; uri != ""; {
		var list List[T]
		var next string
		err := get(uri, func(body io.Reader) error {
			var page P
			err := objectInto(&page)(body)
			if err != nil {
				return err
			}
			fresh, link := rows(page)
			if err := fresh.memberError(w.name); err != nil {
				return err
			}
			next, err = w.next(string(link), len(fresh.Items))
			list = fresh
			return err
		})
		if err != nil {
			return err
		}
		w.rows += len(list.Items)
		if err := each(list); err != nil {
			return err
		}
		uri = next
		w.seen[uri] = true
	}
	return nil
}

// pageWalk is a list on its way from page to page.
type pageWalk struct {
	uri     string          // of the first page
	path    string          // of all pages
	name    string          // of the member that is the list
	seen    map[string]bool // the pages asked for, by URI
	rows    int             // so far
	maxRows int
}

func newPageWalk(uri, name string, maxRows int) *pageWalk {
	path, _, _ := strings.Cut(uri, "?")
	return &pageWalk{uri: uri, path: path, name: name, seen: map[string]bool{uri: true}, maxRows: maxRows}
}

// next returns the URI of the page that link leads to from one of so many rows, "" after
// the last. Of the link only the query is used: it can't send the token anywhere else.
func (w *pageWalk) next(link string, rows int) (string, error) {
	if w.rows+rows > w.maxRows {
		return "", &LimitError{Limit: int64(w.maxRows), Unit: "rows"}
	}
	if link == "" {
		return "", nil
	}
	u, err := url.Parse(link)
	if err != nil || strings.ContainsFunc(u.RawQuery, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", &BodyError{Problem: "malformed paging.next"}
	}
	uri := w.path + "?" + u.RawQuery
	switch {
	case u.IsAbs(), u.Host != "", u.User != nil, cmp.Or(u.EscapedPath(), w.path) != w.path:
		return "", &BodyError{Problem: "paging.next leads away from the list"}
	case w.seen[uri]:
		return "", &BodyError{Problem: "paging.next leads back to a page that was read"}
	case len(w.seen) == maxPages:
		return "", &LimitError{Limit: maxPages, Unit: "pages"}
	}
	return uri, nil
}
