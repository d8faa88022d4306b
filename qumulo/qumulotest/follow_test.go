//go:build !race

package qumulotest

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
)

func TestAnswersFollowTheDefinition(t *testing.T) {
	dir := apidir.Find(t)
	known := readVendor(t, dir)
	for name, m := range ownClusters() {
		t.Run(name, func(t *testing.T) {
			paths := jsonPaths(m)
			for _, path := range alwaysAnswered() {
				if !slices.Contains(paths, path) {
					t.Errorf("no answer for %s", path)
				}
			}
			for _, path := range paths {
				a, _ := m.answer(path, parameters())
				body := a.body
				for _, fault := range known.check(path, body) {
					t.Error(fault)
				}
			}
		})
	}
	t.Run("of the accounts", func(t *testing.T) {
		s := start(t, NewModel())
		token := s.AddAccessToken(DefaultUser, time.Time{})
		s.AddAccessToken(DefaultUser, time.Now().Add(time.Hour))
		for _, path := range []string{whoAmIPath, accessTokensPath} {
			body := []byte(s.get(t, path, token).body)
			if path == accessTokensPath {
				// uid and gid are null in the vendor's example of one token, and paging, which
				// clients follow, is in no definition.
				body = bytes.ReplaceAll(body, []byte(`"gid":null,`), nil)
				body = bytes.ReplaceAll(body, []byte(`,"uid":null`), nil)
				body = bytes.Replace(body, []byte(`,"paging":{"next":""}`), nil, 1)
			}
			for _, fault := range known.check(path, body) {
				t.Error(fault)
			}
		}
	})
}

func TestLiveFollowsTheDefinition(t *testing.T) {
	known := readVendor(t, apidir.Find(t))
	for name, m := range ownClusters() {
		t.Run(name, func(t *testing.T) {
			l := live(m)
			for _, age := range ages() {
				for _, path := range jsonPaths(l.at(age).Model) {
					var body json.RawMessage
					l.read(t, path, &body)
					for _, fault := range known.check(path, body) {
						t.Errorf("after %s: %s", age, fault)
					}
				}
			}
		})
	}
}

func TestGenerateBounds(t *testing.T) {
	a := Generate(GenerateOptions{Nodes: 265, Bays: 98})
	if n := len(slotsOf(t, a)); n != 265*98 {
		t.Errorf("%d slots", n)
	}
	b := Generate(GenerateOptions{Nodes: 265, Bays: 98})
	for _, path := range alwaysAnswered() {
		x, _ := a.Answer(path)
		y, _ := b.Answer(path)
		if !bytes.Equal(x, y) || len(x) == 0 {
			t.Errorf("%s is not the same twice", path)
		}
	}
	for _, o := range []GenerateOptions{{Nodes: 0}, {Nodes: 1001}, {Nodes: 1, Bays: 99}, {Nodes: 1, Bays: -1}} {
		if !panics(func() { Generate(o) }) {
			t.Errorf("%+v: no panic", o)
		}
	}
}
