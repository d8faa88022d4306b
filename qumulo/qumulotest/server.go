// Package qumulotest is a simulated Qumulo Core cluster, as net/http/httptest is a simulated
// server: a real HTTPS server on a loopback port that logs in, checks tokens and privileges and
// answers from a Model, that goes wrong on demand (Fault) and that counts what it saw.
package qumulotest

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"sync"
)

// DefaultUser and DefaultPassword are the credentials that every new Server accepts; the user has
// every privilege that the Server knows.
const (
	DefaultUser     = "exporter"
	DefaultPassword = "exporter-password"
)

// Server is one running cluster. It begins with one node; AddNode makes more, with the same
// answers, credentials, faults, counts and certificate.
type Server struct {
	model      *Model
	caPEM      []byte
	config     *tls.Config
	client     *http.Client
	accounts   *accounts
	faults     *faults
	seen       *recorder
	privileges []rule

	mu    sync.Mutex
	nodes []*Node
}

// NewServer starts a cluster that answers from m over HTTPS on a free port of 127.0.0.1. It
// panics where it cannot listen. Close ends it.
func NewServer(m *Model) *Server {
	caPEM, cert := newCertificate()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(caPEM)
	s := &Server{
		model:    m,
		caPEM:    caPEM,
		config:   &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		accounts: newAccounts(),
		client: &http.Client{Transport: &http.Transport{
			TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
			MaxIdleConnsPerHost: 100,
		}},
		faults:     &faults{byPath: map[string]Fault{}},
		seen:       newRecorder(callsKept),
		privileges: rules(),
	}
	s.SetPassword(DefaultUser, DefaultPassword)
	s.AddNode()
	return s
}

// Close stops all nodes, closes all connections and waits for calls in flight to end.
func (s *Server) Close() {
	s.StopListening()
	s.client.CloseIdleConnections()
}

// URL returns the address of the first node, "https://127.0.0.1:PORT".
func (s *Server) URL() string { return s.Nodes()[0].URL() }

// CAPEM returns the certificate of the authority that signed the cluster's, in PEM.
func (s *Server) CAPEM() []byte { return s.caPEM }

// Model returns the answers, to change them while the cluster runs.
func (s *Server) Model() *Model { return s.model }

// Client returns an HTTP client that trusts the cluster. It sends no token of its own.
func (s *Server) Client() *http.Client { return s.client }

// AddNode starts one more node of the cluster, on a port of its own.
func (s *Server) AddNode() *Node { return s.AddNodeAt("127.0.0.1:0") }

// AddNodeAt starts one more node of the cluster at a loopback address, host:port: 127.0.0.2 and
// the port of the first node make two addresses of one name.
func (s *Server) AddNodeAt(addr string) *Node {
	n := newNode(s, addr)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nodes = append(s.nodes, n)
	return n
}

// Nodes returns the cluster's nodes; the first is the Server's own.
func (s *Server) Nodes() []*Node {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Node(nil), s.nodes...)
}

// StopListening stops every node: connections are closed, new ones refused.
func (s *Server) StopListening() {
	for _, n := range s.Nodes() {
		n.Stop()
	}
}

// Resume starts every node that was stopped, each on its old port.
func (s *Server) Resume() {
	for _, n := range s.Nodes() {
		n.Start()
	}
}
