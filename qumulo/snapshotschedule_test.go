package qumulo

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
	"unicode/utf8"
)

// hourlySchedule is a schedule of SCHEDULE_HOURLY_OR_LESS as the API sends it.
func hourlySchedule(every, unit, from, to, days string) string {
	var window [4]int
	for i, text := range []string{from, to} {
		if _, err := fmt.Sscanf(text, "%d:%d", &window[2*i], &window[2*i+1]); err != nil {
			panic(err)
		}
	}
	return fmt.Sprintf(`{"id":1,"creation_schedule":{"timezone":"UTC","frequency":"SCHEDULE_HOURLY_OR_LESS","on_days":%s,"fire_every":%s,"fire_every_interval":"FIRE_IN_%s",
		"window_start_hour":%d,"window_start_minute":%d,"window_end_hour":%d,"window_end_minute":%d}}`, days, every, unit, window[0], window[1], window[2], window[3])
}

func dailySchedule(days string) string {
	return `{"creation_schedule":{"frequency":"SCHEDULE_DAILY_OR_WEEKLY","hour":8,"minute":0,"on_days":` + days + `}}`
}

func TestSnapshotSchedule(t *testing.T) {
	const everyDay, workdays = `["EVERY_DAY"]`, `["MON","TUE","WED","THU","FRI"]`
	const days = 24 * time.Hour
	for name, c := range map[string]struct {
		sent string
		want time.Duration // 0: none
		bad  bool
	}{
		"monthly":                     {sent: `{"creation_schedule":{"frequency":"SCHEDULE_MONTHLY","day_of_month":128}}`, want: 31 * days},
		"monthly, odd days":           {sent: `{"creation_schedule":{"frequency":"SCHEDULE_MONTHLY","on_days":"LAST_DAY_OF_MONTH"}}`, want: 31 * days},
		"monthly, days sent first":    {sent: `{"creation_schedule":{"on_days":"LAST_DAY_OF_MONTH","frequency":"SCHEDULE_MONTHLY"}}`, want: 31 * days},
		"every day":                   {sent: dailySchedule(everyDay), want: days},
		"every day and one more":      {sent: dailySchedule(`["SUN","EVERY_DAY"]`), want: days},
		"all seven":                   {sent: dailySchedule(`["SUN","MON","TUE","WED","THU","FRI","SAT"]`), want: days},
		"one":                         {sent: dailySchedule(`["SUN"]`), want: 7 * days},
		"one twice":                   {sent: dailySchedule(`["WED","WED"]`), want: 7 * days},
		"workdays":                    {sent: dailySchedule(workdays), want: 3 * days},
		"around the week":             {sent: dailySchedule(`["SAT","SUN","TUE"]`), want: 4 * days},
		"in no order":                 {sent: dailySchedule(`["FRI","MON","WED"]`), want: 3 * days},
		"no days":                     {sent: dailySchedule(`[]`), bad: true},
		"days as null":                {sent: dailySchedule(`null`), bad: true},
		"days as text":                {sent: dailySchedule(`"SUN"`), bad: true},
		"a day of another kind":       {sent: dailySchedule(`["SUN","HOLIDAY"]`), bad: true},
		"a new frequency":             {sent: `{"creation_schedule":{"frequency":"SCHEDULE_YEARLY"}}`, bad: true},
		"a schedule as text":          {sent: `"daily"`, bad: true},
		"a creation schedule as list": {sent: `{"creation_schedule":[1]}`, bad: true},
		"null":                        {sent: `null`},
		"empty text":                  {sent: `""`},
		"empty":                       {sent: `{}`},
		"null in it":                  {sent: `{"creation_schedule":null}`},
		"no frequency":                {sent: `{"creation_schedule":{"frequency":null,"hour":1}}`},

		"every hour":                  {sent: hourlySchedule("1", "HOURS", "0:0", "23:59", everyDay), want: time.Hour},
		"every 5 minutes, as text":    {sent: hourlySchedule(`"5"`, "MINUTES", "0:0", "23:59", everyDay), want: 5 * time.Minute},
		"longer than what is left":    {sent: hourlySchedule("7", "MINUTES", "0:0", "23:59", everyDay), want: 7 * time.Minute},
		"in office hours":             {sent: hourlySchedule("30", "MINUTES", "8:0", "18:0", everyDay), want: 14 * time.Hour},
		"on workdays":                 {sent: hourlySchedule("30", "MINUTES", "8:0", "18:0", workdays), want: 62 * time.Hour},
		"the window is not filled":    {sent: hourlySchedule("3", "HOURS", "8:0", "18:0", everyDay), want: 15 * time.Hour},
		"ends just before":            {sent: hourlySchedule("2", "HOURS", "8:0", "17:59", everyDay), want: 16 * time.Hour},
		"over midnight":               {sent: hourlySchedule("1", "HOURS", "22:0", "6:0", everyDay), want: 16 * time.Hour},
		"over midnight, one day":      {sent: hourlySchedule("1", "HOURS", "22:30", "1:45", `["SAT"]`), want: 165 * time.Hour},
		"all day but for a minute":    {sent: hourlySchedule("1", "HOURS", "12:0", "11:59", everyDay), want: time.Hour},
		"a window of a moment":        {sent: hourlySchedule("1", "HOURS", "9:0", "9:0", everyDay), want: 24 * time.Hour},
		"longer than the window":      {sent: hourlySchedule("5", "HOURS", "9:0", "11:0", everyDay), want: 24 * time.Hour},
		"longer than days":            {sent: hourlySchedule("99", "HOURS", "0:0", "23:59", everyDay), want: 99 * time.Hour},
		"every day, one week of days": {sent: hourlySchedule("12", "HOURS", "0:0", "23:59", `["SUN"]`), want: 156 * time.Hour},
		"never":                       {sent: hourlySchedule("0", "HOURS", "0:0", "23:59", everyDay), bad: true},
		"too rarely":                  {sent: hourlySchedule("100", "HOURS", "0:0", "23:59", everyDay), bad: true},
		"negative":                    {sent: hourlySchedule("-1", "HOURS", "0:0", "23:59", everyDay), bad: true},
		"a part":                      {sent: hourlySchedule("1.5", "HOURS", "0:0", "23:59", everyDay), bad: true},
		"no number":                   {sent: hourlySchedule("null", "HOURS", "0:0", "23:59", everyDay), bad: true},
		"another unit":                {sent: hourlySchedule("1", "DAYS", "0:0", "23:59", everyDay), bad: true},
		"no such hour":                {sent: hourlySchedule("1", "HOURS", "0:0", "24:0", everyDay), bad: true},
		"no such minute":              {sent: hourlySchedule("1", "HOURS", "0:60", "23:59", everyDay), bad: true},
		"no days of windows":          {sent: hourlySchedule("1", "HOURS", "0:0", "23:59", `[]`), bad: true},
		"no window":                   {sent: `{"creation_schedule":{"frequency":"SCHEDULE_HOURLY_OR_LESS","on_days":["SUN"],"fire_every":1,"fire_every_interval":"FIRE_IN_HOURS"}}`, bad: true},
	} {
		t.Run(name, func(t *testing.T) {
			got := SnapshotSchedule{interval: 1, raw: "before"}
			if err := json.Unmarshal([]byte(c.sent), &got); err != nil {
				t.Fatal(err)
			}
			if interval, ok := got.Interval(); interval != c.want || ok != (c.want > 0) {
				t.Errorf("the interval is %v (%v), want %v", interval, ok, c.want)
			}
			if raw, bad := got.Malformed(); bad != c.bad {
				t.Errorf("malformed is %v (%s), want %v", bad, raw, c.bad)
			}
		})
	}
}

