package config

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const defaultsPath = "defaults"

// Load reads qumulo_exporter.yml and returns a checked configuration, or all
// config errors of the file by line: each of them is an Error.
func Load(path string, scrape Scrape, files *Files) (Validated, []error) {
	var w flags
	scrape.check(&w)
	d := newDecoder(path, files)
	clusters := d.load()
	slices.SortStableFunc(d.errs, func(a, b Error) int { return a.Line - b.Line })
	for _, err := range d.errs {
		w.errs = append(w.errs, err)
	}
	w.errs = append(w.errs, environmentErrors(clusters)...)
	if len(w.errs) > 0 {
		return Validated{}, w.errs
	}
	return Validated{Config{Clusters: clusters, Scrape: scrape}}, nil
}

func (d *decoder) load() []Cluster {
	late, stop := after(d.left)
	defer stop()
	began := time.Now()
	itself := d.files.readOne(late, d.file, d.files.own)
	d.left -= time.Since(began)
	if itself.err != nil {
		d.errs = append(d.errs, Error{File: d.file, Text: innermost(itself.err).Error(), cause: itself.err})
		return nil
	}
	root := d.parse(itself.data)
	if root == nil {
		return nil
	}
	var doc document
	d.lines[""] = root.Line
	d.decode(root, &doc, "")
	if d.stopped {
		return nil
	}
	if len(doc.Clusters) == 0 && d.lines["clusters"] > 0 && !d.bad["clusters"] {
		d.errorf("clusters", "no clusters: give at least one")
	}
	return d.build(&doc)
}

// parse returns the content of the one document in the file; nil after a config error.
func (d *decoder) parse(data []byte) *yaml.Node {
	d.last = 1 + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r"))
	if line := notText(data); line > 0 {
		d.notef(line, "", "not UTF-8, or a control character: save the file as UTF-8 text")
		return nil
	}
	reader := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := reader.Decode(&doc); {
	case errors.Is(err, io.EOF), err == nil && tagOf(doc.Content[0]) == "!!null":
		d.notef(0, "", "the file is empty: give clusters")
		return nil
	case err != nil:
		d.broken(err, data)
		return nil
	}
	switch err := reader.Decode(&more); {
	case err == nil:
		d.notef(more.Line, "", "a second document begins here: want one in the file")
	case !errors.Is(err, io.EOF):
		d.broken(err, data)
	}
	return doc.Content[0]
}

// notText is the first line with something that YAML does not take; 0 if there is
// none. The library takes UTF-16 besides, and names no line.
func notText(data []byte) int {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for line := 1; len(data) > 0; {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 || !isText(r) {
			return line
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return 0
}

// isText follows the YAML standard.
func isText(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r >= 0x7F && r < 0xA0:
		return r == 0x85
	}
	return r != 0xFEFF && (r <= 0xFFFD || r > 0xFFFF)
}

var (
	yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)
	// parserError are those errors whose line the library counts from 0, and which
	// name the line where the list or mapping begins that is broken.
	parserError   = regexp.MustCompile(`^(did not find expected (<document|node|'-'|key|',' or)|found (undefined|duplicate|incompatible))`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// broken notes what the YAML library says of the file.
func (d *decoder) broken(err error, data []byte) {
	line, text := 1, err.Error()
	if match := yamlError.FindStringSubmatch(text); match != nil {
		text = match[2]
		if n, err := strconv.Atoi(match[1]); err == nil { // without a number it is the first
			line = n
		}
		if match[1] != "" && parserError.MatchString(text) {
			line, text = line+1, text+" (here or below)"
		}
	}
	if match := unknownAnchor.FindStringSubmatch(text); match != nil {
		// The text repeats the name, which may be a password without quotes.
		before, _, _ := bytes.Cut(data, []byte("*"+match[1]))
		line, text = 1+bytes.Count(before, []byte("\n")), "an alias (*NAME) without its anchor (&NAME); a text that begins with * needs quotes"
	}
	d.notef(line, "", "broken YAML: %s", text)
}
