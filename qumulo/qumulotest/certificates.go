package qumulotest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// newCertificate makes a certificate authority of the cluster's own and a certificate for the
// loopback addresses signed by it, both good for a year. It panics where that fails, as httptest does.
func newCertificate() (caPEM []byte, cert tls.Certificate) {
	notBefore := time.Now().Add(-time.Hour)
	notAfter := notBefore.AddDate(1, 0, 0)
	ca := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "qumulotest CA"},
		NotBefore:             notBefore,
		NotAfter:              notAfter,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	caKey := newKey()
	caDER := sign(ca, ca, &caKey.PublicKey, caKey)

	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "qumulotest"},
		NotBefore:    notBefore,
		NotAfter:     notAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	// The signed form names the key that signed the leaf; the template does not.
	ca, err := x509.ParseCertificate(caDER)
	if err != nil {
		panic(fmt.Sprintf("qumulotest: certificate authority: %v", err))
	}
	key := newKey()
	leafDER := sign(leaf, ca, &key.PublicKey, caKey)
	caPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return caPEM, tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: key}
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(fmt.Sprintf("qumulotest: key: %v", err))
	}
	return key
}

func sign(cert, by *x509.Certificate, key *ecdsa.PublicKey, byKey *ecdsa.PrivateKey) []byte {
	der, err := x509.CreateCertificate(rand.Reader, cert, by, key, byKey)
	if err != nil {
		panic(fmt.Sprintf("qumulotest: certificate: %v", err))
	}
	return der
}
