package server

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync"
)

// handler is what all pages share.
type handler struct {
	Options

	prefix  string        // of all paths: "", or "/a/b"
	places  chan struct{} // taken by the requests that are being answered
	buffers sync.Pool
}

// Handler answers all routes. It panics where two pages have the same path.
func Handler(o Options) http.Handler {
	h := &handler{Options: o, prefix: strings.TrimRight(o.RoutePrefix, "/")}
	h.buffers.New = func() any { return bufio.NewWriterSize(nil, writeBuffer) }
	h.places = make(chan struct{}, h.MaxRequests)

	mux := http.NewServeMux()
	page := func(pattern string, page http.Handler) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" "+h.prefix+path, page)
	}
	page("GET /-/healthy", text("OK"))
	page("GET /-/ready", h.ready(text("Ready")))
	page("GET /{$}", h.limited(h.landing()))
	page("GET "+h.TelemetryPath, h.limited(http.HandlerFunc(h.metrics)))
	page("GET /probe", h.limited(http.HandlerFunc(h.probe)))
	page("GET /sd", h.limited(http.HandlerFunc(h.discovery)))
	page("GET /config", h.limited(http.HandlerFunc(h.config)))
	// A page of somebody else's must not make a browser reload.
	reload := h.limited(http.NewCrossOriginProtection().Handler(http.HandlerFunc(h.reload)))
	page("POST /-/reload", reload)
	page("PUT /-/reload", reload)
	if h.Pprof {
		page("GET /debug/pprof/", h.limited(http.StripPrefix(h.prefix, http.HandlerFunc(pprof.Index))))
		page("GET /debug/pprof/cmdline", h.limited(http.HandlerFunc(pprof.Cmdline)))
		page("GET /debug/pprof/profile", h.limited(http.HandlerFunc(pprof.Profile)))
		page("GET /debug/pprof/symbol", h.limited(http.HandlerFunc(pprof.Symbol)))
		page("GET /debug/pprof/trace", h.limited(http.HandlerFunc(pprof.Trace)))
	}
	if h.prefix != "" {
		home := http.RedirectHandler(h.prefix+"/", http.StatusFound)
		mux.Handle("GET /{$}", home)
		mux.Handle("GET "+h.prefix, home)
	}
	return bounded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	}))
}

// ready answers 503 until a configuration is in force.
func (h *handler) ready(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.Fleet.Ready() {
			http.Error(w, "the configuration is not loaded yet", http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func text(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, body)
	})
}

// limited is a page that waits for a configuration, and answers 503 when too many
// requests are being answered, by whichever page. Health is not limited.
func (h *handler) limited(page http.Handler) http.Handler {
	if h.MaxRequests == 0 {
		return h.ready(page)
	}
	return h.ready(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case h.places <- struct{}{}:
			defer func() { <-h.places }()
			page.ServeHTTP(w, r)
		default:
			http.Error(w, fmt.Sprintf("%d requests are being answered: this is the limit (--web.max-requests)", h.MaxRequests),
				http.StatusServiceUnavailable)
		}
	}))
}
