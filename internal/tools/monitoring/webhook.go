package monitoring

import (
	"encoding/json"
	"net/http"
)

// Notification is what Alertmanager tells of one alert.
type Notification struct {
	Status      string // firing or resolved
	Labels      map[string]string
	Annotations map[string]string
}

// Webhook returns what Alertmanager notifies; each notification is handed on.
func Webhook(handOn func(Notification)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var message struct{ Alerts []Notification }
		if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, n := range message.Alerts {
			handOn(n)
		}
	})
}
