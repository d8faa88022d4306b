package config

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// collectors are by name.
type collectors map[string]*collectorSetting

// collectorSetting is on, off, or a mapping of options, which means on.
type collectorSetting struct {
	off     bool
	mapping reflect.Value // a struct of the type that mappingOf makes; the zero Value: none
}

// commonOptions are what every collector's mapping may hold.
type commonOptions struct {
	Interval duration `yaml:"interval,omitempty" doc:"Minimum interval between reads; cached values are served in between. 0s: each scrape reads."`
}

// mappingOf is the type of a collector's mapping: a struct with the options that all have,
// and those of its own.
func mappingOf(c collector.Collector) reflect.Type {
	fields := reflect.VisibleFields(reflect.TypeFor[commonOptions]())
	if c.Options != nil {
		fields = append(fields, reflect.VisibleFields(reflect.TypeOf(c.Options()).Elem())...)
	}
	return reflect.StructOf(fields)
}

// newMapping returns a mapping with these options of the collector's own.
func newMapping(c collector.Collector, own any) reflect.Value {
	mapping := reflect.New(mappingOf(c)).Elem()
	if own != nil {
		from := reflect.ValueOf(own).Elem()
		for _, f := range reflect.VisibleFields(from.Type()) {
			mapping.FieldByName(f.Name).Set(from.FieldByIndex(f.Index))
		}
	}
	return mapping
}

// defaults are the options of a collector's own where nobody changes them; nil: it has none.
func defaults(c collector.Collector) any {
	if c.Options == nil {
		return nil
	}
	return c.Options()
}

// interval is what the mapping says; "" if nothing.
func (s *collectorSetting) interval() duration {
	if s == nil || !s.mapping.IsValid() {
		return ""
	}
	return duration(s.mapping.FieldByName("Interval").String())
}

// own returns the options of the collector's own, nil where they are the defaults.
func (s *collectorSetting) own(c collector.Collector) any {
	if s == nil || !s.mapping.IsValid() || c.Options == nil {
		return nil
	}
	own := c.Options()
	to := reflect.ValueOf(own).Elem()
	for _, f := range reflect.VisibleFields(to.Type()) {
		to.FieldByIndex(f.Index).Set(s.mapping.FieldByName(f.Name))
	}
	if reflect.DeepEqual(own, c.Options()) {
		return nil
	}
	return own
}

// optionsOf returns the options that a collector was given; nil: its defaults hold.
func (c Cluster) optionsOf(known collector.Collector) any {
	if known.Options == nil {
		return nil
	}
	for _, own := range c.Options {
		if reflect.TypeOf(own) == reflect.TypeOf(known.Options()) {
			return own
		}
	}
	return nil
}

func (c *collectors) decode(d *decoder, n *yaml.Node, path string) {
	*c = make(collectors)
	all := make(map[string]collector.Collector)
	for _, known := range collector.All() {
		all[known.Name] = known
	}
	d.pairs(n, path, func(key, at string, value *yaml.Node) {
		known, ok := all[key]
		if !ok {
			d.errorf(at, "unknown collector (known: %s)", strings.Join(collector.Names(), ", "))
			return
		}
		(*c)[key] = d.collector(value, at, known)
	})
}

// collector reads what the file says of one.
func (d *decoder) collector(n *yaml.Node, path string, known collector.Collector) *collectorSetting {
	if n.Kind == yaml.AliasNode {
		d.aliases++
		defer func() { d.aliases-- }()
		n = n.Alias
	}
	s := &collectorSetting{}
	switch {
	case !d.bounded(path):
	case n.Kind == yaml.MappingNode:
		s.mapping = newMapping(known, defaults(known))
		before := len(d.errs)
		d.value(n, s.mapping, path)
		d.bad[path] = len(d.errs) > before // what is missing in it has been said
	case tagOf(n) == "!!bool":
		s.off = !strings.EqualFold(n.Value, "true")
	case tagOf(n) == "!!str" && n.Value == "on":
	case tagOf(n) == "!!str" && n.Value == "off":
		s.off = true
	default:
		d.errorf(path, "want on, off or a mapping of options, not %s", kindOf(n))
	}
	return s
}

// MarshalYAML implements yaml.Marshaler.
func (s *collectorSetting) MarshalYAML() (any, error) {
	switch {
	case s.off:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "off"}, nil
	case !s.mapping.IsValid():
		return &yaml.Node{Kind: yaml.ScalarNode, Value: "on"}, nil
	}
	return s.mapping.Interface(), nil
}

// checkIntervals finds intervals that the file could not hold.
func (c Cluster) checkIntervals(w where) {
	for _, name := range slices.Sorted(maps.Keys(c.Intervals)) {
		switch interval := c.Intervals[name]; {
		case interval < 0:
			w.errorf("collectors."+name+".interval", "must not be negative")
		case interval%time.Millisecond != 0:
			w.errorf("collectors."+name+".interval", wholeMillis)
		}
	}
}

// checkOptions finds numbers out of their bounds.
func (c Cluster) checkOptions(w where) {
	for _, known := range collector.All() {
		own := c.optionsOf(known)
		if own == nil {
			continue
		}
		v := reflect.ValueOf(own).Elem()
		for _, f := range fieldsOf(v.Type()) {
			low, lowErr := strconv.ParseInt(f.Tag.Get("min"), 10, 64)
			high, highErr := strconv.ParseInt(f.Tag.Get("max"), 10, 64)
			if field := v.FieldByIndex(f.Index); lowErr == nil && highErr == nil && field.CanInt() && (field.Int() < low || field.Int() > high) {
				w.errorf("collectors."+known.Name+"."+f.key, "must be %d to %d", low, high)
			}
		}
	}
}

// checkRequired finds that no collector is on, or that options are missing of one that is.
func (c Cluster) checkRequired(w where) {
	for _, known := range collector.All() {
		own := cmp.Or(c.optionsOf(known), defaults(known))
		if own == nil || !slices.Contains(c.Collectors, known.Name) {
			continue
		}
		v := reflect.ValueOf(own).Elem()
		for _, f := range fieldsOf(v.Type()) {
			if f.Tag.Get("required") != "" && v.FieldByIndex(f.Index).Len() == 0 {
				// Of the collector: where the option isn't, nobody finds its line.
				w.errorf("collectors."+known.Name, "%s is missing: the collector reads nothing without it", f.key)
			}
		}
	}
	if len(c.Collectors) == 0 {
		w.errorf("collectors", "all collectors are off: turn at least one on")
	}
}

// optionFlag is the flag for an option of a collector, both without what they begin with:
// "quotas.max".
func optionFlag(option string) string {
	name, key, _ := strings.Cut(option, ".")
	for _, known := range collector.All() {
		if known.Name != name || known.Options == nil {
			continue
		}
		for _, f := range fieldsOf(reflect.TypeOf(known.Options()).Elem()) {
			if flag := f.Tag.Get("flag"); f.key == key && flag != "" {
				key = flag
			}
		}
	}
	return strings.Trim(name+"."+strings.ReplaceAll(key, "_", "-"), ".")
}
