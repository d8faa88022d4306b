package server

import (
	"fmt"
	"net/http"
	"net/http/pprof"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
)

// handler is what all pages share.
type handler struct {
	Options

	prefix   string // of all paths: "", or "/a/b"
	requests *limit // of each cluster, and of each other page
	debugs   *limit // of each cluster
	pages    *exposition.Writer
}

// Handler answers all routes. It panics where two pages have the same path.
func Handler(o Options) http.Handler {
	h := &handler{Options: o, prefix: strings.TrimRight(o.RoutePrefix, "/"), pages: exposition.NewWriter()}
	h.requests, h.debugs = newLimit(h.MaxRequests, 0), newLimit(1, debugWait)

	mux := http.NewServeMux()
	page := func(pattern string, page http.Handler) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.Handle(method+" "+h.prefix+path, page)
	}
	page("GET /-/healthy", text("OK"))
	page("GET /-/ready", h.ready(text("Ready")))
	page("GET /{$}", h.limited("/", h.landing()))
	page("GET "+h.TelemetryPath, h.ready(http.HandlerFunc(h.metrics)))
	page("GET /probe", h.ready(http.HandlerFunc(h.probe)))
	page("GET /sd", h.ready(http.HandlerFunc(h.discovery)))
	page("GET /config", h.limited("/config", http.HandlerFunc(h.config)))
	// A page of somebody else's must not make a browser reload.
	reload := h.limited("/-/reload", http.NewCrossOriginProtection().Handler(http.HandlerFunc(h.reload)))
	page("POST /-/reload", reload)
	page("PUT /-/reload", reload)
	if h.Pprof {
		profile := func(path string, profile http.HandlerFunc) {
			page("GET /debug/pprof/"+path, h.limited("/debug/pprof/", profile))
		}
		profile("", http.StripPrefix(h.prefix, http.HandlerFunc(pprof.Index)).ServeHTTP)
		profile("cmdline", pprof.Cmdline)
		profile("profile", pprof.Profile)
		profile("symbol", pprof.Symbol)
		profile("trace", pprof.Trace)
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

// ready answers 503 until a configuration is loaded.
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
