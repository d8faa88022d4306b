//go:build !race

package collector

import (
	"fmt"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

// TestDefinedWordsOfSnapshots: each word of a schedule in the definitions makes an interval.
func TestDefinedWordsOfSnapshots(t *testing.T) {
	definitions := apidir.ReadDefinitions(t)
	const schedule = "entries.schedule.creation_schedule."
	for _, path := range []string{qumulo.SnapshotPoliciesEndpoint.Path, qumulo.SnapshotPoliciesV2Endpoint.Path} {
		show := func(fields string) func(*Output, qumulo.Text) {
			return func(out *Output, w qumulo.Text) {
				sent := fmt.Sprintf(`[{"id":1,"schedule":{"creation_schedule":{`+fields+`,"fire_every":1,"window_start_hour":0,"window_start_minute":0,
					"window_end_hour":23,"window_end_minute":59}}}]`, string(w))
				addPolicies(out, decode[qumulo.List[qumulo.SnapshotPolicy]](t, sent), nil)
				if n := len(out.Families()); n != 2 {
					t.Errorf("%s: %q makes no interval", path, w)
				}
			}
		}
		checkWords(t, definitions, path, schedule+"frequency", 3, show(`"frequency":%q,"on_days":["MON"],"fire_every_interval":"FIRE_IN_HOURS"`))
		checkWords(t, definitions, path, schedule+"fire_every_interval", 2, show(`"frequency":"SCHEDULE_HOURLY_OR_LESS","on_days":["MON"],"fire_every_interval":%q`))
		checkWords(t, definitions, path, schedule+"on_days", 8, show(`"frequency":"SCHEDULE_DAILY_OR_WEEKLY","on_days":[%q]`))
	}
}
