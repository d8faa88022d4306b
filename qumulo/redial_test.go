package qumulo_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// impostor is what listens at all loopback addresses with a certificate that has expired.
type impostor struct {
	net.Listener

	handshakes atomic.Int64
}

func newImpostor(t *testing.T, port string) *impostor {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ok(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(-time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	ok(t, err)
	l, err := net.Listen("tcp", "0.0.0.0:"+port)
	ok(t, err)
	im := &impostor{Listener: l}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			im.handshakes.Add(1)
			go func() {
				defer conn.Close()
				_ = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}).Handshake()
			}()
		}
	}()
	return im
}

// TestNameWithoutAGoodAddress: where no address of a name can be connected to, the calls of a scrape try each of them about once,
// not each call each of them; all get the same error, and soon after the fault is over all is well.
func TestNameWithoutAGoodAddress(t *testing.T) {
	const addresses, calls = 20, 42
	s := newCluster(t)
	_, port, err := net.SplitHostPort(s.Nodes()[0].Addr())
	ok(t, err)
	d := &dns{}
	for i := range addresses {
		d.ips = append(d.ips, fmt.Sprintf("127.0.0.%d", i+1))
	}
	r := newTokenRigOf(t, s, alone, func(cfg *qumulo.Config) {
		cfg.URLs = []string{"https://cluster.example:" + port}
		cfg.TLS.ServerName = "localhost"
		cfg.Resolver = d
	})
	_, err = r.client.Nodes(soon(t))
	ok(t, err)
	first := s.Nodes()[0]
	first.Stop()
	im := newImpostor(t, port)

	ctx := qumulo.WithRound(soon(t), qumulo.Round{Began: r.clock.now()})
	began := time.Now()
	for _, err := range together(calls, func(int) error { _, err := r.client.Slots(ctx); return err }) {
		if as[*tls.CertificateVerificationError](t, err); !strings.Contains(err.Error(), "(127.0.0.1): tls: failed to verify certificate: x509: certificate has expired") {
			t.Errorf("the error is %v", err)
		}
	}
	// One call goes at a time. On a machine that is slow the addresses may be due again.
	rounds := 1 + int64(time.Since(began)/(3*time.Second))
	if n := im.handshakes.Load(); n < addresses || n > addresses*rounds+1 { // and once more for a kept-alive connection that was dead
		t.Errorf("%d handshakes with %d addresses in %s", n, addresses, time.Since(began))
	}

	ok(t, im.Close())
	first.Start()
	eventually(t, "the address is used again", func() bool { return r.call(t) == nil })
}
