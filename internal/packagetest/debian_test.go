//go:build packages

package packagetest_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// get is a page of the exporter in the machine, or "".
func get(t *testing.T, url string) string {
	t.Helper()
	response, err := (&http.Client{Timeout: 10 * time.Second}).Get(url)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return ""
	}
	return string(page)
}

// TestDebian goes the way of an administrator: install, the three commands of the message, upgrade, socket, purge.
func TestDebian(t *testing.T) {
	deb := built(t, "*_amd64.deb")
	m := boot(t, freshDebian(t))
	before := traces(t, m.dir)
	output(t, "cp", deb, filepath.Join(m.dir, "root/old.deb"))
	output(t, "cp", newer(t, "deb"), filepath.Join(m.dir, "root/new.deb"))

	message := m.run(t, "dpkg -i old.deb")
	for _, unit := range units {
		m.says(t, "systemctl is-enabled "+unit, "disabled")
		m.says(t, "systemctl is-active "+unit, "inactive")
	}
	m.says(t, "stat -c '%U %G %a' /etc/qumulo_exporter /etc/qumulo_exporter/qumulo_exporter.yml", "root qumulo_exporter 750\nroot qumulo_exporter 640")
	m.says(t, "id -Gn qumulo_exporter; getent passwd qumulo_exporter | cut -d: -f5-", "qumulo_exporter\nPrometheus exporter for Qumulo Core:/nonexistent:/usr/sbin/nologin")

	// Started too early, it ends, says what is missing, and is not started again.
	_, _ = m.command(t, "systemctl start qumulo_exporter")
	testutil.Eventually(t, "the unit has failed", func() bool { out, _ := m.command(t, "systemctl is-failed qumulo_exporter"); return out == "failed\n" })
	m.says(t, "systemctl show --value -p ExecMainStatus -p NRestarts qumulo_exporter", "0\n2")
	if log := m.run(t, "journalctl -u qumulo_exporter"); !strings.Contains(log, "defaults.access_token_file: no such file or directory") {
		t.Errorf("the log does not say what is missing: %s", log)
	}

	cluster := qumulotest.NewServer(qumulotest.OnPremises())
	defer cluster.Close()
	address := testutil.FreeAddress(t)
	m.file(t, "root/token.json", cluster.AddAccessToken("monitor", time.Now().Add(time.Hour)))
	m.file(t, "root/ca.pem", string(cluster.CAPEM()))
	m.file(t, "root/editor", fmt.Sprintf(`#!/bin/sh
printf 'clusters: [{name: berlin, url: "%s", access_token_file: token.json, tls_config: {ca_file: ca.pem}}]\n' > "$1"
`, cluster.URL()))
	m.run(t, "chmod 755 editor && echo QUMULO_EXPORTER_WEB_LISTEN_ADDRESS="+address+" >> /etc/default/qumulo_exporter")
	settings := m.run(t, "cat /etc/default/qumulo_exporter")
	commands := regexp.MustCompile(`(?m)^  (\S.*)$`).FindAllStringSubmatch(message, -1)
	if len(commands) != 3 {
		t.Fatalf("the message has %d commands, want 3: %s", len(commands), message)
	}
	for _, command := range commands {
		m.run(t, command[1])
	}
	configured := m.run(t, "cat /etc/qumulo_exporter/qumulo_exporter.yml")

	serves := func(after string) {
		t.Helper()
		page := ""
		testutil.Eventually(t, "the exporter serves "+after, func() bool { page = get(t, "http://"+address+"/metrics"); return page != "" })
		for _, want := range []string{"qumulo_up 1\n", "process_start_time_seconds ", "process_open_fds "} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %s on the page", after, want)
			}
		}
	}
	serves("after the three commands")
	m.says(t, "stat -c %U /proc/$(systemctl show --value -p MainPID qumulo_exporter)", "qumulo_exporter")
	m.run(t, "qumulo_exporter --healthcheck --web.listen-address="+address)

	// A token that is replaced is used without a restart, as the unit's comment says.
	pid := m.run(t, "systemctl show --value -p MainPID qumulo_exporter")
	cluster.RevokeTokens()
	m.file(t, "root/token.json", cluster.AddAccessToken("monitor", time.Now().Add(time.Hour)))
	m.run(t, commands[0][1])
	serves("after a new token")
	m.run(t, "systemctl reload qumulo_exporter")
	testutil.Eventually(t, "the reload is logged", func() bool {
		return strings.Count(m.run(t, "journalctl -u qumulo_exporter"), "Configuration loaded") == 2
	})
	if now := m.run(t, "systemctl show --value -p MainPID qumulo_exporter"); now != pid {
		t.Errorf("process %s, before the reload %s", now, pid)
	}

	m.run(t, "dpkg --force-confold -i new.deb")
	serves("after the upgrade")
	if now := m.run(t, "systemctl show --value -p MainPID qumulo_exporter"); now == pid {
		t.Error("the old version still runs")
	}
	if got := m.run(t, "cat /etc/qumulo_exporter/qumulo_exporter.yml"); got != configured {
		t.Errorf("the upgrade has changed the configuration: %s", cmp.Diff(configured, got))
	}
	if got := m.run(t, "cat /etc/default/qumulo_exporter"); got != settings {
		t.Errorf("the upgrade has changed the settings: %s", cmp.Diff(settings, got))
	}
	m.says(t, "stat -c '%U %G %a' /etc/qumulo_exporter/*", strings.TrimSpace(strings.Repeat("root qumulo_exporter 640\n", 4)))
	m.says(t, "tail -n1 /etc/qumulo_exporter/qumulo_exporter.yml.dpkg-dist", "# "+newVersion)

	m.run(t, "systemctl stop qumulo_exporter && dpkg --force-confold -i old.deb")
	m.says(t, "systemctl is-active qumulo_exporter", "inactive")

	m.run(t, "echo QUMULO_EXPORTER_WEB_SYSTEMD_SOCKET=true >> /etc/default/qumulo_exporter && mkdir /etc/systemd/system/qumulo_exporter.socket.d")
	m.file(t, "etc/systemd/system/qumulo_exporter.socket.d/address.conf", strings.Join([]string{"[Socket]", "ListenStream=", "ListenStream=" + address, ""}, "\n"))
	m.run(t, "systemctl daemon-reload && systemctl enable --now qumulo_exporter.socket")
	m.says(t, "systemctl is-active qumulo_exporter.service", "inactive")
	serves("at the first request to systemd's socket")
	m.says(t, "systemctl is-active qumulo_exporter.service", "active")

	m.run(t, "dpkg --purge qumulo-exporter")
	for _, unit := range units {
		m.says(t, "systemctl is-active "+unit, "inactive")
	}
	m.run(t, "rm -r /etc/systemd/system/qumulo_exporter.socket.d") // the administrator's own
	if diff := cmp.Diff(before, traces(t, m.dir)); diff != "" {
		t.Errorf("left behind (+): %s", diff)
	}
}

