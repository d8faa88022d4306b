package charttest

import (
	"fmt"
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

// strict returns an error if an object has a key that its type does not have.
func strict[T any](o object) error {
	var v T
	if err := yaml.UnmarshalStrict(o.text, &v); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", o.Kind, o.Metadata.Name, err, o.text)
	}
	return nil
}

// decode reads an object.
func decode[T any](t *testing.T, o object) T {
	t.Helper()
	var v T
	if err := yaml.Unmarshal(o.text, &v); err != nil {
		t.Fatalf("%s %s: %v", o.Kind, o.Metadata.Name, err)
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
	kinds := map[string]func(object) error{
		"ConfigMap":      strict[corev1.ConfigMap],
		"Deployment":     strict[appsv1.Deployment],
		"NetworkPolicy":  strict[networkingv1.NetworkPolicy],
		"Probe":          strict[monitoringv1.Probe],
		"PrometheusRule": strict[monitoringv1.PrometheusRule],
		"ScrapeConfig":   strict[monitoringv1alpha1.ScrapeConfig],
		"Service":        strict[corev1.Service],
		"ServiceAccount": strict[corev1.ServiceAccount],
		"ServiceMonitor": strict[monitoringv1.ServiceMonitor],
	}
	seen := map[string]bool{}
	for name, r := range valid(t) {
		t.Run(name, func(t *testing.T) {
			for _, o := range r.objects {
				check := kinds[o.Kind]
				if check == nil {
					t.Errorf("kind %s has no type here", o.Kind)
					continue
				}
				seen[o.Kind] = true
				if err := check(o); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for kind := range kinds {
		if !seen[kind] {
			t.Errorf("no values in ci make a %s", kind)
		}
	}
}

// Names and labels fit, and all of a release's objects are found by its labels.
func TestNamesAndLabels(t *testing.T) {
	for name, r := range valid(t) {
		t.Run(name, func(t *testing.T) {
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
}

// The pod may run in a namespace that enforces the level "restricted", of the newest Kubernetes and of the oldest that the chart is for.
func TestPodSecurityRestricted(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	check := func(meta *metav1.ObjectMeta, spec *corev1.PodSpec, v api.Version) policy.AggregateCheckResult {
		return policy.AggregateCheckResults(evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: v}, meta, spec))
	}
	for name, r := range valid(t) {
		t.Run(name, func(t *testing.T) {
			p := only[appsv1.Deployment](t, r, "Deployment").Spec.Template
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
	}
	p := only[appsv1.Deployment](t, example(t, "one-cluster"), "Deployment").Spec.Template
	p.Spec.SecurityContext.SeccompProfile = nil
	if check(&p.ObjectMeta, &p.Spec, api.LatestVersion()).Allowed {
		t.Error("a pod without seccomp profile passes: this test finds nothing")
	}
}
