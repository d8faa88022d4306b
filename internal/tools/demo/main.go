// demo shows the exporter at work without a cluster: it starts a simulated one
// on loopback and the real binary against it, as a user would.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	tokenLife  = time.Minute
	startLimit = 30 * time.Second
	stopLimit  = 10 * time.Second
	user       = "exporter"
	password   = "exporter-password"
)

var shown = regexp.MustCompile("^qumulo_(up|version_info|node_status|node_capacity|cluster_nodes|filesystem_)")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	binary := flag.String("binary", "./qumulo_exporter", "the exporter")
	listen := flag.String("listen", "127.0.0.1:10108", "where the exporter listens")
	flag.Parse()
	err := demo(ctx, *binary, *listen)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func demo(ctx context.Context, binary, listen string) error {
	dir, err := os.MkdirTemp("", "qumulo_exporter-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cluster := startCluster() //nolint:contextcheck // it ends with Close
	defer cluster.Close()
	args, err := arguments(dir, cluster, listen)
	if err != nil {
		return err
	}
	fmt.Printf("A simulated cluster listens on %s. The exporter watches it:\n\n  %s\n\n", cluster.URL(), commandLine(binary, args))

	cmd := exec.CommandContext(ctx, binary, args...) //nolint:gosec // the binary is the caller's choice
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopLimit
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w (build it first: make build)", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if err := show(ctx, "http://"+listen, ended); err != nil {
		return errors.Join(err, cmd.Cancel(), <-ended)
	}
	if err := <-ended; ctx.Err() == nil {
		return fmt.Errorf("the exporter has ended: %w", err)
	}
	return nil
}

// startCluster simulates five nodes, one of them offline.
func startCluster() *qumulotest.Server {
	model := qumulotest.OnPremises()
	model.SetNodeStatus(4, "offline")
	cluster := qumulotest.NewServer(model)
	cluster.SetPassword(user, password)
	cluster.SetTokenLifetime(tokenLife)
	return cluster
}

// arguments writes the files that a user would have and gives the flags.
func arguments(dir string, cluster *qumulotest.Server, listen string) ([]string, error) {
	ca, secret := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "password")
	if err := os.WriteFile(ca, cluster.CAPEM(), 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(secret, []byte(password+"\n"), 0o600); err != nil {
		return nil, err
	}
	return []string{
		"--qumulo.url=" + cluster.URL(),
		"--qumulo.username=" + user,
		"--qumulo.password-file=" + secret,
		"--qumulo.ca-file=" + ca,
		"--web.listen-address=" + listen,
	}, nil
}

func commandLine(binary string, args []string) string {
	return strings.Join(append([]string{binary}, args...), " \\\n      ")
}

// show waits for the metrics, prints those of nodes and capacity, and tells
// what to look at next.
func show(ctx context.Context, url string, ended chan error) error {
	limit := time.After(startLimit)
	for {
		page, err := get(ctx, url+"/metrics")
		if err == nil {
			printLines(page)
			break
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil
		case err := <-ended:
			ended <- err
			return errors.New("the exporter has ended before it answered")
		case <-limit:
			return fmt.Errorf("no metrics within %s: %w", startLimit, err)
		}
	}
	fmt.Printf(`
Metrics: %[1]s/metrics   Landing page: %[1]s/
The cluster's tokens live %[2]s: scrape for longer, and the exporter logs in again without a gap.
Ctrl-C ends the demo.

Your own cluster: make a user with a small role and a token, as README.md says under
"Point it at your cluster", and start the exporter with
  ./qumulo_exporter --qumulo.url=https://CLUSTER:8000 --qumulo.access-token-file=token.json --qumulo.ca-file=ca.pem
`, url, tokenLife)
	return nil
}

func get(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := (&http.Client{Timeout: startLimit}).Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", url, resp.Status)
	}
	return string(body), err
}

func printLines(page string) {
	fmt.Println()
	lines := bufio.NewScanner(strings.NewReader(page))
	for lines.Scan() {
		if shown.MatchString(lines.Text()) {
			fmt.Println(lines.Text())
		}
	}
}
