package config

import (
	"reflect"
	"strconv"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

type object = map[string]any

// durationForm is Prometheus's, in a regular expression.
const durationForm = `^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$`

// addressForm is what qumulo.ParseURL takes, without its details.
const addressForm = "^https?://[^/?#@]+/?$"

// fileSchema is the JSON schema of the file, from the same types that read it.
func fileSchema() object {
	s := schemaOf(reflect.TypeFor[document]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "qumulo_exporter.yml"
	s["description"] = "The clusters that qumulo_exporter watches (--config.file)."
	s["$defs"] = object{
		"tls_config": schemaOf(reflect.TypeFor[tlsConfig]()),
		"collectors": collectorsSchema(),
	}
	return s
}

func schemaOf(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[clusterName]():
		return object{"type": "string", "pattern": nameForm.String()}
	case reflect.TypeFor[duration]():
		return object{"type": "string", "pattern": durationForm, "minLength": 1}
	case reflect.TypeFor[tlsVersion]():
		return object{"enum": tlsVersions()}
	case reflect.TypeFor[proxyURL]():
		return object{"type": "string", "pattern": "^(https?|socks5h?)://"}
	case reflect.TypeFor[labels]():
		return object{
			"type": []string{"object", "null"}, "additionalProperties": object{"type": "string"},
			"propertyNames": object{"pattern": labelForm.String(), "not": object{"pattern": "^(__|instance$)"}},
		}
	case reflect.TypeFor[proxyHeaders]():
		return object{
			"type": []string{"object", "null"}, "propertyNames": object{"pattern": headerForm.String()},
			"additionalProperties": object{"type": []string{"array", "null"}, "items": object{"type": "string"}},
		}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schemaOf(t.Elem())
	case reflect.Struct:
		return structSchema(t)
	case reflect.Slice:
		return object{"type": "array", "items": schemaOf(t.Elem()), "maxItems": maxItems}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return object{"type": "integer"}
	case reflect.String:
		return object{"type": "string", "minLength": 1}
	}
	panic("no schema for " + t.String())
}

func structSchema(t reflect.Type) object {
	properties, required := object{}, []string{}
	for _, f := range fieldsOf(t) {
		property := object{"$ref": "#/$defs/" + f.key}
		if f.Type != reflect.TypeFor[tlsConfig]() && f.Type != reflect.TypeFor[collectors]() {
			property = schemaOf(f.Type)
		}
		switch f.key {
		case "url":
			property["pattern"] = addressForm
		case "urls":
			property["items"] = object{"type": "string", "pattern": addressForm}
		}
		property["description"] = f.Tag.Get("doc")
		if least, err := strconv.Atoi(f.Tag.Get("min")); err == nil {
			property[map[bool]string{true: "minItems", false: "minimum"}[f.Type.Kind() == reflect.Slice]] = least
		}
		if most, err := strconv.Atoi(f.Tag.Get("max")); err == nil {
			property["maximum"] = most
		}
		if f.Tag.Get("required") != "" {
			required = append(required, f.key)
		}
		properties[f.key] = property
	}
	s := object{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
	switch t {
	case reflect.TypeFor[document](), reflect.TypeFor[cluster]():
		s["type"] = "object"
	}
	if len(required) > 0 {
		s["required"] = required
	}
	if t == reflect.TypeFor[cluster]() {
		s["oneOf"] = []object{{"required": []string{"url"}}, {"required": []string{"urls"}}}
	}
	return s
}

func collectorsSchema() object {
	properties := object{}
	for _, c := range collector.All() {
		mapping := structSchema(mappingOf(c))
		mapping["type"] = "object"
		delete(mapping, "required") // the defaults may have it
		properties[c.Name] = object{
			"description": c.Help,
			"anyOf":       []object{{"enum": []any{"on", "off", true, false}}, mapping},
		}
	}
	return object{"type": []string{"object", "null"}, "properties": properties, "additionalProperties": false}
}
