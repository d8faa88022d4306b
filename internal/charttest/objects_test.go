package charttest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

// The configuration arrives as it was given: large numbers stay whole, and texts that look like numbers stay texts.
func TestConfigurationArrives(t *testing.T) {
	for name, r := range valid(t) {
		t.Run(name, func(t *testing.T) {
			values := examples(t)[name]
			var got any
			if err := yaml.Unmarshal([]byte(configFile(t, r)), &got); err != nil {
				t.Fatal(err)
			}
			given, err := json.Marshal(values["config"])
			if err != nil {
				t.Fatal(err)
			}
			var want any
			if err := json.Unmarshal(given, &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%v\nwant %v", got, want)
			}
		})
	}
	if text := configFile(t, example(t, "probe")); !strings.Contains(text, "max_answer_bytes: 268435456\n") {
		t.Errorf("a large number is not whole: %s", text)
	}
}

// kube-prometheus-stack takes only what has the label of its release.
func TestAdditionalLabels(t *testing.T) {
	monitoring := []string{"ScrapeConfig", "Probe", "ServiceMonitor", "PrometheusRule"}
	for name, r := range valid(t) {
		t.Run(name, func(t *testing.T) {
			values := examples(t)[name]
			for _, o := range r.objects {
				if !slices.Contains(monitoring, o.Kind) {
					continue
				}
				section := "monitoring"
				if o.Kind == "PrometheusRule" {
					section = "rules"
				}
				want, _ := values[section].(map[string]any)["additionalLabels"].(map[string]any)
				for key, value := range want {
					if o.Metadata.Labels[key] != value {
						t.Errorf("%s %s: labels %v, want %v", o.Kind, o.Metadata.Name, o.Metadata.Labels, want)
					}
				}
			}
		})
	}
}

func TestMonitoringOfManyClusters(t *testing.T) {
	const address = fullName + "." + namespace + ".svc:10108"
	found := example(t, "many-clusters").all("ScrapeConfig")
	if len(found) != 2 {
		t.Fatalf("%d objects, want one for the clusters and one for the exporter", len(found))
	}
	clusters, self := decode[monitoringv1alpha1.ScrapeConfig](t, found[0]).Spec, decode[monitoringv1alpha1.ScrapeConfig](t, found[1]).Spec
	if *clusters.JobName != "qumulo" || len(clusters.HTTPSDConfigs) != 1 || clusters.HTTPSDConfigs[0].URL != "http://"+address+"/sd" || clusters.StaticConfigs != nil {
		t.Errorf("clusters: %s", found[0].text)
	}
	if *self.JobName != "qumulo_exporter" || string(self.StaticConfigs[0].Targets[0]) != address || *self.MetricsPath != "/metrics" {
		t.Errorf("the exporter: %s", found[1].text)
	}
}

func TestMonitoringOfOneCluster(t *testing.T) {
	sc := only[monitoringv1alpha1.ScrapeConfig](t, example(t, "openshift"), "ScrapeConfig").Spec
	if len(sc.HTTPSDConfigs) != 0 || sc.StaticConfigs[0].Labels["instance"] != "berlin" || *sc.MetricsPath != "/metrics" {
		t.Errorf("ScrapeConfig: %+v", sc)
	}
	e := only[monitoringv1.ServiceMonitor](t, example(t, "servicemonitor"), "ServiceMonitor").Spec.Endpoints[0]
	replaced := map[string]string{}
	for _, c := range e.RelabelConfigs {
		if c.Replacement != nil {
			replaced[c.TargetLabel] = *c.Replacement
		}
	}
	if want := map[string]string{"job": "qumulo", "instance": "berlin", "site": "berlin"}; !reflect.DeepEqual(replaced, want) || e.Path != "/metrics" {
		t.Errorf("ServiceMonitor: %v, want %v", replaced, want)
	}
}

func TestProbe(t *testing.T) {
	p := decode[monitoringv1.Probe](t, example(t, "probe").all("Probe")[0]).Spec
	if p.JobName != "qumulo" || p.ProberSpec.Path != "/probe" || p.Interval != "1m30s" || p.ScrapeTimeout != "30s" {
		t.Errorf("%+v", p)
	}
	static := p.Targets.StaticConfig
	if want := []string{"berlin.1", "paris"}; !slices.Equal(static.Targets, want) {
		t.Errorf("targets %v, want %v", static.Targets, want)
	}
	var labels []string
	for _, c := range static.RelabelConfigs {
		labels = append(labels, c.Regex+" "+c.TargetLabel+"="+*c.Replacement)
	}
	if want := []string{`berlin\.1 cost=5$$1`, `berlin\.1 env=production`, `paris env=test`}; !slices.Equal(labels, want) {
		t.Errorf("labels %q, want %q", labels, want)
	}
}

// Two exporters of the same clusters have different jobs: one series has one writer.
func TestJobName(t *testing.T) {
	for kind, name := range map[string]string{"ScrapeConfig": "many-clusters", "Probe": "probe", "ServiceMonitor": "servicemonitor", "none": "many-clusters"} {
		values := examples(t)[name]
		monitoring, _ := values["monitoring"].(map[string]any)
		monitoring["kind"], monitoring["jobName"] = kind, "qumulo2"
		r, err := render(load(t), values)
		if err != nil {
			t.Fatal(err)
		}
		jobs := regexp.MustCompile(`(?:jobName: |job_name: |targetLabel: job, replacement: )([^\s}]+)`)
		var got []string
		for _, o := range r.all(kind) {
			for _, m := range jobs.FindAllSubmatch(o.text, -1) {
				got = append(got, string(m[1]))
			}
		}
		for _, m := range jobs.FindAllStringSubmatch(r.notes, -1) {
			got = append(got, m[1])
		}
		want := []string{"qumulo2", "qumulo2_exporter"}
		if kind == "ServiceMonitor" {
			want = want[:1]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: jobs %q, want %q", kind, got, want)
		}
		if many := "as job qumulo2, and the exporter itself, as job qumulo2_exporter"; kind == "ScrapeConfig" && !strings.Contains(r.notes, many) {
			t.Errorf("the notes don't name the jobs: %s", r.notes)
		}
	}
}