// TestOddScheduleHidesNothing: what else the policy has is there.
func TestOddScheduleHidesNothing(t *testing.T) {
	for _, sent := range []string{`7`, `"x"`, `[]`, `{"creation_schedule":{"on_days":7}}`} {
		var p SnapshotPolicy
		if err := json.Unmarshal([]byte(`{"id":1,"schedule":`+sent+`,"policy_name":"daily"}`), &p); err != nil || p.ID != "1" || p.Name != "daily" {
			t.Errorf("%s: %v, %+v", sent, err, p)
		}
	}
}

func FuzzSnapshotSchedule(f *testing.F) {
	for _, seed := range []string{
		hourlySchedule("15", "MINUTES", "22:0", "6:30", `["MON","SAT"]`), hourlySchedule(`"99"`, "HOURS", "0:0", "23:59", `["EVERY_DAY"]`),
		hourlySchedule("1e9", "HOURS", "0:0", "23:59", `["SUN"]`), dailySchedule(`["SUN","TUE"]`), dailySchedule(`{"a":1}`),
		`{"creation_schedule":{"frequency":"SCHEDULE_MONTHLY"}}`, `{"creation_schedule":7}`, `{}`, `null`, `""`, `"never"`, `[1]`, "{\"creation_schedule\":{\"frequency\":\"\xff\"}}", `{"`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s SnapshotSchedule
		err := json.Unmarshal(data, &s)
		if (err == nil) != json.Valid(data) {
			t.Fatalf("error %v: a schedule takes any JSON and nothing else", err)
		}
		interval, known := s.Interval()
		raw, bad := s.Malformed()
		if known && bad || known != (interval > 0) {
			t.Errorf("%s: %v, %v, %q", data, interval, known, raw)
		}
		// The longest is a month, the shortest a minute.
		if known && (interval < time.Minute || interval > 31*24*time.Hour || interval%time.Minute != 0) {
			t.Errorf("%s: the interval is %v", data, interval)
		}
		if !utf8.ValidString(raw) || len(raw) > longest {
			t.Errorf("%s: shown as %q", data, raw)
		}
	})
}
