package kubernetes

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// prometheusObject is a Prometheus that selects by the label that the examples give, as that of kube-prometheus-stack does.
const prometheusObject = `
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: test, namespace: monitoring}
spec:
  scrapeConfigSelector: {matchLabels: {release: test}}
  probeSelector: {matchLabels: {release: test}}
  serviceMonitorSelector: {matchLabels: {release: test}}
  ruleSelector: {matchLabels: {release: test}}
`

// clusters are simulated ones, and what the chart is told of them.
type clusters struct {
	dir  string // the exporter's: the configuration's folder
	list []any
}

func startClusters(t *testing.T, names ...string) *clusters {
	t.Helper()
	c := &clusters{dir: t.TempDir()}
	writeFile(t, c.dir, "password", "secret")
	for i, name := range names {
		s := qumulotest.NewServer(qumulotest.SingleNode())
		t.Cleanup(s.Close)
		s.SetPassword("monitor", "secret")
		ca := writeFile(t, c.dir, fmt.Sprintf("ca-%d.pem", i), string(s.CAPEM()))
		c.list = append(c.list, map[string]any{
			"name": name, "url": s.URL(), "tls_config": map[string]any{"ca_file": filepath.Base(ca)}, "labels": map[string]any{"site": "site-of-" + name},
		})
	}
	return c
}

// values make a release that scrapes n of them by a kind of object.
func (c *clusters) values(kind string, n int) map[string]any {
	labels := map[string]any{"release": "test"}
	return map[string]any{
		"existingSecret": "qumulo-exporter",
		"config":         map[string]any{"defaults": map[string]any{"username": "monitor", "password_file": "password"}, "clusters": c.list[:n]},
		"monitoring":     map[string]any{"kind": kind, "interval": "5s", "scrapeTimeout": "5s", "additionalLabels": labels},
		"rules":          map[string]any{"enabled": true, "additionalLabels": labels},
	}
}

// startExporter runs the exporter as the release's pod would, at an address of its own.
func (c *cluster) startExporter(t *testing.T, dir string) (address string) {
	t.Helper()
	binary, err := filepath.Abs(repository + "/.build/charttest/qumulo_exporter")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", binary, ".")
	cmd.Dir = repository
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	writeFile(t, dir, "qumulo_exporter.yml", c.config(t))
	address = freeAddress(t)
	var args []string
	for _, arg := range c.deployment(t).Spec.Template.Spec.Containers[0].Args {
		arg = strings.ReplaceAll(arg, "/etc/qumulo_exporter/", dir+"/")
		args = append(args, strings.NewReplacer(service, address, "=:10108", "="+address).Replace(arg))
	}
	start(t, nil, binary, args...)
	eventually(t, "the exporter is ready", func() error { _, err := get(t, "http://"+address+"/-/ready"); return err })
	return address
}

// service is where Prometheus reaches the exporter: there is no DNS of Kubernetes here, so the tests put the exporter's real address in its place.
const service = fullName + "." + namespace + ".svc:10108"

// generated is the configuration that the operator has made for Prometheus; "" until it is there.
func (c *cluster) generated(t *testing.T) string {
	t.Helper()
	secret, err := c.client.CoreV1().Secrets(namespace).Get(t.Context(), "prometheus-test", metav1.GetOptions{})
	if err != nil {
		return ""
	}
	r, err := gzip.NewReader(bytes.NewReader(secret.Data["prometheus.yaml.gz"]))
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// startPrometheus runs Prometheus with what the operator has made.
func (c *cluster) startPrometheus(t *testing.T, exporter string) *prometheus {
	t.Helper()
	dir := t.TempDir()
	list, err := c.client.CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "prometheus-name=test"})
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for _, m := range list.Items {
		for name, text := range m.Data {
			writeFile(t, dir, fmt.Sprintf("%d-%s", rules, name), text)
			rules++
		}
	}
	// The config-reloader beside Prometheus puts the number of the shard in.
	text := strings.NewReplacer(service, exporter, "$(SHARD)", "0").Replace(c.generated(t))
	text = strings.ReplaceAll(text, "/etc/prometheus/rules/prometheus-test-rulefiles-0/", dir+"/")
	p := &prometheus{address: freeAddress(t)}
	start(t, nil, tool(t, "prometheus"), "--config.file="+writeFile(t, dir, "prometheus.yml", text),
		"--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+p.address)
	eventually(t, "Prometheus is ready", func() error { _, err := get(t, "http://"+p.address+"/-/ready"); return err })
	return p
}