// newVersion is one that is newer than all that there will be.
const newVersion = "999.0.0"

// newer makes a package of the same files that has a newer version, and a line more in its example of a configuration.
func newer(t *testing.T, kind string) string {
	t.Helper()
	dir := t.TempDir()
	built(t, "sha256sums.txt") // .build/package is there too
	example := testutil.ReadFile(t, root+"/.build/package/qumulo_exporter.yml") + "# " + newVersion + "\n"
	testutil.WriteFile(t, filepath.Join(dir, "qumulo_exporter.yml"), example)
	config := strings.ReplaceAll(testutil.ReadFile(t, root+"/packaging/nfpm.yaml"), ".build/package/qumulo_exporter.yml", dir+"/qumulo_exporter.yml")
	config = strings.ReplaceAll(config, "${VERSION}", newVersion)
	testutil.WriteFile(t, filepath.Join(dir, "nfpm.yaml"), config)
	t.Setenv("ARCH", "amd64")
	output(t, "sh", "-c", `cd "$1" && .tools/nfpm package -f "$2/nfpm.yaml" -p "$3" -t "$2"`, "sh", root, dir, kind)
	found, err := filepath.Glob(filepath.Join(dir, "*."+kind))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v (%v), want one %s", found, err, kind)
	}
	return found[0]
}
