package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// healthTimeout is how long an exporter that is alive may take to say so.
const healthTimeout = 3 * time.Second

// healthcheck asks the exporter that runs with the same flags for /-/healthy. It
// needs no password and no certificate: who asks for them, or has too many
// requests, is alive. Its status is 1 whatever fails: Docker reserves 2.
func healthcheck(ctx context.Context, o *options, stderr io.Writer) int {
	err := errors.Join(o.errs...)
	if err == nil {
		err = askHealth(ctx, o)
	}
	if err != nil {
		fmt.Fprintf(stderr, "qumulo_exporter: --healthcheck: %v\n", err)
		return exitError
	}
	return exitOK
}

func askHealth(ctx context.Context, o *options) error {
	if o.web.WebSystemdSocket != nil && *o.web.WebSystemdSocket {
		return errors.New("systemd knows the address, the exporter does not: ask systemd whether the service is active")
	}
	address := (*o.web.WebListenAddresses)[0]
	if strings.HasPrefix(address, "vsock://") {
		return fmt.Errorf("%s can't be asked from within the machine: listen on a TCP address first", address)
	}
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	if *o.web.WebConfigFile != "" { // which may turn TLS on, or passwords alone
		err := askHealthAt(ctx, "https", address, o.routes)
		if notTLS := (tls.RecordHeaderError{}); !errors.As(err, &notTLS) {
			return err
		}
	}
	return askHealthAt(ctx, "http", address, o.routes)
}

func askHealthAt(ctx context.Context, scheme, address, routes string) error {
	url := scheme + "://localhost" + strings.TrimRight(routes, "/") + "/-/healthy"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{
		// No proxy leads to oneself. An address without a host, or an unspecified one, is this machine to the dialer too.
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", address)
		},
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // it asks its own address, and tells nothing
		DisableKeepAlives: true,
	}
	response, err := transport.RoundTrip(request)
	if remote := (*net.OpError)(nil); errors.As(err, &remote) && remote.Op == "remote error" {
		return nil // a TLS alert: a certificate is asked for
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK, http.StatusUnauthorized, http.StatusTooManyRequests:
		return nil
	}
	return fmt.Errorf("%s answers %s", address, response.Status)
}
