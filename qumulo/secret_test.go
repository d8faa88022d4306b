package qumulo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// holder has a secret everywhere that one can stand.
type holder struct {
	Public  qumulo.Secret            `yaml:"public"`
	Pointer *qumulo.Secret           `yaml:"pointer"`
	List    []qumulo.Secret          `yaml:"list"`
	Map     map[string]qumulo.Secret `yaml:"map"`
	Any     any                      `yaml:"any"`
	hidden  qumulo.Secret
}

func newHolder() holder {
	s := qumulo.NewSecret(markerPassword)
	return holder{
		Public: s, Pointer: &s, List: []qumulo.Secret{s}, Map: map[string]qumulo.Secret{"x": s}, Any: s, hidden: s,
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	h := newHolder()
	if h.hidden.Reveal() != markerPassword || h.hidden.IsZero() {
		t.Fatal("the secret is lost")
	}
	outputs := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%p"} {
		outputs[verb] = fmt.Sprintf(verb, h.Public)
		outputs[verb+" of a struct"] = fmt.Sprintf(verb, h)
		outputs[verb+" of a pointer"] = fmt.Sprintf(verb, &h)
		outputs[verb+" of credentials"] = fmt.Sprintf(verb, qumulo.Credentials{Username: "u", Password: h.Public})
	}
	for name, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("x", "secret", h.Public, "struct", h, "pointer", &h, "credentials", qumulo.Credentials{Password: h.Public})
		outputs[name] = b.String()
	}
	inJSON, err := json.Marshal(h)
	ok(t, err)
	outputs["JSON"] = string(inJSON)
	inYAML, err := yaml.Marshal(h)
	ok(t, err)
	outputs["YAML"] = string(inYAML)

	for name, text := range outputs {
		if strings.Contains(text, markerPassword) || strings.Contains(text, fmt.Sprintf("%x", markerPassword)) {
			t.Errorf("%s shows the secret: %s", name, text)
		}
	}
	for _, name := range []string{"%v", "%+v", "%#v", "%s", "slog text", "slog JSON", "YAML"} {
		if !strings.Contains(outputs[name], "<secret>") {
			t.Errorf("%s shows %q, want <secret> in it", name, outputs[name])
		}
	}
	if n := strings.Count(outputs["YAML"], "<secret>"); n != 5 {
		t.Errorf("YAML says <secret> %d times, want 5:\n%s", n, outputs["YAML"])
	}
}

func TestNoSecret(t *testing.T) {
	var s qumulo.Secret
	if !s.IsZero() || s.Reveal() != "" || s.String() != "" || fmt.Sprint(s) != "" || s.LogValue().String() != "" {
		t.Errorf("the zero value is %q, %q", s, s.Reveal())
	}
	text, err := json.Marshal(s)
	ok(t, err)
	if string(text) != `""` {
		t.Errorf("JSON of no secret is %s", text)
	}
}

// The client itself may end up in a log line.
func TestClientIsPrintedWithoutItsPassword(t *testing.T) {
	c := newClient(t, qumulo.Config{
		URLs:        []string{"https://127.0.0.1"},
		Credentials: qumulo.Credentials{Username: "u", Password: qumulo.NewSecret(markerPassword)},
	})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if text := fmt.Sprintf(verb, c); text == "" || strings.Contains(text, markerPassword) {
			t.Errorf("%s shows %q", verb, text)
		}
	}
}
