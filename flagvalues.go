package main

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
)

// checked is a flag whose bad value is noted, so that the others are read too.
type checked struct {
	name string
	text string
	set  func(string) error
	errs *[]error
}

func (o *options) flag(app *kingpin.Application, name, help, value string, set func(string) error) {
	// A config error must not leave the zero value behind, which would be a second one.
	_ = set(value)
	app.Flag(name, help).Default(value).SetValue(&checked{name: name, set: set, errs: &o.errs})
}

// Set implements kingpin.Value.
func (c *checked) Set(text string) error {
	c.text = text
	if err := c.set(text); err != nil {
		*c.errs = append(*c.errs, fmt.Errorf("--%s: %w", c.name, err))
	}
	return nil
}

// repeated is a flag that may be given several times.
type repeated struct{ checked }

// IsCumulative makes kingpin call Set for each.
func (*repeated) IsCumulative() bool { return true }

// String implements kingpin.Value.
func (c *checked) String() string { return c.text }

func duration(target *time.Duration) func(string) error {
	return func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is not a duration like 10s or 500ms", text)
		}
		*target = d
		return nil
	}
}

func integer[T int | int64](target *T) func(string) error {
	return func(text string) error {
		n, err := strconv.ParseInt(text, 10, strconv.IntSize)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		*target = T(n)
		return nil
	}
}

func level(target *slog.Level) func(string) error {
	return func(text string) error {
		var word string
		if err := oneOf(&word, "debug", "info", "warn", "error")(text); err != nil {
			return err
		}
		return target.UnmarshalText([]byte(word))
	}
}

func oneOf(target *string, words ...string) func(string) error {
	return func(text string) error {
		for _, w := range words {
			if strings.EqualFold(w, text) {
				*target = w
				return nil
			}
		}
		return fmt.Errorf("%q is none of %s", text, strings.Join(words, ", "))
	}
}
