package server

import (
	"encoding/json"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/url"
)

var errNoAddress = errors.New("this connection has no host and port that others could use: set --web.external-url")

// group is one target of Prometheus's HTTP service discovery.
type group struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// discovery lists the clusters for http_sd_configs, each with all that Prometheus
// must know to scrape it through the exporter.
func (h *handler) discovery(w http.ResponseWriter, r *http.Request) {
	base, err := h.base(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	groups := []group{} // [] and not null where there are none
	for _, cluster := range h.Fleet.Config().Clusters {
		labels := map[string]string{}
		maps.Copy(labels, cluster.Labels)
		labels["instance"] = cluster.Name
		labels["__scheme__"] = base.Scheme
		labels["__metrics_path__"] = base.Path + "/probe"
		labels["__param_target"] = cluster.Name
		// All targets have one address, which is what shards would be chosen by.
		labels["__tmp_hash"] = cluster.Name
		groups = append(groups, group{Targets: []string{base.Host}, Labels: labels})
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(groups); err != nil {
		h.Logger.Debug("The service discovery was not sent", "err", err)
	}
}

// base is where whoever asks finds these pages: the external URL, or else the
// address on which the connection came in. What the request says of it, as Host
// or X-Forwarded-Host, is the word of whoever asks and does not count.
func (h *handler) base(r *http.Request) (url.URL, error) {
	if h.ExternalURL != nil {
		return *h.ExternalURL, nil
	}
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return url.URL{}, errNoAddress
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return url.URL{}, errNoAddress
	}
	u := url.URL{Scheme: "http", Host: net.JoinHostPort(host, port), Path: h.prefix}
	if r.TLS != nil {
		u.Scheme = "https"
	}
	return u, nil
}
