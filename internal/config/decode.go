package config

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/prometheus/common/config"
	"go.yaml.in/yaml/v3"
)

const (
	// maxErrors bounds what is said about a file that is no configuration at all.
	maxErrors = 1000
	// maxItems bounds a list.
	maxItems = 1000
	// maxAliased is how many values aliases may stand for. The YAML library bounds
	// them too, but not where it decodes into its own nodes, as here.
	maxAliased = 100_000
)

// decoder reads YAML nodes into the types of the file and notes all that is
// wrong. What it says never repeats a value, which might be a secret.
type decoder struct {
	file  string
	dir   string // where relative paths start
	files *Files
	left  time.Duration // to wait for files

	last    int             // line
	lines   map[string]int  // of each key and each element of a list, by path
	bad     map[string]bool // the paths of those with a config error
	errs    []Error
	aliases int  // how deep in aliases
	aliased int  // how many values in aliases so far
	stopped bool // there is no end of it

	contents  contents                       // of the files that it names
	tlsErrors map[config.TLSConfig][2]string // what tlsError said
}

func newDecoder(path string, files *Files) *decoder {
	return &decoder{
		file: path, dir: filepath.Dir(path), files: files, left: maxWait,
		lines: make(map[string]int), bad: make(map[string]bool), tlsErrors: make(map[config.TLSConfig][2]string),
	}
}

// decodable reads itself.
type decodable interface {
	decode(d *decoder, n *yaml.Node, path string)
}

// decode reads n into target, a pointer.
func (d *decoder) decode(n *yaml.Node, target any, path string) {
	d.value(n, reflect.ValueOf(target).Elem(), path)
}

// errorf notes what is wrong with the key or element at path.
func (d *decoder) errorf(path, format string, args ...any) {
	d.bad[path] = true
	d.notef(d.lines[path], path, format, args...)
}

// notef is errorf for what is not the fault of the value at path.
func (d *decoder) notef(line int, path, format string, args ...any) {
	if d.stopped {
		return
	}
	// The YAML library counts one too many at the end of a file.
	d.errs = append(d.errs, Error{File: d.file, Line: min(line, d.last), Key: path, Text: fmt.Sprintf(format, args...)})
	if len(d.errs) == maxErrors {
		d.errs = append(d.errs, Error{File: d.file, Text: fmt.Sprintf("more than %d errors: the rest is not listed", maxErrors)})
		d.stopped = true
	}
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.AliasNode {
		d.aliases++
		defer func() { d.aliases-- }()
		n = n.Alias
	}
	if !d.bounded(path) {
		return
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if target, ok := reflect.TypeAssert[decodable](v.Addr()); ok {
		target.decode(d, n, path)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	case reflect.String:
		d.text(n, v, path)
	case reflect.Bool:
		if d.is(n, "!!bool", "true or false", path) {
			v.SetBool(strings.EqualFold(n.Value, "true"))
		}
	case reflect.Int, reflect.Int64:
		if d.is(n, "!!int", "a whole number", path) && n.Decode(v.Addr().Interface()) != nil {
			d.errorf(path, "not a whole number, or too large a one")
		}
	}
}

// bounded counts the values in aliases, and is false when there are too many.
func (d *decoder) bounded(path string) bool {
	if d.aliases == 0 {
		return true
	}
	d.aliased++
	if d.aliased > maxAliased {
		d.errorf(path, "the file's aliases (*NAME) stand for more than %d values", maxAliased)
		d.stopped = true
	}
	return !d.stopped
}

func (d *decoder) text(n *yaml.Node, v reflect.Value, path string) {
	form, formed := reflect.TypeAssert[form](v)
	want := "a text"
	if formed {
		want = form.Want()
	}
	switch {
	case !d.is(n, "!!str", want, path):
	case formed && !form.Valid(n.Value):
		d.errorf(path, "want %s", want)
	case v.Type() == reflect.TypeFor[filePath]():
		v.SetString(config.JoinDir(d.dir, n.Value))
	default:
		v.SetString(n.Value)
	}
}

// structure reads a mapping whose keys are known.
func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string) {
	known := make(map[string]field)
	for _, f := range fieldsOf(v.Type()) {
		known[f.key] = f
	}
	if !d.pairs(n, path, func(key, at string, value *yaml.Node) {
		f, ok := known[key]
		if !ok {
			d.unknown(key, at, v.Type())
			return
		}
		target := v.FieldByIndex(f.Index)
		if kind := target.Kind(); tagOf(value) == "!!null" && (kind == reflect.Struct || kind == reflect.Map) {
			delete(d.lines, at) // a mapping with all its lines commented out is not there
			return
		}
		d.value(value, target, at)
		if target.Kind() == reflect.String && target.IsZero() && !d.bad[at] {
			d.errorf(at, "must not be empty: give a value or leave the key out")
		}
		delete(known, key)
	}) {
		return
	}
	for _, f := range fieldsOf(v.Type()) {
		if _, missing := known[f.key]; missing && f.Tag.Get("required") != "" {
			d.notef(d.lines[path], path, "%s is missing", f.key)
		}
	}
}

// unknown names the keys that there are, or what to write instead.
func (d *decoder) unknown(key, path string, t reflect.Type) {
	var instead, hint string
	switch {
	case key == "<<":
		hint = "what clusters share goes into defaults"
	case key == "password":
		instead, hint = "password_file", "a password does not stand in this file; use password_file or password_env"
	case key == "access_token":
		instead, hint = "access_token_file", "a token does not stand in this file; use access_token_file"
	case key == "key" && t == reflect.TypeFor[tlsConfig]():
		instead, hint = "key_file", "a key does not stand in this file; use key_file"
	default:
		hint = "known: " + keysOf(t)
	}
	d.errorf(path, "unknown key (%s)", hint)
	if instead != "" { // and so it is not missing
		d.bad[strings.TrimSuffix(path, key)+instead] = true
	}
}

// mapping reads a mapping with free keys.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, path, func(key, at string, value *yaml.Node) {
		if free, ok := reflect.TypeAssert[keyed](v); ok {
			if wrong := free.wrongKey(key); wrong != "" {
				d.errorf(at, "%s", wrong)
				return
			}
		}
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(value, element, at)
		v.SetMapIndex(reflect.ValueOf(key), element)
	})
}

// pairs walks a mapping. It is false if n is something else.
func (d *decoder) pairs(n *yaml.Node, path string, visit func(key, at string, value *yaml.Node)) bool {
	if !d.is(n, "!!map", "a mapping", path) {
		return false
	}
	first := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, line := n.Content[i], n.Content[i].Line
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			d.notef(line, path, "a key must be a text")
			continue
		}
		at := strings.TrimPrefix(path+"."+shown(key.Value), ".")
		if earlier, twice := first[key.Value]; twice {
			d.notef(line, at, "given twice, first in line %d", earlier)
			continue
		}
		first[key.Value], d.lines[at] = line, line
		visit(key.Value, at, n.Content[i+1])
	}
	return true
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string) {
	if tagOf(n) == "!!null" || !d.is(n, "!!seq", "a list", path) {
		return
	}
	if len(n.Content) > maxItems {
		d.errorf(path, "want at most %d entries", maxItems)
		return
	}
	v.SetZero() // the defaults do not stay beside what is given
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.lines[at] = item.Line
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(item, element, at)
		v.Set(reflect.Append(v, element))
	}
}
