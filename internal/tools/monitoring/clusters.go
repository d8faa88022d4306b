package monitoring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/tools/harness"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// ConfigFile is the exporter's file, in the folder of Clusters.WriteFiles.
const ConfigFile = "qumulo_exporter.yml"

// Clusters are three simulated clusters to look at: a small one at the edge and two in racks, one of which gets into trouble.
type Clusters struct {
	names   []string
	servers []*qumulotest.Server
}

// StartClusters starts them on loopback. Close ends them.
func StartClusters() *Clusters {
	c := &Clusters{}
	for _, cluster := range []struct {
		name  string
		model *qumulotest.Model
	}{
		{"berlin", qumulotest.Release("7.10.0")}, {"lisbon", qumulotest.SingleNode()}, {troubled, qumulotest.Release("7.8.0")},
	} {
		c.names = append(c.names, cluster.name)
		c.servers = append(c.servers, qumulotest.NewServer(cluster.model))
	}
	return c
}

// Close ends all clusters.
func (c *Clusters) Close() {
	for _, s := range c.servers {
		s.Close()
	}
}

// WriteFiles writes what an exporter needs to watch them into a folder: ConfigFile, last of all, and the files that it names.
func (c *Clusters) WriteFiles(dir string) error {
	config := filepath.Join(dir, ConfigFile)
	if err := os.Remove(config); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "defaults:\n  username: %s\n  password_file: password\nclusters:\n", qumulotest.DefaultUser)
	errs := []error{os.WriteFile(filepath.Join(dir, "password"), []byte(qumulotest.DefaultPassword+"\n"), 0o600)}
	for i, s := range c.servers {
		errs = append(errs, os.WriteFile(filepath.Join(dir, c.names[i]+".pem"), s.CAPEM(), 0o600))
		fmt.Fprintf(&text, "  - name: %[1]s\n    url: %[2]s\n    tls_config: {ca_file: %[1]s.pem}\n", c.names[i], s.URL())
	}
	// All at once: the exporter may be waiting for it.
	errs = append(errs, os.WriteFile(config+".new", []byte(text.String()), 0o600), os.Rename(config+".new", config))
	return errors.Join(errs...)
}

// The trouble, and where it is.
const (
	troubled     = "paris"
	troubledNode = 2
)

// TroubleAfter waits, then takes a node of one cluster offline, and says so. The end of ctx ends the wait.
func (c *Clusters) TroubleAfter(ctx context.Context, wait time.Duration, stdout io.Writer) {
	if harness.Wait(ctx, wait); ctx.Err() != nil {
		return
	}
	for i, name := range c.names {
		if name == troubled {
			c.servers[i].Model().SetNodeStatus(troubledNode, "offline")
		}
	}
	fmt.Fprintf(stdout, "%s node %d of %s is offline now.\n", time.Now().Format(time.TimeOnly), troubledNode, troubled)
}
