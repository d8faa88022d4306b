package mixintest

import (
	"fmt"
	"testing"
)

// trouble is what the page of a cluster says of one of its own.
func trouble(word string, urgency float64) []sample {
	return []sample{{fmt.Sprintf(`{job="qumulo", instance="paris", trouble=%q}`, word), urgency}}
}

// The worst trouble of a cluster is what the alerts take for one.
func TestTroubleIsThatOfTheAlerts(t *testing.T) {
	t.Parallel()
	query := plain(queriesOf(t, "qumulo-cluster.json", "stat")["Trouble"])
	const (
		left = `qumulo_protection_remaining_failures{job="qumulo", instance="paris", component="drive"}`
		most = `qumulo_protection_max_failures{job="qumulo", instance="paris", component="drive"}`
		psu  = `qumulo_psu_status{job="qumulo", instance="paris", node_id="1", psu="PSU1", location="left", status=%q}`
	)
	for name, test := range map[string]struct {
		input []series
		want  []sample
	}{
		"no drive may fail":                        {[]series{{left, "0x60"}, {most, "2x60"}}, trouble("no failure can be survived", 80)},
		"the same, of a cluster without a maximum": {[]series{{left, "1x30 0x30"}}, trouble("no failure can be survived", 80)},
		"never could":                              {[]series{{left, "0x60"}}, trouble("none", 0)},
		"is not meant to":                          {[]series{{left, "0x60"}, {most, "0x60"}}, trouble("none", 0)},
		"a power supply has failed":                {[]series{{fmt.Sprintf(psu, "no_ac"), "1x60"}}, trouble("power supply", 30)},
		"a power supply is in an unknown state":    {[]series{{fmt.Sprintf(psu, "unknown"), "1x60"}}, trouble("none", 0)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			up := series{`qumulo_up{job="qumulo", instance="paris"}`, "1x60"}
			queryTests(t, append(test.input, up), []queryTest{{query, "60m", test.want}})
		})
	}
}

// How far copies are behind goes by the snapshot that was copied, as the rules have it, and not by relationships that rest.
func TestReplicationBehind(t *testing.T) {
	t.Parallel()
	query := plain(queriesOf(t, "qumulo-cluster.json", "stat")["Replication behind"])
	late := plain(queriesOf(t, "qumulo-problems.json", "stat")["Copies behind"])
	one := func(metric, more, values string) series {
		return series{"qumulo_replication_" + metric + `{job="qumulo", instance="paris", id="7"` + more + "}", values}
	}
	const source = `, role="source"`
	days := func(n int64) string { return fmt.Sprintf("%dx60", pageTime.Unix()+3600-n*86400) }
	// The job started yesterday and copied a snapshot of three days ago.
	behind := []series{
		{`qumulo_up{job="qumulo", instance="paris"}`, "1x60"},
		one("info", source+`, mode="snapshot_policy"`, "1x60"),
		one("recovery_point_timestamp_seconds", source, days(1)),
		one("recovery_point_snapshot_timestamp_seconds", source, days(3)),
	}
	target := []series{
		one("info", `, role="target", mode="snapshot_policy"`, "1x60"),
		one("recovery_point_timestamp_seconds", `, role="target"`, days(4)),
	}
	is := func(n float64) []sample { return []sample{{`{job="qumulo", instance="paris"}`, n * 86400}} }
	for name, test := range map[string]struct {
		input []series
		days  []sample
		late  float64
	}{
		"behind":                        {behind, is(3), 1},
		"switched off":                  {append(behind[:4:4], one("enabled", source, "0x60")), nil, 0},
		"in a blackout":                 {append(behind[:4:4], one("blackout_end_timestamp_seconds", source, days(-1))), nil, 0},
		"ended":                         {append(behind[:4:4], one("state", source+`, state="ended"`, "1x60")), nil, 0},
		"source and target are watched": {append(behind[:4:4], target...), is(3), 1},
		"the target only":               {append(behind[:1:1], target...), is(4), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			queryTests(t, test.input, []queryTest{{query, "60m", test.days}, {late, "60m", []sample{{"{}", test.late}}}})
		})
	}
}
