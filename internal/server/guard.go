package server

import (
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"

	"go.yaml.in/yaml/v3"
)

// guarded closes pages once they have had a password and have none any more. exporter-toolkit reads the web
// configuration at each request, and lets everybody in where it finds no users: so it would while the file is empty or
// half written.
func guarded(next http.Handler, path string, logger *slog.Logger) http.Handler {
	if path == "" {
		return next
	}
	var had, closed atomic.Bool
	had.Store(hasUsers(path))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if has := hasUsers(path); has || !had.Load() {
			had.Store(has)
			closed.Store(false)
			next.ServeHTTP(w, r)
			return
		}
		if !closed.Swap(true) {
			logger.Error("The web configuration has no users any more; nobody is let in", "file", path,
				"advice", "correct the file: it is read again at each request; to serve without a password, restart the exporter")
		}
		w.Header().Set("WWW-Authenticate", "Basic")
		http.Error(w, "the file of --web.config.file had users and has none now: nobody is let in until the file is correct or the exporter restarts",
			http.StatusUnauthorized)
	})
}

// hasUsers reports whether a web configuration asks for passwords.
func hasUsers(path string) bool {
	content, err := os.ReadFile(path)
	var web struct {
		Users map[string]any `yaml:"basic_auth_users"`
	}
	return err == nil && yaml.Unmarshal(content, &web) == nil && len(web.Users) > 0
}
