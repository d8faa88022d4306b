// Package monitoring sets a real Prometheus and a real Alertmanager up with the mixin of docs/mixin, in a folder of their own:
// for the test of its alerts from end to end, and for the demo.
package monitoring

import (
	"fmt"
	"regexp"
	"time"

	"github.com/prometheus/common/model"
)

var (
	// pace are the lines that say how long something lasts, or how often it is looked at.
	pace = regexp.MustCompile(`(?m)^( +(?:for|keep_firing_for|interval): )([0-9][0-9a-z]*)$`)
	// window are ranges, subqueries and offsets.
	window = regexp.MustCompile(`(\[)([0-9]+[smhdwy])(?::([0-9]+[smhdwy]))?(\])|(\boffset )([0-9]+[smhdwy])\b`)
)

// Faster returns a file of rules in which everything lasts a fraction of its time: with 60 a minute of the rules is a second.
// Seconds that an expression compares with, such as the age of a snapshot, stay what they are.
func Faster(rules string, times int) (string, error) {
	var faulty error
	shorter := func(text string) string {
		d, err := model.ParseDuration(text)
		if err != nil {
			faulty = err
			return text
		}
		return fmt.Sprintf("%dms", max(1, (time.Duration(d)/time.Duration(times)).Milliseconds()))
	}
	rules = pace.ReplaceAllStringFunc(rules, func(line string) string {
		m := pace.FindStringSubmatch(line)
		return m[1] + shorter(m[2])
	})
	rules = window.ReplaceAllStringFunc(rules, func(text string) string {
		m := window.FindStringSubmatch(text)
		switch {
		case m[5] != "":
			return m[5] + shorter(m[6])
		case m[3] != "":
			return m[1] + shorter(m[2]) + ":" + shorter(m[3]) + m[4]
		default:
			return m[1] + shorter(m[2]) + m[4]
		}
	})
	if faulty != nil {
		return "", fmt.Errorf("rules %d times faster: %w", times, faulty)
	}
	return rules, nil
}
