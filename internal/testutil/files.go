package testutil

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// WriteFile writes a file that only its owner reads, and returns its path.
func WriteFile(tb testing.TB, path, text string) string {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// ReplaceFile puts a new file in the place of one that others may be reading: they see the old text or the new.
func ReplaceFile(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.Rename(WriteFile(tb, path+".new", text), path); err != nil {
		tb.Fatal(err)
	}
}

// ReadFile returns the text of a file.
func ReadFile(tb testing.TB, path string) string {
	tb.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

// Generated compares a file that is made from the code with what the code makes now. With update it writes the file
// where it differs or is not there yet.
func Generated(tb testing.TB, path, want string, update bool) {
	tb.Helper()
	got, err := os.ReadFile(path)
	switch {
	case err == nil && string(got) == want:
	case update:
		WriteFile(tb, path, want)
	case err != nil:
		tb.Error(err)
	default:
		tb.Errorf("%s is behind the code (-file +code); `make docs` writes it again:\n%s", path,
			cmp.Diff(strings.Split(string(got), "\n"), strings.Split(want, "\n")))
	}
}

// Certificate returns a self-signed certificate for localhost and 127.0.0.1, good for an hour, and its key, as PEM.
func Certificate(tb testing.TB) (certificate, key string) {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		tb.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		tb.Fatal(err)
	}
	return pemText("CERTIFICATE", signed), pemText("PRIVATE KEY", pkcs8)
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
