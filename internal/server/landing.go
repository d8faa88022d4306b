package server

import (
	_ "embed"
	"html/template"
	"net/http"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

//go:embed landing.html
var landingHTML string

// landingPage says what is watched and what the last scrape found. It never
// calls the cluster.
func landingPage(o Options) http.Handler {
	page := template.Must(template.New("landing").Parse(landingHTML))
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeUntil(w, writeTime)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		err := page.Execute(w, struct {
			collector.Status
			TelemetryPath, Version string
			Pprof                  bool
		}{o.Cluster.Status(), o.TelemetryPath, o.Version, o.Pprof})
		if err != nil {
			o.Logger.Debug("The landing page was not sent", "err", err)
		}
	})
}