type prometheus struct{ address string }

// wait waits until a query has the value.
func (p *prometheus) wait(t *testing.T, query, want string) {
	t.Helper()
	eventually(t, query+" is "+want, func() error {
		page, err := get(t, "http://"+p.address+"/api/v1/query?query="+url.QueryEscape(query))
		if err != nil {
			return err
		}
		var answer struct {
			Data struct {
				Result []struct{ Value [2]any }
			}
		}
		if err := json.Unmarshal(page, &answer); err != nil {
			return err
		}
		if r := answer.Data.Result; len(r) != 1 || r[0].Value[1] != want {
			return fmt.Errorf("%s", page)
		}
		return nil
	})
}

var errNotYet = errors.New("the operator has not made it")

// TestOperator: each kind of object becomes a job that scrapes the clusters under their names.
func TestOperator(t *testing.T) {
	c := startCluster(t)
	h := newHelm(t, c)
	h.createCRDs(t)
	start(t, []string{"KUBECONFIG=" + c.kubeconfig}, tool(t, "prometheus-operator"), "--web.listen-address="+freeAddress(t))
	h.create(t, []byte(prometheusObject))
	simulated := startClusters(t, "berlin", "paris.1", "lab")

	h.install(t, simulated.values("ScrapeConfig", 3))
	for _, step := range []struct {
		kind    string
		n       int
		jobs    int
		targets string
	}{
		{"ScrapeConfig", 3, 2, "4"},
		{"Probe", 3, 2, "4"},
		{"ScrapeConfig", 1, 1, "1"},
		{"Probe", 1, 1, "1"},
	} {
		t.Run(fmt.Sprintf("%s of %d", step.kind, step.n), func(t *testing.T) {
			h.upgrade(t, simulated.values(step.kind, step.n))
			eventually(t, "the operator has made the configuration", func() error {
				text := c.generated(t)
				job := "job_name: " + strings.ToLower(step.kind[:1]) + step.kind[1:] + "/" + namespace + "/" + fullName
				if strings.Count(text, job) != step.jobs || strings.Count(text, "job_name: ") != step.jobs || !strings.Contains(text, "rulefiles-0") {
					return fmt.Errorf("%w: %s", errNotYet, text)
				}
				return nil
			})
			p := c.startPrometheus(t, c.startExporter(t, simulated.dir))
			p.wait(t, "count(up == 1)", step.targets)
			p.wait(t, `sum(qumulo_up{job="qumulo"})`, strconv.Itoa(step.n))
			p.wait(t, `count(qumulo_up{instance="berlin",site="site-of-berlin"})`, "1")
			p.wait(t, `count(count by (instance) (qumulo_up))`, strconv.Itoa(step.n))
			p.wait(t, `count(qumulo_exporter_config_last_reload_successful == 1)`, "1")
			if page, err := get(t, "http://"+p.address+"/api/v1/rules"); err != nil || !bytes.Contains(page, []byte("QumuloClusterUnreachable")) ||
				!bytes.Contains(page, []byte("instance:qumulo_maintenance:active")) {
				t.Errorf("the rules are not loaded: %v\n%.500s", err, page)
			}
		})
	}
	t.Run("ServiceMonitor", func(t *testing.T) {
		h.upgrade(t, simulated.values("ServiceMonitor", 1))
		// Its targets are pods, of which there are none here.
		eventually(t, "the operator has made the configuration", func() error {
			text := c.generated(t)
			for _, want := range []string{"job_name: serviceMonitor/monitoring/" + fullName + "/0\n", "replacement: berlin\n"} {
				if !strings.Contains(text, want) {
					return fmt.Errorf("%w: no %s in %s", errNotYet, want, text)
				}
			}
			return nil
		})
	})
}
