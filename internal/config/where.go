package config

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/prometheus/common/config"
)

// Error is one thing that is wrong with the configuration. It holds no secret.
type Error struct {
	File string // "" for flags
	Line int    // 0 if it is no line's
	Key  string // the path of the key, as clusters[2].tls_config.ca_file, or the flag; "" if it is no key's
	Text string

	cause error // nil, or what it comes from
}

// Unwrap serves errors.Is, for ErrNoAnswer.
func (f Error) Unwrap() error { return f.cause }

// Error returns file, line, key and text as far as they are there.
func (f Error) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	for _, part := range []string{f.Key, f.Text} {
		if part != "" && b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(part)
	}
	return b.String()
}

// where knows where a cluster's settings were given, and in what words. Keys are
// those of the file, below the cluster: "tls_config.ca_file".
type where interface {
	errorf(key, format string, args ...any)
	// sound tells that nothing has been found wrong with the keys by themselves.
	sound(keys ...string) bool
	// cause is an error about the file that a setting names, in words.
	cause(err error) string
	// content is what a read of the file that a setting names returned.
	content(path string) content
	// tlsError is the function of this name. Many clusters may trust the same CAs,
	// which take time to parse.
	tlsError(t config.TLSConfig) (key, text string)
	// address and login say how an address and credentials are given.
	address() string
	login() string
}

// flags are the where of the one cluster that flags describe.
type flags struct {
	contents contents
	errs     []error
	bad      map[string]bool
}

func (f *flags) errorf(key, format string, args ...any) {
	if f.bad == nil {
		f.bad = make(map[string]bool)
	}
	f.bad[key] = true
	f.errs = append(f.errs, Error{Key: flagOf(key), Text: fmt.Sprintf(format, args...)})
}

func (f *flags) sound(keys ...string) bool {
	for _, key := range keys {
		if f.bad[key] {
			return false
		}
	}
	return true
}

func (*flags) cause(err error) string { return err.Error() }

func (f *flags) content(path string) content { return f.contents[path] }

func (f *flags) tlsError(t config.TLSConfig) (key, text string) { return tlsError(t, f.contents) }

func (*flags) address() string { return "--qumulo.url=https://HOST:8000" }

func (*flags) login() string {
	return "--qumulo.access-token-file, or --qumulo.username with --qumulo.password-file or " + flagsPasswordEnv
}

// flagsPasswordEnv is where a password may be given beside the flags.
const flagsPasswordEnv = "QUMULO_PASSWORD"

// flagOf is the flag for a key of the file; "" where several flags or none
// stand for it.
func flagOf(key string) string {
	switch head, rest, _ := strings.Cut(key, "."); {
	case strings.HasPrefix(key, "urls["):
		return "--qumulo.url"
	case head == "tls_config":
		return "--qumulo." + strings.ReplaceAll(rest, "_", "-")
	case head == "scrape":
		return "--" + key
	case head == "collectors" && rest != "":
		return "--collector." + optionFlag(rest)
	case head == "collectors", head == "urls", head == "":
		return ""
	}
	return "--qumulo." + strings.ReplaceAll(key, "_", "-")
}

// place is the where of a cluster in the file, or of the defaults.
type place struct {
	*decoder

	path      string          // of the cluster: "clusters[2]"
	inherited map[string]bool // the keys for which the defaults apply
}

// find returns the path at which the key's value was given.
func (p place) find(key string) (path string, found bool) {
	// A cluster has urls[0] from url, if it has no urls.
	for _, own := range []string{key, strings.TrimSuffix(key, "s[0]")} {
		if path = p.path + "." + own; p.lines[path] > 0 {
			return path, true
		}
	}
	head, _, _ := strings.Cut(key, ".")
	if path = defaultsPath + "." + key; p.inherited[head] && p.lines[path] > 0 {
		return path, true
	}
	return p.path, false
}

// given reports whether the file has the key, for this cluster or by the defaults.
func (p place) given(keys ...string) bool {
	for _, key := range keys {
		if _, found := p.find(key); found {
			return true
		}
	}
	return false
}

// errorf notes the first config error of a key only: the others follow from it, or are
// the same again.
func (p place) errorf(key, format string, args ...any) {
	path, found := p.find(key)
	switch {
	case !found:
		p.notef(p.lines[path], path, format, args...)
	case !p.bad[path]:
		p.decoder.errorf(path, format, args...)
	}
}

func (p place) sound(keys ...string) bool {
	for _, key := range keys {
		own := p.path + "." + key
		head, _, _ := strings.Cut(key, ".")
		if p.bad[own] || p.inherited[head] && p.lines[own] == 0 && p.bad[defaultsPath+"."+key] {
			return false
		}
	}
	return true
}

// cause leaves the path out: somebody may have written the secret itself in its
// place.
func (place) cause(err error) string {
	text := innermost(err).Error()
	if errors.Is(err, fs.ErrNotExist) {
		text += " (a relative path starts at the folder of this file)"
	}
	return text
}

func (p place) content(path string) content { return p.contents[path] }

func (p place) tlsError(t config.TLSConfig) (key, text string) {
	known, ok := p.tlsErrors[t]
	if !ok {
		known[0], known[1] = tlsError(t, p.contents)
		p.tlsErrors[t] = known
	}
	return known[0], known[1]
}

func (place) address() string { return "url: https://HOST:8000" }

func (p place) login() string {
	text := "access_token_file, or username with password_file or password_env"
	if p.has(p.path, "credentials") && p.has(defaultsPath, "credentials") {
		text += "; with one of these keys of its own, a cluster takes none from the defaults"
	}
	return text
}
