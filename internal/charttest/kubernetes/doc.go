// Package kubernetes installs the chart into a real Kubernetes API server, lets the real prometheus-operator make a configuration of its
// objects, and has a real Prometheus scrape with it. There is no kubelet and no controller: pods are admitted and not run.
package kubernetes
