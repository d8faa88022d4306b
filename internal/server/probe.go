package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// maxEchoed is how much of a word of a request an answer repeats, in characters.
const maxEchoed = 64

// probe answers a scrape of the cluster that the request names. The name only
// picks one of those that are configured: nothing is sent where a request says.
func (h *handler) probe(w http.ResponseWriter, r *http.Request) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		http.Error(w, "the query of the URL can't be read", http.StatusBadRequest)
		return
	}
	name, err := target(query["target"])
	if err != nil {
		http.Error(w, err.Error()+": want /probe?target=NAME; "+h.prefix+"/ lists the names", http.StatusBadRequest)
		return
	}
	member, release, found := h.Fleet.Take(name)
	if !found {
		http.Error(w, fmt.Sprintf("no cluster of the name %s is configured: %s/ lists the names", quoted(name), h.prefix), http.StatusNotFound)
		return
	}
	defer release()
	s, err := h.asked(r, query, member)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch query.Get("debug") {
	case "true":
		h.debugged(w, r, member, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { debug(w, r, s) }))
	case "", "false":
		h.scraped(w, r, member, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.answer(w, r, s) }))
	default:
		http.Error(w, "debug: want true or false", http.StatusBadRequest)
	}
}

func target(names []string) (string, error) {
	switch {
	case len(names) > 1:
		return "", fmt.Errorf("target is given %d times", len(names))
	case len(names) == 0 || names[0] == "":
		return "", errors.New("target is missing")
	}
	return names[0], nil
}

// quoted shows a word of a request: in ASCII, so that look-alikes and what a
// terminal would obey are seen for what they are, and not all of a long one.
func quoted(word string) string {
	q := strconv.QuoteToASCII(word[:min(len(word), maxEchoed)])
	if q = q[1 : len(q)-1]; len(q) > maxEchoed || len(word) > maxEchoed {
		q = q[:min(len(q), maxEchoed)] + "..."
	}
	return `"` + q + `"`
}
