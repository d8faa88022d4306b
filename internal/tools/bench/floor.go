package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/exposition"
	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// floorCommand is the hidden subcommand of the floor.
const floorCommand = "floor"

// restFile has the lines that the floor writes as they are.
const restFile = "rest"

// The endpoints that the floor knows.
const (
	nodesPath      = "/v1/cluster/nodes/"
	slotsPath      = "/v1/cluster/slots/"
	versionPath    = "/v1/version"
	fileSystemPath = "/v1/file-system"
	clampPath      = "/v1/capacity/clamp"
	settingsPath   = "/v1/cluster/settings"
	statePath      = "/v1/node/state"
	metricsPath    = "/v2/metrics/endpoints/default/data"
)

// floor is the least that a program can do for the same page: fetch in parallel with a fixed
// token, decode, print. No renewal, limits, deadlines, fail-over, joining or checks.
type floor struct {
	url       string
	token     string
	endpoints []string
	client    *http.Client
	page      page
	rest      []byte // the lines of the collectors that page does not know
}

// answers are what the endpoints of one scrape said.
type answers struct {
	nodes      []qumulo.Node
	slots      []qumulo.Slot
	version    qumulo.Version
	fileSystem qumulo.FileSystem
	clamp      qumulo.CapacityClamp
	settings   qumulo.ClusterSettings
	state      qumulo.NodeState
	metrics    exposition.Page // that the cluster makes itself
}

// floorArgs returns the command line of the floor.
func floorArgs(c benchCase, dir, cluster string) []string {
	collectors := c.collectors
	if len(collectors) == 0 {
		collectors = written()
	}
	return []string{
		floorCommand, "-dir=" + dir, "-cluster=" + cluster,
		"-endpoints=" + strings.Join(c.endpoints, ","), "-collectors=" + strings.Join(collectors, ","),
	}
}

// runFloor serves the floor's page until ctx or the standard input ends.
func runFloor(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet(floorCommand, flag.ExitOnError)
	dir := flags.String("dir", "", "folder of the files with CA and token")
	cluster := flags.String("cluster", "", "host:port of the cluster")
	endpoints := flags.String("endpoints", "", "paths to read, with commas between them")
	collectors := flags.String("collectors", "", "collectors whose lines to write, likewise")
	_ = flags.Parse(args) // ExitOnError
	token, err := os.ReadFile(filepath.Join(*dir, tokenFile))
	if err != nil {
		return err
	}
	ca, err := os.ReadFile(filepath.Join(*dir, harness.CAFile))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	f := &floor{
		url: "https://" + *cluster, token: string(token), endpoints: strings.Split(*endpoints, ","),
		page: newPage(strings.Split(*collectors, ",")),
	}
	f.rest, err = os.ReadFile(filepath.Join(*dir, restFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f.client = &http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: len(f.endpoints),
	}}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", harness.Loopback)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: f, ReadHeaderTimeout: time.Minute}
	go func() {
		harness.UntilOrphaned(ctx)
		_ = server.Close()
	}()
	fmt.Fprintf(stdout, "address=%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeHTTP answers one scrape.
func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	var a answers
	errs := make([]error, len(f.endpoints))
	var wg sync.WaitGroup
	for i, path := range f.endpoints {
		if strings.HasSuffix(path, "begin-time=") {
			path += strconv.FormatInt(time.Now().Add(-10*time.Minute).Unix(), 10)
		}
		wg.Go(func() { errs[i] = f.get(ctx, path, a.of(path)) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	out := bufio.NewWriter(w)
	f.page.write(out, &a)
	_, _ = out.Write(f.rest)
	_ = a.metrics.WriteText(out, func(error) {})
	_ = out.Flush() // whoever has gone needs no answer
}

// of gives where the answer of an endpoint goes.
func (a *answers) of(path string) any {
	known, ok := map[string]any{
		nodesPath: &a.nodes, slotsPath: &a.slots, versionPath: &a.version, fileSystemPath: &a.fileSystem,
		clampPath: &a.clamp, settingsPath: &a.settings, statePath: &a.state, metricsPath: &a.metrics,
	}[path]
	if !ok {
		return new(any)
	}
	return known
}

// get asks one endpoint. What the cluster does not have (404) stays zero.
func (f *floor) get(ctx context.Context, path string, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url+path, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+f.token)
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	metrics, isMetrics := answer.(*exposition.Page)
	switch {
	case resp.StatusCode == http.StatusOK && isMetrics:
		var text []byte
		text, err = io.ReadAll(resp.Body)
		metrics.Text, _ = exposition.Parse(text)
	case resp.StatusCode == http.StatusOK:
		err = json.NewDecoder(resp.Body).Decode(answer)
	case resp.StatusCode == http.StatusNotFound:
	default:
		err = fmt.Errorf("%s: %s", path, resp.Status)
	}
	// The rest, so that the connection stays in use.
	_, _ = io.Copy(io.Discard, resp.Body)
	return err
}
