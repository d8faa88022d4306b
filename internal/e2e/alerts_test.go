//go:build !race

package e2e_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// trouble is something that happens to one cluster, and what comes of it.
type trouble struct {
	begin func(t *testing.T, w *watch, s *qumulotest.Server)
	// alert is what is notified of, once; "": nothing.
	alert, severity, summary string
	says                     []string // by the description
	// muted are alerts that fire too, and of which nobody is notified.
	muted []string
}

// minute is how long a minute of the rules takes here. It is the interval of the scrapes too, so that they have the time that
// they need on a busy machine.
const minute = 2 * time.Second

const (
	slotsPath      = "/v1/cluster/slots/"
	protectionPath = "/v1/cluster/protection/status"
	restriperPath  = "/v1/cluster/protection/restriper/status"
	filesystemPath = "/v1/file-system"
	upgradePath    = "/v3/upgrade/status"
	sourcesPath    = "/v2/replication/source-relationships/status/"
)

// edit changes what matches in the answers of a path, at once in all.
func edit(s *qumulotest.Server, path, pattern, replacement string) {
	s.Model().Edit(path, func(body []byte) []byte { return regexp.MustCompile(pattern).ReplaceAll(body, []byte(replacement)) })
}

func troubles() map[string]trouble {
	return map[string]trouble{
		"node-offline": {
			begin: func(_ *testing.T, _ *watch, s *qumulotest.Server) {
				repairs(s, 1)
				s.Model().SetNodeStatus(2, "offline")
			},
			alert: "QumuloNodeOffline", severity: "critical", summary: "Qumulo cluster node-offline: node 2 (strata-2) is offline",
			says:  []string{"has not been online for five minutes", "it is a Q0626, serial number ST26A0002"},
			muted: []string{"QumuloDataAtRisk", "QumuloProtectionReduced"},
		},
		"nothing-left": {
			begin: func(_ *testing.T, _ *watch, s *qumulotest.Server) {
				repairs(s, 0)
				driveDies(s, 2, "1")
				driveDies(s, 3, "2")
			},
			alert: "QumuloNoFailureLeft", severity: "critical", summary: "Qumulo cluster nothing-left: one more failed drive loses data",
			muted: []string{"QumuloDataAtRisk", "QumuloDriveUnhealthy", "QumuloDrivesUnhealthyMany", "QumuloProtectionReduced"},
		},
		"drive-dead": {
			begin: func(_ *testing.T, _ *watch, s *qumulotest.Server) { driveDies(s, 3, "2") },
			alert: "QumuloDriveUnhealthy", severity: "warning", summary: "Qumulo cluster drive-dead: the drive in bay 2 of node 3 (strata-3) is not healthy",
			says: []string{"(dead)", "serial number"},
		},
		"full": {
			begin: func(_ *testing.T, _ *watch, s *qumulotest.Server) {
				edit(s, filesystemPath, `"free_size_bytes":"\d+"`, `"free_size_bytes":"612032839680"`)
			},
			alert: "QumuloCapacityExhausted", severity: "critical", summary: "Qumulo cluster full is 99% full",
			says: []string{"99% are used", "570GiB"}, muted: []string{"QumuloCapacityHigh", "QumuloCapacityVeryHigh"},
		},
		"replication-fails": {
			begin: func(_ *testing.T, _ *watch, s *qumulotest.Server) { replicate(s, "The target directory is not empty.") },
			alert: "QumuloReplicationFailing", severity: "warning", summary: "Qumulo cluster replication-fails: the last job of the replication of /projects to glacier failed",
			says: []string{"(source 8c4e17a0-2f6b-4d93-b5e8-60a000000001)"},
		},
		"refused": {
			begin: func(_ *testing.T, _ *watch, s *qumulotest.Server) {
				s.SetPassword("monitor", "another")
				s.RevokeTokens()
			},
			alert: "QumuloCredentialsRejected", severity: "critical", summary: "Qumulo cluster refused rejects the credentials of the exporter",
			says: []string{"for ten minutes"},
		},
		"unlisted": {
			begin: func(_ *testing.T, _ *watch, s *qumulotest.Server) {
				s.SetPrivileges("monitor", "PRIVILEGE_FS_ATTRIBUTES_READ")
			},
			alert: "QumuloNodesNotListed", severity: "critical", summary: "Qumulo cluster unlisted answers, but does not list its nodes",
			says: []string{"for ten minutes", "drives, nodes, protection, replication, restriper, upgrade."},
		},
		// Worn drives are known for hours after they were seen last: the cluster that does not answer still has that alert.
		"gone": {
			begin: func(t *testing.T, w *watch, s *qumulotest.Server) {
				t.Helper()
				edit(s, nativePath, `(?m)^(qumulo_disk_endurance_percent\{.*\}) \d+`, `$1 15`)
				testutil.Eventually(t, "drives are worn", func() bool { return w.query(t, `min(qumulo_disk_endurance_percent{instance="gone"})`) == 15 })
				s.StopListening()
			},
			alert: "QumuloClusterUnreachable", severity: "critical", summary: "Qumulo cluster gone is unreachable",
			says: []string{"three minutes"}, muted: []string{"QumuloDriveWearing"},
		},
		"upgraded": {begin: upgrade},
		"well":     {begin: func(*testing.T, *watch, *qumulotest.Server) {}},
	}
}

