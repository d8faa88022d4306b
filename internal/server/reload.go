package server

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/internal/printable"
)

// config shows the current configuration, without its secrets.
func (h *handler) config(w http.ResponseWriter, _ *http.Request) {
	page, err := h.Fleet.Config().Redacted()
	if err != nil {
		h.Logger.Error("The configuration can't be shown", "err", err)
		http.Error(w, "the configuration can't be shown: the log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(page) // a caller that has gone needs no answer
}

// reload loads the configuration again, or says all that is wrong with it.
func (h *handler) reload(w http.ResponseWriter, _ *http.Request) {
	errs := h.Fleet.Reload()
	writeUntil(w, writeTime)
	if len(errs) == 0 {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "Configuration reloaded")
		return
	}
	lines := make([]string, len(errs))
	for i, err := range errs {
		lines[i] = printable.Text(err.Error())
	}
	http.Error(w, strings.Join(lines, "\n"), http.StatusBadRequest)
}
