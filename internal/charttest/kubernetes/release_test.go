package kubernetes

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/action"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/kube"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// What a release is called in the tests.
const (
	releaseName = "storage"
	namespace   = "monitoring"
	fullName    = releaseName + "-qumulo-exporter"
)

// helm is Helm at work in the test's namespace, which enforces the Pod Security level "restricted".
type helm struct {
	config *action.Configuration
	chart  *chart.Chart
}

func newHelm(t *testing.T, c *cluster) *helm {
	t.Helper()
	for _, name := range []string{namespace, "grafana"} {
		_, err := c.client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: name, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
		}}, metav1.CreateOptions{})
		if err != nil {
			t.Fatal(err)
		}
	}
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig = &c.kubeconfig
	ns, cache := namespace, t.TempDir()
	flags.Namespace, flags.CacheDir = &ns, &cache
	h := &helm{config: action.NewConfiguration()}
	if err := h.config.Init(flags, namespace, "secret"); err != nil {
		t.Fatal(err)
	}
	var err error
	if h.chart, err = loader.LoadDir(repository + "/charts/qumulo-exporter"); err != nil {
		t.Fatal(err)
	}
	return h
}

// createCRDs makes the operator's kinds known, as its release has them.
func (h *helm) createCRDs(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/prometheus-operator/prometheus-operator")
	cmd.Dir = repository + "/internal/charttest/tools/operator"
	dir, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "example", "prometheus-operator-crd", "*.yaml"))
	if err != nil || len(paths) < 8 {
		t.Fatalf("%d CRDs (%v)", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		h.create(t, text)
	}
	for _, kind := range []string{"Prometheus", "PrometheusRule", "Probe", "ServiceMonitor"} {
		h.served(t, "monitoring.coreos.com/v1", kind)
	}
	h.served(t, "monitoring.coreos.com/v1alpha1", "ScrapeConfig")
}

// served waits until objects of a kind can be made: that is so a moment after its CRD is there.
func (h *helm) served(t *testing.T, version, kind string) {
	t.Helper()
	client, err := h.config.RESTClientGetter.ToDiscoveryClient()
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, kind+" is served", func() error {
		client.Invalidate()
		list, err := client.ServerResourcesForGroupVersion(version)
		if err != nil {
			return err
		}
		for _, r := range list.APIResources {
			if r.Kind == kind {
				return nil
			}
		}
		return fmt.Errorf("%s has no %s", version, kind)
	})
}

// create makes the objects of a manifest.
func (h *helm) create(t *testing.T, manifest []byte) {
	t.Helper()
	objects, err := h.config.KubeClient.Build(bytes.NewReader(manifest), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.config.KubeClient.Create(objects, kube.ClientCreateOptionServerSideApply(true, false)); err != nil {
		t.Fatal(err)
	}
}

func (h *helm) install(t *testing.T, values map[string]any) {
	t.Helper()
	do := action.NewInstall(h.config)
	do.ReleaseName, do.Namespace, do.WaitStrategy = releaseName, namespace, kube.HookOnlyStrategy
	if _, err := do.RunWithContext(t.Context(), h.chart, values); err != nil {
		t.Fatalf("install: %v", err)
	}
}

func (h *helm) upgrade(t *testing.T, values map[string]any) {
	t.Helper()
	do := action.NewUpgrade(h.config)
	do.Namespace, do.WaitStrategy, do.ResetValues = namespace, kube.HookOnlyStrategy, true
	if _, err := do.RunWithContext(t.Context(), releaseName, h.chart, values); err != nil {
		t.Fatalf("upgrade: %v", err)
	}
}

func (h *helm) rollback(t *testing.T) {
	t.Helper()
	do := action.NewRollback(h.config)
	do.WaitStrategy = kube.HookOnlyStrategy
	if err := do.Run(releaseName); err != nil {
		t.Fatalf("rollback: %v", err)
	}
}

func (h *helm) uninstall(t *testing.T) {
	t.Helper()
	do := action.NewUninstall(h.config)
	do.WaitStrategy = kube.HookOnlyStrategy
	if _, err := do.Run(releaseName); err != nil {
		t.Fatalf("uninstall: %v", err)
	}
}

// values are those of an example in the chart's folder ci.
func values(t *testing.T, example string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "charts", "qumulo-exporter", "ci", example+"-values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := loader.LoadValues(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (c *cluster) deployment(t *testing.T) *appsv1.Deployment {
	t.Helper()
	d, err := c.client.AppsV1().Deployments(namespace).Get(t.Context(), fullName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// config is the exporter's configuration file as it is in its ConfigMap.
func (c *cluster) config(t *testing.T) string {
	t.Helper()
	m, err := c.client.CoreV1().ConfigMaps(namespace).Get(t.Context(), fullName, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return m.Data["qumulo_exporter.yml"]
}

// TestRelease: install, upgrade, rollback and uninstall, with all kinds of objects.
func TestRelease(t *testing.T) {
	c := startCluster(t)
	h := newHelm(t, c)
	h.createCRDs(t)

	h.install(t, values(t, "many-clusters"))
	first := c.deployment(t)
	if got := c.config(t); !strings.Contains(got, "name: paris") {
		t.Errorf("installed: %s", got)
	}
	// What the Deployment's controller would make of it is admitted into the namespace.
	template := first.Spec.Template
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.Name = "admitted"
	if _, err := c.client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}); err != nil {
		t.Errorf("the pod is not admitted: %v", err)
	}
	boards, err := c.client.CoreV1().ConfigMaps(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "grafana_dashboard=1"})
	if err != nil || len(boards.Items) < 5 {
		t.Errorf("%d dashboards (%v)", len(boards.Items), err)
	}

	fewer := values(t, "many-clusters")
	clusters := fewer["config"].(map[string]any)
	clusters["clusters"] = clusters["clusters"].([]any)[:1]
	h.upgrade(t, fewer)
	if got := c.config(t); strings.Contains(got, "name: paris") || !strings.Contains(got, "name: berlin") {
		t.Errorf("upgraded: %s", got)
	}
	if second := c.deployment(t); !equality.Semantic.DeepEqual(first.Spec, second.Spec) {
		t.Errorf("other clusters make a new pod:\n%+v\n%+v", first.Spec, second.Spec)
	}

	h.upgrade(t, values(t, "everything")) // with other names
	if got := c.deployments(t); !slices.Equal(got, []string{"qumulo-metrics"}) {
		t.Errorf("after an upgrade with another name: %v", got)
	}
	h.rollback(t)
	if got := c.config(t); strings.Contains(got, "name: paris") {
		t.Errorf("rolled back: %s", got)
	}

	h.uninstall(t)
	if got := c.deployments(t); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
	left, err := c.client.CoreV1().ConfigMaps("").List(t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/instance=" + releaseName})
	if err != nil || len(left.Items) != 0 {
		t.Errorf("%d ConfigMaps are left (%v)", len(left.Items), err)
	}
}

// deployments are the names of all in the namespace.
func (c *cluster) deployments(t *testing.T) []string {
	t.Helper()
	list, err := c.client.AppsV1().Deployments(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range list.Items {
		names = append(names, d.Name)
	}
	return names
}
