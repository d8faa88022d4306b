package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// Marker secrets: found in no config error and in no output. With the @, which no
// address may have.
const (
	markerFile  = "m@rker/of-a-file!"     // in secret files
	markerEnv   = "m@rker/of-a-variable!" // in the environment
	markerValue = "m@rker/of-a-value!"    // in qumulo_exporter.yml
)

const fileName = "qumulo_exporter.yml"

var scrape = Scrape{Timeout: 10 * time.Second, TimeoutOffset: 500 * time.Millisecond}

// workIn goes to a folder with the files and the environment that tests name.
func workIn(t *testing.T, dir string) {
	t.Helper()
	prepare(t, dir)
	t.Chdir(dir)
}

func prepare(tb testing.TB, dir string) {
	tb.Helper()
	certificate, key := newCertificate(tb)
	_, otherKey := newCertificate(tb)
	for name, text := range map[string]string{
		"password": markerFile, "token": "access-v1:" + markerFile, "not-pem": markerFile, "empty": "",
		"ca.pem": certificate, "client.pem": certificate, "client.key": key, "other.key": otherKey,
	} {
		write(tb, dir+"/"+name, text)
	}
	for name, value := range map[string]string{"PASSWORD_OF_A": markerEnv, "EMPTY": ""} {
		tb.Setenv(name, value)
	}
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// load reads text as the file in a folder of workIn.
func load(t *testing.T, text string) (Validated, []error) {
	t.Helper()
	return loadAt(t, fileName, text)
}

func loadAt(t *testing.T, path, text string) (Validated, []error) {
	t.Helper()
	write(t, path, text)
	return Load(path, scrape, quiet())
}

// quiet reads files and logs nothing.
func quiet() *Files { return NewFiles(slog.New(slog.DiscardHandler)) }

func mustLoad(t *testing.T, text string) []Cluster {
	t.Helper()
	v, errs := load(t, text)
	if len(errs) > 0 {
		t.Fatalf("%v\n%s", errs, text)
	}
	return v.Clusters
}

// one is a file of one good cluster with more keys, from line 5 on.
func one(lines ...string) string {
	return "clusters:\n  - name: a\n    url: https://h\n    access_token_file: token\n" + indented(lines)
}

// bare is one without the login; more keys begin in line 4.
func bare(lines ...string) string {
	return "clusters:\n  - name: a\n    url: https://h\n" + indented(lines)
}

func indented(lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("    " + line + "\n")
	}
	return b.String()
}

func noMarker(t *testing.T, text string) {
	t.Helper()
	for _, marker := range []string{markerFile, markerEnv, markerValue} {
		if strings.Contains(text, marker) {
			t.Errorf("a secret is shown: %s", text)
		}
	}
}

// newCertificate returns a certificate signed by itself and its key.
func newCertificate(tb testing.TB) (certificate, key string) {
	tb.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		tb.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		tb.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

// closeClient makes the cluster's client, as all that is sound must allow.
func closeClient(t *testing.T, c Cluster) {
	t.Helper()
	client, err := qumulo.New(c.ClientConfig())
	if err != nil {
		t.Fatalf("no client of a sound cluster: %v", err)
	}
	client.Close()
}

func repeated(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
