package qumulo_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestBrokenHeaderThatEchoesTheToken: net/http quotes a header that it can't
// read, and the error must not carry the token on.
func TestBrokenHeaderThatEchoesTheToken(t *testing.T) {
	const token = "access-marker-in-a-header"
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if req, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nbroken %s\r\n\r\n", req.Header.Get("Authorization"))
			}
			conn.Close()
		}
	}()
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, token)
	client, err := qumulo.New(qumulo.Config{
		URLs:        []string{"http://" + listener.Addr().String()},
		Credentials: qumulo.Credentials{AccessTokenFile: file},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	_, err = client.Nodes(t.Context())
	if err == nil || strings.Contains(err.Error(), "marker") || !strings.Contains(err.Error(), "<secret>") {
		t.Errorf("error is %v", err)
	}
}
