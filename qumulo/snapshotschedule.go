package qumulo

import (
	"math"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

const day = 24 * time.Hour

// SnapshotSchedule is when a snapshot policy takes snapshots, as the longest time between two of
// them. The zero value stands for a schedule that is missing, null or "".
type SnapshotSchedule struct {
	interval time.Duration
	raw      string // what was sent, if it is no schedule that is known
}

// Interval returns the longest time between two snapshots, by a clock that is never put forward
// or back; ok is false if it is not known.
func (s SnapshotSchedule) Interval() (interval time.Duration, ok bool) {
	return s.interval, s.interval > 0
}

// Malformed returns what the cluster sent where no interval could be made of it.
func (s SnapshotSchedule) Malformed() (raw string, bad bool) { return s.raw, s.raw != "" }

// UnmarshalJSON takes any JSON value and never fails.
func (s *SnapshotSchedule) UnmarshalJSON(data []byte) error {
	*s = SnapshotSchedule{}
	if len(scalar(data)) == 0 {
		return nil
	}
	var sent struct {
		Creation Object[creationSchedule] `json:"creation_schedule"`
	}
	err := unmarshal(data, &sent)
	creation := sent.Creation.value
	s.interval = creation.interval()
	if s.interval == 0 && (err != nil || creation.Frequency != "") {
		s.raw = shorten(string(data))
	}
	return nil
}

// creationSchedule is a schedule in the vendor's words. Each frequency has fields of its own.
type creationSchedule struct {
	Frequency Text           `json:"frequency"`
	OnDays    jsontext.Value `json:"on_days"` // the days on which a window begins; where they don't matter, they may be anything
	// Of SCHEDULE_HOURLY_OR_LESS: every so often from the window's start to its end.
	FireEvery   Number `json:"fire_every"`
	Unit        Text   `json:"fire_every_interval"`
	StartHour   Number `json:"window_start_hour"`
	StartMinute Number `json:"window_start_minute"`
	EndHour     Number `json:"window_end_hour"`
	EndMinute   Number `json:"window_end_minute"`
}

// interval returns the longest time between two snapshots; 0: it can't be told.
func (c creationSchedule) interval() time.Duration {
	switch c.Frequency {
	case "SCHEDULE_MONTHLY":
		return 31 * day
	case "SCHEDULE_DAILY_OR_WEEKLY":
		return c.betweenDays()
	case "SCHEDULE_HOURLY_OR_LESS":
		return c.withinWindows()
	}
	return 0
}

// betweenDays returns the longest time from one of the days to the next, around the week.
func (c creationSchedule) betweenDays() time.Duration {
	var names Values[Text]
	if len(c.OnDays) > 0 && unmarshal(c.OnDays, &names) != nil {
		return 0
	}
	if slices.Contains(names, "EVERY_DAY") {
		return day
	}
	var on []int
	for _, name := range names {
		number := slices.Index([]Text{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, name)
		if number < 0 {
			return 0
		}
		on = append(on, number)
	}
	if len(on) == 0 {
		return 0
	}
	slices.Sort(on)
	longest := on[0] + 7 - on[len(on)-1]
	for i := range len(on) - 1 {
		longest = max(longest, on[i+1]-on[i])
	}
	return time.Duration(longest) * day
}

// withinWindows returns the longer of the time between two snapshots of one window and the time
// from the last one of a window to the first one of the next. A window that ends before it starts
// ends on the next day; one that ends when it starts has one snapshot.
func (c creationSchedule) withinWindows() time.Duration {
	unit := map[Text]time.Duration{"FIRE_IN_MINUTES": time.Minute, "FIRE_IN_HOURS": time.Hour}[c.Unit]
	count, counted := whole(c.FireEvery, 1, 99)
	start, starts := timeOfDay(c.StartHour, c.StartMinute)
	end, ends := timeOfDay(c.EndHour, c.EndMinute)
	days := c.betweenDays()
	if !counted || !starts || !ends || unit == 0 || days == 0 {
		return 0
	}
	every, window := time.Duration(count)*unit, (end-start+day)%day
	return max(every, days-window.Truncate(every))
}

// timeOfDay returns the time since midnight.
func timeOfDay(hour, minute Number) (since time.Duration, ok bool) {
	h, hourOK := whole(hour, 0, 23)
	m, minuteOK := whole(minute, 0, 59)
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, hourOK && minuteOK
}

// whole returns an integral number within bounds.
func whole(n Number, least, most float64) (v int, ok bool) {
	f, known := n.Value()
	return int(f), known && f == math.Trunc(f) && f >= least && f <= most
}
