package qumulo_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// Endpoints lists every Endpoint that a file of this package declares: names and paths are read
// out of the source.
func TestEndpointsAreAll(t *testing.T) {
	var listed, declared []string
	for _, e := range qumulo.Endpoints() {
		listed = append(listed, e.Name+" "+e.Path)
	}
	files, err := os.ReadDir(".")
	ok(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		ok(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			literal, isLiteral := n.(*ast.CompositeLit)
			if !isLiteral {
				return true
			}
			if name, isName := literal.Type.(*ast.Ident); isName && name.Name == "Endpoint" {
				declared = append(declared, field(literal, "Name")+" "+field(literal, "Path"))
			}
			return true
		})
	}
	slices.Sort(listed)
	slices.Sort(declared)
	if !slices.Equal(listed, declared) {
		t.Errorf("listed are %q, declared %q", listed, declared)
	}
	for i := range len(listed) - 1 {
		if name, _, _ := strings.Cut(listed[i], " /"); strings.HasPrefix(listed[i+1], name+" /") {
			t.Errorf("two endpoints are named %q", name)
		}
	}
}

// field returns the text of a field of a literal.
func field(literal *ast.CompositeLit, name string) string {
	for _, element := range literal.Elts {
		if kv, ok := element.(*ast.KeyValueExpr); ok && kv.Key.(*ast.Ident).Name == name {
			if value, ok := kv.Value.(*ast.BasicLit); ok {
				text, _ := strconv.Unquote(value.Value)
				return text
			}
		}
	}
	return ""
}

// The simulated cluster and the client's Endpoints, written independently of each other, agree in
// what is answered without a token, and in the privilege that a path needs.
func TestEndpointsAreTheCluster(t *testing.T) {
	s := newCluster(t)
	const user = "1000" // the id of the first user, who lists its own tokens without a privilege
	placeholder := regexp.MustCompile(`\{[^}]*\}`)
	for _, e := range qumulo.Endpoints() { // other clusters have what this one has not
		path, _, _ := strings.Cut(placeholder.ReplaceAllString(e.Path, user), "?")
		if !slices.Contains(s.Model().Paths(), path) {
			s.Model().Set(path, struct{}{})
		}
	}
	s.SetPrivileges(qumulotest.DefaultUser)
	bearer := s.AddAccessToken(qumulotest.DefaultUser, time.Time{})
	for _, e := range qumulo.Endpoints() {
		t.Run(e.Name, func(t *testing.T) {
			if e.Path == loginPath {
				if status, _ := get(t, s, e.Path, ""); status != http.StatusMethodNotAllowed || !e.Public {
					t.Errorf("a GET of the login is %d, public %v; want 405 and true", status, e.Public)
				}
				return
			}
			path := placeholder.ReplaceAllString(e.Path, user)
			anonymous, _ := get(t, s, path, "")
			if e.Public != (anonymous == http.StatusOK) || !e.Public && anonymous != http.StatusUnauthorized {
				t.Errorf("without a token it is %d, but public is %v", anonymous, e.Public)
			}
			status, body := get(t, s, path, bearer)
			if e.Privilege == "" {
				if status != http.StatusOK {
					t.Errorf("without privileges it is %d %s, want 200", status, body)
				}
				return
			}
			if status != http.StatusForbidden || !strings.Contains(body, "lacks "+e.Privilege+".") {
				t.Errorf("without privileges it is %d %s, want that it lacks %s", status, body, e.Privilege)
			}
			s.SetPrivileges(qumulotest.DefaultUser, e.Privilege)
			defer s.SetPrivileges(qumulotest.DefaultUser)
			if status, body = get(t, s, path, bearer); status != http.StatusOK {
				t.Errorf("with %s it is %d %s", e.Privilege, status, body)
			}
		})
	}
}

// get asks the cluster without the client.
func get(t *testing.T, s *qumulotest.Server, path, bearer string) (status int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(soon(t), http.MethodGet, s.URL()+path, nil)
	ok(t, err)
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := s.Client().Do(req)
	ok(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ok(t, err)
	return resp.StatusCode, string(text)
}
