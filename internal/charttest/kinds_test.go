package charttest

import (
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
	"sigs.k8s.io/yaml"
)

// decode reads an object strictly: a key that its type does not have is an error.
func decode[T any](t *testing.T, o object) T {
	t.Helper()
	var v T
	if err := yaml.UnmarshalStrict(o.text, &v); err != nil {
		t.Fatalf("%s %s: %v\n%s", o.Kind, o.Metadata.Name, err, o.text)
	}
	return v
}

// only is the one object of a kind.
func only[T any](t *testing.T, r *rendered, kind string) T {
	t.Helper()
	found := r.all(kind)
	if len(found) != 1 {
		t.Fatalf("%d objects of kind %s, want one", len(found), kind)
	}
	return decode[T](t, found[0])
}

// Everything that is rendered is what Kubernetes and the operator know, by the types that they are made of.
func TestStrictDecoding(t *testing.T) {
	kinds := map[string]func(*testing.T, object){
		"ConfigMap":      func(t *testing.T, o object) { decode[corev1.ConfigMap](t, o) },
		"Deployment":     func(t *testing.T, o object) { decode[appsv1.Deployment](t, o) },
		"NetworkPolicy":  func(t *testing.T, o object) { decode[networkingv1.NetworkPolicy](t, o) },
		"Probe":          func(t *testing.T, o object) { decode[monitoringv1.Probe](t, o) },
		"PrometheusRule": func(t *testing.T, o object) { decode[monitoringv1.PrometheusRule](t, o) },
		"ScrapeConfig":   func(t *testing.T, o object) { decode[monitoringv1alpha1.ScrapeConfig](t, o) },
		"Service":        func(t *testing.T, o object) { decode[corev1.Service](t, o) },
		"ServiceAccount": func(t *testing.T, o object) { decode[corev1.ServiceAccount](t, o) },
		"ServiceMonitor": func(t *testing.T, o object) { decode[monitoringv1.ServiceMonitor](t, o) },
	}
	seen := map[string]bool{}
	valid(t, func(t *testing.T, _ map[string]any, r *rendered) {
		for _, o := range r.objects {
			check := kinds[o.Kind]
			if check == nil {
				t.Errorf("kind %s has no type here", o.Kind)
				continue
			}
			seen[o.Kind] = true
			check(t, o)
		}
	})
	for kind := range kinds {
		if !seen[kind] {
			t.Errorf("no values in ci make a %s", kind)
		}
	}
}

// Names and labels fit, and all of a release's objects are found by its labels.
func TestNamesAndLabels(t *testing.T) {
	valid(t, func(t *testing.T, _ map[string]any, r *rendered) {
		taken := map[string]bool{}
		for _, o := range r.objects {
			id := o.Kind + " " + o.Metadata.Namespace + "/" + o.Metadata.Name
			if taken[id] {
				t.Errorf("%s is there twice", id)
			}
			taken[id] = true
			if errs := validation.IsDNS1123Subdomain(o.Metadata.Name); len(errs) > 0 || o.Metadata.Namespace == "" {
				t.Errorf("%s: %v", id, errs)
			}
			for key, value := range o.Metadata.Labels {
				if errs := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...); len(errs) > 0 {
					t.Errorf("%s: label %s=%s: %v", id, key, value, errs)
				}
			}
			if o.Metadata.Labels["app.kubernetes.io/instance"] != releaseName || o.Metadata.Labels["app.kubernetes.io/managed-by"] != "Helm" {
				t.Errorf("%s: labels %v", id, o.Metadata.Labels)
			}
		}
	})
}

// The pod may run in a namespace that enforces the level "restricted", of the newest Kubernetes and of the oldest that the chart is for.
func TestPodSecurityRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	pod := func(t *testing.T, r *rendered) corev1.PodTemplateSpec {
		return only[appsv1.Deployment](t, r, "Deployment").Spec.Template
	}
	check := func(meta *metav1.ObjectMeta, spec *corev1.PodSpec, v api.Version) policy.AggregateCheckResult {
		return policy.AggregateCheckResults(evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: v}, meta, spec))
	}
	valid(t, func(t *testing.T, _ map[string]any, r *rendered) {
		p := pod(t, r)
		for _, v := range []api.Version{api.LatestVersion(), api.MajorMinorVersion(1, 25)} {
			if got := check(&p.ObjectMeta, &p.Spec, v); !got.Allowed {
				t.Errorf("%s: %s", v.String(), got.ForbiddenDetail())
			}
		}
		c := p.Spec.Containers[0]
		if !*c.SecurityContext.ReadOnlyRootFilesystem || *p.Spec.AutomountServiceAccountToken || *p.Spec.EnableServiceLinks {
			t.Errorf("root file system, token or links: %s", r.all("Deployment")[0].text)
		}
		for _, m := range c.VolumeMounts {
			if m.SubPath != "" || m.SubPathExpr != "" || !m.ReadOnly {
				t.Errorf("%s is mounted in a way that freezes it, or for writing", m.Name)
			}
		}
	})
	p := pod(t, example(t, "one-cluster"))
	p.Spec.SecurityContext.SeccompProfile = nil
	if check(&p.ObjectMeta, &p.Spec, api.LatestVersion()).Allowed {
		t.Error("a pod without seccomp profile passes: this test finds nothing")
	}
}
