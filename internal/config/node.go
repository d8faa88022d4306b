package config

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// is reports whether n has the tag, and notes a config error if not.
func (d *decoder) is(n *yaml.Node, tag, want, path string) bool {
	have := tagOf(n)
	if have == tag {
		return true
	}
	hint := ""
	if strings.HasPrefix(want, "a text") && (have == "!!int" || have == "!!float" || have == "!!bool") {
		hint = ": write it in quotes"
	}
	d.errorf(path, "want %s, not %s%s", want, kindOf(n), hint)
	return false
}

// tagOf is the short form of the YAML tag.
func tagOf(n *yaml.Node) string {
	tag := n.ShortTag()
	switch {
	case n.Kind == yaml.MappingNode:
		return "!!map"
	case n.Kind == yaml.SequenceNode:
		return "!!seq"
	case tag == "!!map", tag == "!!seq":
		return "!"
	case tag == "!!timestamp", tag == "!!merge": // a text to everybody but YAML
		return "!!str"
	}
	return tag
}

// kindOf names what n is, and not its value.
func kindOf(n *yaml.Node) string {
	switch tagOf(n) {
	case "!!map":
		return "a mapping"
	case "!!seq":
		return "a list"
	case "!!str":
		return "a text"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "nothing"
	}
	return "a value with a tag"
}

var ordinaryKey = regexp.MustCompile(`^(<<|[\pL\pN_][\pL\pN_ .-]{0,63})$`)

// shown is the key if it looks like one: "password:SECRET", without the space,
// is a key to YAML.
func shown(key string) string {
	if ordinaryKey.MatchString(key) {
		return key
	}
	return "?"
}
