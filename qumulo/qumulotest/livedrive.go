package qumulotest

import (
	"math"
	"time"
)

// When a drive of a cluster that lives dies, when its data are protected again, and when it is replaced.
const (
	driveDies        = time.Minute
	driveReprotected = 150 * time.Second
	driveReplaced    = 3 * time.Minute
)

// unprotected reports whether the data of the dead drive are still to be protected again.
func (c call) unprotected() bool { return c.age() >= driveDies && c.age() < driveReprotected }

// loseDrive lets the last healthy drive die. The one that replaces it has another serial number, if
// drives have one.
func loseDrive(c call, slots *[]slot) {
	for i := len(*slots) - 1; i >= 0; i-- {
		s := &(*slots)[i]
		if s.State != "healthy" {
			continue
		}
		switch age := c.age(); {
		case age < driveDies:
		case age < driveReplaced:
			*s = s.dead()
		case s.DiskSerial != "":
			s.DiskSerial += "R"
		}
		return
	}
}

// loseProtection takes one failure of those that are left. Where data are object-backed the numbers
// of this answer mean nothing.
func loseProtection(c call, status *map[string]any) {
	if (*status)["protection_system_type"] == "PROTECTION_SYSTEM_TYPE_EC" {
		oneLess(c, *status, "remaining_drive_failures")
	}
}

func loseTolerance(c call, tolerance *map[string]any) { oneLess(c, *tolerance, "disks") }

func oneLess(c call, object map[string]any, field string) {
	if n, ok := object[field].(float64); ok && c.unprotected() {
		object[field] = max(0, n-1)
	}
}

// reprotect is what the restriper does, in either form of its answer: if it runs anyway it is done
// when the drive dies, then it protects that drive's data again, and then it has nothing to do.
// What blocked it before blocks it again.
func reprotect(c call, status *map[string]any) {
	r := restriping(*status)
	switch age := c.age(); {
	case age < driveDies:
		if r["state"] == "RUNNING" || r["status"] == "RUNNING" {
			part := age.Seconds() / driveDies.Seconds()
			percent := r.number("percent_complete")
			r.set("elapsed_seconds", math.Floor(r.number("elapsed_seconds")+age.Seconds()))
			r.set("percent_complete", math.Floor(percent+(100-percent)*part))
			r.set("estimated_seconds_left", math.Floor(r.number("estimated_seconds_left")*(1-part)))
		}
	case age < driveReprotected:
		took := age - driveDies
		r.set("state", "RUNNING")
		r.set("status", "RUNNING")
		r.set("phase", "REPROTECT")
		r.set("blocked_reason", "")
		r.set("data_at_risk", false)
		r.set("elapsed_seconds", math.Floor(took.Seconds()))
		r.set("percent_complete", math.Floor(100*took.Seconds()/(driveReprotected-driveDies).Seconds()))
		r.set("estimated_seconds_left", math.Floor((driveReprotected - age).Seconds()))
	default:
		status := "NOT_RUNNING"
		if reason, _ := r["blocked_reason"].(string); reason != "" {
			status = "BLOCKED"
		}
		r.set("state", "FINISHED")
		r.set("status", status)
		r.set("phase", "")
		r.set("data_at_risk", false)
		r.set("elapsed_seconds", 0)
		r.set("percent_complete", 0)
		r.set("estimated_seconds_left", 0)
	}
}

// restriping is an answer of the restriper, in one form or the other.
type restriping map[string]any

// set changes a field that this form has.
func (r restriping) set(field string, value any) {
	if _, has := r[field]; has {
		r[field] = value
	}
}

func (r restriping) number(field string) float64 {
	n, _ := r[field].(float64)
	return n
}
