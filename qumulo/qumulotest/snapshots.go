package qumulotest

import (
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// lock is the key that snapshots of the busy cluster are locked with.
const lock = "7e0d1c52-9b1f-4f0e-a1d0-70a000000001"

// snapshotPolicy is a policy with what all forms show of it.
type snapshotPolicy struct {
	id         int
	name, path string // path "": the directory is gone
	enabled    bool
	lockKey    any // nil: its snapshots are not locked
	schedule   object
}

// snapshot is a snapshot with what all forms show of it.
type snapshot struct {
	id         int
	name, path string
	policy     int           // 0: none took it
	age, left  time.Duration // left 0: it never expires
	inDelete   bool
	lockKey    any
}

// snapshots are a daily policy with its snapshots and one that was taken by hand; of a busy cluster
// also policies with each kind of schedule, and snapshots in deletion, locked, and of a policy that
// is gone.
func snapshots(c cluster, m *Model) {
	policies, all := quietPolicies(), snapshotsOf(c)
	if c.busy {
		policies = append(policies, busyPolicies()...)
	}
	names := map[int]any{} // of the policies that are there
	rows, rowsV2 := []object{}, []object{}
	for _, p := range policies {
		names[p.id] = p.name
		row := object{
			"id": p.id, "policy_name": p.name, "snapshot_name_template": "{Policy}_{Year}{Month}{Day}", "source_file_id": fmt.Sprint(100 + p.id),
			"source_file_path": p.path, "enabled": p.enabled, "owners": []any{},
			"schedule": object{"id": 1, "creation_schedule": p.schedule, "expiration_time_to_live": "30days"},
		}
		rowsV2 = append(rowsV2, row)
		rows = append(rows, merge(row, object{"lock_key": p.lockKey}))
	}
	m.Set("/v3/snapshots/policies/status/", object{"entries": rows}).
		Set("/v2/snapshots/policies/status/", object{"entries": rowsV2}).
		SetFunc("/v4/snapshots/status/", func(now time.Time, _ url.Values) any { return detailedSnapshots(all, names, now) }).
		SetFunc("/v3/snapshots/status/", func(now time.Time, query url.Values) any {
			if query.Get("filter") != "all" {
				return errorAnswer(http.StatusBadRequest, "filter is required")
			}
			return detailedSnapshots(all, names, now)
		}).
		SetFunc("/v2/snapshots/", func(now time.Time, query url.Values) any {
			return snapshotsV2(all, names, now, query.Get("include-in-delete") == "true")
		})
}

func snapshotsOf(c cluster) []snapshot {
	if c.busy {
		return append(quietSnapshots(), busySnapshots()...)
	}
	return quietSnapshots()
}

func quietPolicies() []snapshotPolicy {
	return []snapshotPolicy{{1, "daily", "/", true, nil, object{
		"timezone": "UTC", "frequency": "SCHEDULE_DAILY_OR_WEEKLY", "hour": 1, "minute": 30, "on_days": []string{"EVERY_DAY"},
	}}}
}

func quietSnapshots() []snapshot {
	return []snapshot{
		{id: 11, name: "before-upgrade", path: "/", age: 90 * 24 * time.Hour},
		{id: 21, name: "daily_1", path: "/", policy: 1, age: 51 * time.Hour, left: 28 * 24 * time.Hour},
		{id: 22, name: "daily_2", path: "/", policy: 1, age: 27 * time.Hour, left: 29 * 24 * time.Hour},
		{id: 23, name: "daily_3", path: "/", policy: 1, age: 3 * time.Hour, left: 30 * 24 * time.Hour},
	}
}

func busyPolicies() []snapshotPolicy {
	hourly := func(every int, unit string, from, to [2]int, days ...string) object {
		return object{
			"timezone": "Europe/Berlin", "frequency": "SCHEDULE_HOURLY_OR_LESS", "on_days": days, "fire_every": every, "fire_every_interval": unit,
			"window_start_hour": from[0], "window_start_minute": from[1], "window_end_hour": to[0], "window_end_minute": to[1],
		}
	}
	return []snapshotPolicy{
		{2, "home-hourly", "/home/", true, nil, hourly(1, "FIRE_IN_HOURS", [2]int{0, 0}, [2]int{23, 59}, "EVERY_DAY")},
		{3, "lab-office-hours", "/lab/", true, nil, hourly(30, "FIRE_IN_MINUTES", [2]int{8, 0}, [2]int{18, 0}, "MON", "TUE", "WED", "THU", "FRI")},
		{4, "archive-monthly", "/archive/", true, lock, object{
			"timezone": "UTC", "frequency": "SCHEDULE_MONTHLY", "hour": 2, "minute": 0, "day_of_month": 128, "on_days": []string{},
		}},
		{5, "scratch-weekly", "", false, nil, object{ // it has taken none
			"timezone": "UTC", "frequency": "SCHEDULE_DAILY_OR_WEEKLY", "hour": 3, "minute": 0, "on_days": []string{"SUN"},
		}},
	}
}

func busySnapshots() []snapshot {
	return []snapshot{
		{id: 31, name: "home-hourly_1", path: "/home/", policy: 2, age: 50 * time.Hour, left: -time.Hour, inDelete: true},
		{id: 32, name: "home-hourly_2", path: "/home/", policy: 2, age: 65 * time.Minute, left: 47 * time.Hour},
		{id: 33, name: "home-hourly_3", path: "/home/", policy: 2, age: 5 * time.Minute, left: 48 * time.Hour},
		{id: 41, name: "lab-office-hours_1", path: "/lab/", policy: 3, age: 12 * time.Hour, left: 36 * time.Hour},
		{id: 51, name: "archive-monthly_1", path: "/archive/", policy: 4, age: 34 * 24 * time.Hour, left: 300 * 24 * time.Hour, lockKey: lock},
		{id: 52, name: "archive-monthly_2", path: "/archive/", policy: 4, age: 3 * 24 * time.Hour, lockKey: lock},
		{id: 61, name: "gone_1", path: "/old/", policy: 9, age: 200 * 24 * time.Hour},
	}
}

// expiration is when a snapshot expires; never is what the form sends for one that does not.
func (s snapshot) expiration(now time.Time, never any) any {
	if s.left == 0 {
		return never
	}
	return rfc3339(now.Add(s.left))
}

// detailedSnapshots is the list in the form of v3 and v4.
func detailedSnapshots(all []snapshot, policies map[int]any, now time.Time) object {
	rows := make([]object, len(all))
	for i, s := range all {
		var policy any
		if s.policy != 0 {
			policy = s.policy
		}
		rows[i] = object{
			"id": s.id, "name": fmt.Sprintf("%d_%s", s.id, s.name), "timestamp": rfc3339(now.Add(-s.age)), "source_file_id": fmt.Sprint(100 + s.policy),
			"source_file_path": s.path, "policy_id": policy, "policy_name": policies[s.policy], "expiration": s.expiration(now, nil), "owners": []any{},
			"in_delete": s.inDelete, "lock_key": s.lockKey,
		}
	}
	return object{"entries": rows}
}

// snapshotsV2 is the list in the form of v2.
func snapshotsV2(all []snapshot, policies map[int]any, now time.Time, deleting bool) object {
	rows := []object{}
	for _, s := range all {
		name := s.name
		if policy, ok := policies[s.policy].(string); ok {
			name = policy
		}
		if !s.inDelete || deleting {
			rows = append(rows, object{
				"id": s.id, "name": name, "timestamp": rfc3339(now.Add(-s.age)), "directory_name": fmt.Sprintf("%d_%s", s.id, s.name),
				"source_file_id": fmt.Sprint(100 + s.policy), "created_by_policy": s.policy != 0, "expiration": s.expiration(now, ""), "in_delete": s.inDelete,
			})
		}
	}
	return object{"entries": rows}
}
