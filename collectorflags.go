package main

import (
	"cmp"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
)

// collectorFlags are what the flags say of one collector.
type collectorFlags struct {
	collector.Collector

	on    *bool
	onSet bool // by the user
	own   any  // the options of its own; nil: it has none
}

// collectorFlags makes the flags of all collectors.
func (o *options) collectorFlags(app *kingpin.Application) {
	all := collector.All()
	o.collectors = make([]collectorFlags, len(all))
	for i, known := range all {
		c := &o.collectors[i]
		c.Collector = known
		name := "collector." + known.Name
		on := app.Flag(name, "Enable the collector "+known.Name+": "+known.Help).Default(strconv.FormatBool(known.Enabled))
		c.on = on.IsSetByUser(&c.onSet).Bool()
		o.flag(app, name+".interval",
			"Minimum interval between reads of "+known.Name+"; cached values are served in between. 0s: each scrape reads.",
			known.Interval.String(), o.interval(known))
		if known.Options != nil {
			c.own = known.Options()
			o.optionFlags(app, name, reflect.ValueOf(c.own).Elem())
		}
	}
}

// interval sets that of a collector where it is not its own default.
func (o *options) interval(known collector.Collector) func(string) error {
	return func(text string) error {
		interval := known.Interval
		if err := duration(&interval)(text); err != nil {
			return err
		}
		if interval != known.Interval {
			o.config.Clusters[0].Intervals[known.Name] = interval
		}
		return nil
	}
}

// optionFlags makes a flag of each of a collector's own options: its tag flag names it, else
// its key in the file does. A list is a flag that may be given several times.
func (o *options) optionFlags(app *kingpin.Application, collector string, options reflect.Value) {
	for _, f := range reflect.VisibleFields(options.Type()) {
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		name := collector + "." + cmp.Or(f.Tag.Get("flag"), strings.ReplaceAll(key, "_", "-"))
		help, field := f.Tag.Get("doc"), options.FieldByIndex(f.Index)
		switch {
		case field.Kind() == reflect.Slice:
			app.Flag(name, help+" Repeatable.").SetValue(&repeated{checked{name: name, errs: &o.errs, set: func(text string) error {
				return appendText(field, text)
			}}})
		case field.Kind() == reflect.Bool:
			on, _ := reflect.TypeAssert[*bool](field.Addr())
			app.Flag(name, help).Default(strconv.FormatBool(field.Bool())).BoolVar(on)
		case field.CanInt():
			o.flag(app, name, help, strconv.FormatInt(field.Int(), 10), func(text string) error {
				var n int64
				if err := integer(&n)(text); err != nil {
					return err
				}
				field.SetInt(n)
				return nil
			})
		default:
			panic("no flag for " + name)
		}
	}
}

// appendText adds a text to a list of texts, which may have a form.
func appendText(list reflect.Value, text string) error {
	element := reflect.New(list.Type().Elem()).Elem()
	element.SetString(text)
	form, formed := reflect.TypeAssert[interface {
		Valid(text string) bool
		Want() string
	}](element)
	if formed && !form.Valid(text) {
		return fmt.Errorf("%q: want %s", text, form.Want())
	}
	list.Set(reflect.Append(list, element))
	return nil
}

// chooseCollectors notes those that are on, and their options. Options of its own turn a
// collector on, as a mapping in the file does, unless a flag turns it off.
func (o *options) chooseCollectors(app *kingpin.Application) {
	cluster := &o.config.Clusters[0]
	for _, c := range o.collectors {
		on := *c.on
		if c.own != nil && !reflect.DeepEqual(c.own, c.Options()) {
			cluster.Options = append(cluster.Options, c.own)
			_, inEnvironment := os.LookupEnv(app.GetFlag("collector." + c.Name).Model().Envar)
			on = on || !c.onSet && !inEnvironment
		}
		if on {
			cluster.Collectors = append(cluster.Collectors, c.Name)
		}
	}
}