// quietClusters are one for each trouble, of which little goes on in any. Two have all collectors, which read at times; of the others
// only that is read which something happens to.
func quietClusters(troubles map[string]trouble) map[string]watched {
	moving := []string{"drives", "filesystem", "nodes", "protection", "replication", "restriper", "upgrade", "version"}
	var all, few []string
	for _, c := range collector.All() {
		if !c.Enabled || slices.Contains(moving, c.Name) {
			continue
		}
		if c.Interval == 0 {
			all = append(all, c.Name+": {interval: 1m}")
		}
		few = append(few, c.Name+": off")
	}
	clusters := map[string]watched{}
	for name := range troubles {
		on := few
		switch name {
		case "well", "upgraded":
			on = all
		case "gone":
			on = slices.DeleteFunc(slices.Clone(few), func(c string) bool { return c == "native: off" })
		}
		clusters[name] = watched{model: qumulotest.Release("7.8.0"), collectors: strings.Join(on, ", ")}
	}
	return clusters
}

// TestAlerts: what people are told, and how often. The exporter is restarted while all is well, of which nobody hears; then each
// cluster has its own trouble, of which they hear once; then the exporter itself is gone.
func TestAlerts(t *testing.T) {
	t.Parallel() // it waits most of the time
	all := troubles()
	w := startWatch(t, minute, quietClusters(all))
	replicate(w.clusters["replication-fails"], "")
	time.Sleep(minute)
	if status := w.exporter.stop(t, syscall.SIGTERM); status != 0 {
		t.Errorf("exit status %d", status)
	}
	w.exporter = w.start()
	w.allUp(t, "5s")
	time.Sleep(minute)
	w.quiet(t, "a restart of the exporter", "")

	var begun sync.WaitGroup
	for name, trouble := range all {
		begun.Go(func() { trouble.begin(t, w, w.clusters[name]) })
	}
	begun.Wait()
	for name, trouble := range all {
		for _, alert := range append(slices.Clone(trouble.muted), trouble.alert) {
			if alert != "" {
				testutil.Eventually(t, name+": "+alert+" fires", func() bool { return slices.Contains(w.firing(t, name), alert) })
			}
		}
	}
	time.Sleep(5 * minute) // time enough to be notified of what fires
	for name, trouble := range all {
		trouble.check(t, w, name)
	}
	for _, n := range w.notifications("") {
		if _, of := all[n.Labels["instance"]]; !of {
			t.Errorf("notified of what is no cluster: %v", n.Labels)
		}
	}
	if n := w.query(t, `count(qumulo_version_info{instance="upgraded",version=~".*7.8.1"})`); n != 1 {
		t.Errorf("%v releases of the cluster that was upgraded", n)
	}
	exporterGone(t, w)
}

func (x trouble) check(t *testing.T, w *watch, name string) {
	t.Helper()
	fired := append(slices.Clone(x.muted), x.alert)
	slices.Sort(fired)
	if got := strings.Join(w.firing(t, name), " "); got != strings.TrimSpace(strings.Join(fired, " ")) {
		t.Errorf("%s: these alerts fire: %s, not %s", name, got, fired)
	}
	if x.alert == "" {
		w.quiet(t, name, name)
		return
	}
	got := w.notifications(name)
	if len(got) != 1 {
		t.Errorf("%s: %d notifications: %v", name, len(got), got)
		return
	}
	n := got[0]
	if n.Status != "firing" || n.Labels["alertname"] != x.alert || n.Labels["severity"] != x.severity || n.Labels["job"] != "qumulo" {
		t.Errorf("%s: notified of %s: %v", name, n.Status, n.Labels)
	}
	if n.Annotations["summary"] != x.summary {
		t.Errorf("%s: the summary is %q", name, n.Annotations["summary"])
	}
	for _, part := range append(x.says, name) {
		if !strings.Contains(n.Annotations["description"], part) {
			t.Errorf("%s: the description lacks %q: %s", name, part, n.Annotations["description"])
		}
	}
}

// exporterGone wants one more notification, of the clusters' job. What is known of each cluster stays until then, and mutes what
// it muted before.
func exporterGone(t *testing.T, w *watch) {
	t.Helper()
	before := len(w.notifications(""))
	w.exporter.stop(t, syscall.SIGTERM)
	down := func() map[string]int {
		jobs := map[string]int{}
		for _, n := range w.notifications("")[before:] {
			if n.Status == "firing" {
				jobs[n.Labels["alertname"]+" "+n.Labels["job"]]++
			}
		}
		return jobs
	}
	testutil.Eventually(t, "it is known that the exporter is gone", func() bool { return len(down()) > 0 })
	time.Sleep(2 * minute)
	if got := down(); !maps.Equal(got, map[string]int{"QumuloExporterDown qumulo": 1}) {
		t.Errorf("notified: %v", got)
	}
}