// The exporter may reach what its configuration names, and DNS.
func TestNetworkPolicy(t *testing.T) {
	for name, want := range map[string][]int{"many-clusters": {8000, 9000}, "probe": {8000, 8443, 3128}, "one-cluster": {8000}} {
		spec := only[networkingv1.NetworkPolicy](t, example(t, name), "NetworkPolicy").Spec
		if len(spec.Egress) != 2 || spec.Egress[0].Ports[0].Port.IntValue() != 53 {
			t.Fatalf("%s: %+v", name, spec.Egress)
		}
		var ports []int
		for _, p := range spec.Egress[1].Ports {
			ports = append(ports, p.Port.IntValue())
		}
		if !slices.Equal(ports, want) {
			t.Errorf("%s: ports %v, want %v", name, ports, want)
		}
		if len(spec.Ingress) != 1 || len(spec.Ingress[0].From) != 1 || len(spec.Ingress[0].Ports) != 1 {
			t.Errorf("%s: %+v", name, spec.Ingress)
		}
	}
}

// Alerts, rules and dashboards are those of the mixin to the letter: their braces are not Helm's.
func TestMixinArrives(t *testing.T) {
	r := example(t, "many-clusters")
	read := func(name string) []byte {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(chartDir, "files", name))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	for i, name := range []string{"alerts.yaml", "rules.yaml"} {
		var want monitoringv1.PrometheusRuleSpec
		if err := yaml.UnmarshalStrict(read(name), &want); err != nil {
			t.Fatal(err)
		}
		if got := decode[monitoringv1.PrometheusRule](t, r.all("PrometheusRule")[i]).Spec; !reflect.DeepEqual(got, want) || len(got.Groups) == 0 {
			t.Errorf("%s has become something else", name)
		}
	}
	boards := 0
	for _, o := range r.all("ConfigMap") {
		if o.Metadata.Labels["grafana_dashboard"] != "1" {
			continue
		}
		boards++
		for name, text := range decode[corev1.ConfigMap](t, o).Data {
			var got, want any
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := json.Unmarshal(read("dashboards/"+name), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s has become something else", name)
			}
		}
		// What client-side kubectl apply puts into one annotation.
		if asJSON, err := yaml.YAMLToJSON(o.text); err != nil || len(asJSON) > 262144 {
			t.Errorf("%s: %d bytes (%v), too many for kubectl apply", o.Metadata.Name, len(asJSON), err)
		}
		if o.Metadata.Annotations["grafana_folder"] != "Storage" {
			t.Errorf("%s: annotations %v", o.Metadata.Name, o.Metadata.Annotations)
		}
	}
	if there, err := filepath.Glob(chartDir + "/files/dashboards/*.json"); err != nil || boards != len(there) || boards == 0 {
		t.Errorf("%d dashboards, want %d (%v)", boards, len(there), err)
	}
}

// Nothing is on that was not asked for, and nobody's CRDs are needed.
func TestDefaults(t *testing.T) {
	var kinds []string
	for _, o := range example(t, "one-cluster").objects {
		kinds = append(kinds, o.Kind)
	}
	slices.Sort(kinds)
	if want := []string{"ConfigMap", "Deployment", "NetworkPolicy", "Service", "ServiceAccount"}; !slices.Equal(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
}

func TestDeployment(t *testing.T) {
	spec := only[appsv1.Deployment](t, example(t, "one-cluster"), "Deployment").Spec.Template.Spec
	c := spec.Containers[0]
	if c.Image != "ghcr.io/qumulo-exporter/qumulo_exporter:0.1.0" || *spec.SecurityContext.RunAsUser != 65534 {
		t.Errorf("image %s, user %d", c.Image, *spec.SecurityContext.RunAsUser)
	}
	for _, want := range []string{"--web.external-url=http://" + fullName + "." + namespace + ".svc:10108", "--config.auto-reload-interval=30s"} {
		if !slices.Contains(c.Args, want) {
			t.Errorf("no %s in %v", want, c.Args)
		}
	}
	if c.LivenessProbe.HTTPGet.Path != "/-/healthy" || c.ReadinessProbe.HTTPGet.Path != "/-/ready" || c.ReadinessProbe.HTTPGet.Scheme != "HTTP" {
		t.Errorf("probes: %+v %+v", c.LivenessProbe, c.ReadinessProbe)
	}
	if sources := spec.Volumes[0].Projected.Sources; len(sources) != 2 || sources[1].Secret.Name != "qumulo-exporter" {
		t.Errorf("sources %+v", sources)
	}
	if user := only[appsv1.Deployment](t, example(t, "openshift"), "Deployment").Spec.Template.Spec.SecurityContext; user.RunAsUser != nil || user.FSGroup != nil {
		t.Errorf("the platform does not choose the user: %+v", user)
	}
	spec = only[appsv1.Deployment](t, example(t, "everything"), "Deployment").Spec.Template.Spec
	if c = spec.Containers[0]; !strings.HasPrefix(c.Image, "registry.example.com:5000/storage/qumulo_exporter@sha256:") || c.ReadinessProbe.HTTPGet.Scheme != "HTTPS" {
		t.Errorf("image %s, probe %+v", c.Image, c.ReadinessProbe)
	}
}
