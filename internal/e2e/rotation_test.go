package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// volume is a folder with configuration and secrets as kubelet mounts it: each file is a link into a folder ..data, which
// is itself a link. Old content is removed as soon as the new one is there.
type volume struct {
	dir    string
	writes int
}

// write replaces all files at once, as kubelet does after a change of the Secret or the ConfigMap.
func (v *volume) write(t *testing.T, files map[string]string) {
	t.Helper()
	data := filepath.Join(v.dir, "..data")
	old, _ := os.Readlink(data) // none at first
	v.writes++
	version := fmt.Sprintf("..2026_01_01_00_00_%02d", v.writes)
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	check(os.Mkdir(filepath.Join(v.dir, version), 0o755))
	for name, text := range files {
		testutil.WriteFile(t, filepath.Join(v.dir, version, name), text)
	}
	check(os.Symlink(version, data+"_tmp"))
	check(os.Rename(data+"_tmp", data))
	for name := range files {
		if _, err := os.Lstat(filepath.Join(v.dir, name)); err != nil {
			check(os.Symlink(filepath.Join("..data", name), filepath.Join(v.dir, name)))
		}
	}
	if old != "" {
		check(os.RemoveAll(filepath.Join(v.dir, old)))
	}
}

// reloadInterval is how often the exporter looks at its file, and inTime what a change may take on a busy machine.
const (
	reloadInterval = time.Second
	inTime         = 2*reloadInterval + 3*time.Second
)

// rotation is an exporter whose files kubelet mounts, scraped without a pause.
type rotation struct {
	*group

	volume volume
	files  map[string]string
	gaps   atomic.Int64
	pages  atomic.Int64
}

func startRotation(t *testing.T) *rotation {
	t.Helper()
	r := &rotation{group: &group{address: testutil.FreeAddress(t)}, volume: volume{dir: t.TempDir()}}
	for range 2 {
		s := qumulotest.NewServer(qumulotest.SingleNode())
		t.Cleanup(s.Close)
		r.clusters = append(r.clusters, s)
	}
	r.files = map[string]string{
		"token":               r.clusters[0].AddAccessToken(qumulotest.DefaultUser, time.Time{}),
		"ca.pem":              string(r.clusters[0].CAPEM()),
		"qumulo_exporter.yml": r.config(0),
	}
	r.volume.write(t, r.files)
	r.exporter = start(t, build(t), "--config.file="+filepath.Join(r.volume.dir, "qumulo_exporter.yml"),
		"--config.auto-reload-interval="+reloadInterval.String(), "--web.listen-address="+r.address)
	testutil.Eventually(t, "the exporter is ready", func() bool { status, _ := r.get(t, "/-/ready"); return status == http.StatusOK })
	go func() {
		for t.Context().Err() == nil {
			status, page := r.get(t, "/probe?target=cluster-0")
			if t.Context().Err() != nil {
				return
			}
			r.pages.Add(1)
			if status != http.StatusOK || !strings.Contains(page, "\nqumulo_up 1\n") || strings.Contains(page, "\nqumulo_scrape_collector_success{collector=\"nodes\"} 0\n") {
				r.gaps.Add(1)
			}
		}
	}()
	return r
}

// config is the file with some of the clusters. The second one rejects the token, which is the first one's: that it is
// asked tells enough.
func (r *rotation) config(clusters ...int) string {
	text := "defaults:\n  access_token_file: token\n  tls_config: {ca_file: ca.pem}\n  collectors: {" + strings.Join(unfixed(), ": off, ") + ": off}\nclusters:\n"
	for _, i := range clusters {
		text += fmt.Sprintf("  - {name: cluster-%d, url: %q}\n", i, r.clusters[i].URL())
	}
	return text
}

// change replaces files, waits until the change is in force, and wants that in time.
func (r *rotation) change(t *testing.T, what string, inForce func() bool, files map[string]string) {
	t.Helper()
	maps.Copy(r.files, files)
	began := time.Now()
	r.volume.write(t, r.files)
	testutil.Eventually(t, what, inForce)
	took := time.Since(began)
	t.Logf("%s: after %s", what, took.Round(time.Millisecond))
	if took > inTime {
		t.Errorf("%s: after %s, want %s at most", what, took, inTime)
	}
}

// reloaded reports whether the exporter's own page has a line.
func (r *rotation) reloaded(t *testing.T, line string) bool {
	t.Helper()
	_, page := r.get(t, "/metrics")
	return strings.Contains(page, "\n"+line+"\n")
}

// TestRotation: token, CA and configuration are swapped by links as kubelet does it. Each is used within two intervals, with
// no restart and no gap.
func TestRotation(t *testing.T) {
	t.Parallel() // it waits most of the time
	r := startRotation(t)
	first := r.clusters[0]
	testutil.Eventually(t, "the cluster is scraped", func() bool { return r.pages.Load() > 3 })

	token := first.AddAccessToken(qumulotest.DefaultUser, time.Time{})
	uses := func() bool {
		calls := first.Calls()
		return len(calls) > 0 && calls[len(calls)-1].Token == token
	}
	r.change(t, "the new token is used", uses, map[string]string{"token": token})

	r.change(t, "a new cluster is scraped, by a CA that has come with it", func() bool {
		status, _ := r.get(t, "/probe?target=cluster-1")
		return status == http.StatusOK && r.clusters[1].Handshakes() > 0 && r.clusters[1].CallCount("/v1/version") > 0
	}, map[string]string{
		"ca.pem":              string(first.CAPEM()) + string(r.clusters[1].CAPEM()),
		"qumulo_exporter.yml": r.config(0, 1),
	})

	r.change(t, "a faulty configuration is refused", func() bool { return r.reloaded(t, "qumulo_exporter_config_last_reload_successful 0") },
		map[string]string{"qumulo_exporter.yml": r.config(0, 1) + "    nonsense: 1\n"})
	r.change(t, "a good one is taken, and a cluster is gone", func() bool {
		status, _ := r.get(t, "/probe?target=cluster-1")
		return status == http.StatusNotFound
	}, map[string]string{"qumulo_exporter.yml": r.config(0)})

	if pages, gaps := r.pages.Load(), r.gaps.Load(); gaps != 0 || pages < 20 {
		t.Errorf("%d scrapes, %d of them with a gap", pages, gaps)
	}
	log := r.exporter.stderr.String()
	if n := strings.Count(log, "Starting qumulo_exporter"); n != 1 || len(r.exporter.stderr.Lines("Config reload failed")) != 1 {
		t.Errorf("%d starts, or the faulty configuration is not in the log once", n)
	}
	if strings.Contains(log, token) || first.Logins() != 0 {
		t.Errorf("a token is in the log, or %d logins", first.Logins())
	}
	if n := len(r.exporter.stderr.Lines("level=WARN", "cluster=cluster-0")); n != 0 {
		t.Errorf("%d warnings of a cluster that was well", n)
	}
}
