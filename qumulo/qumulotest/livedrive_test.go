package qumulotest

import (
	"testing"
	"time"
)

// stage is what can be seen of the drive that dies.
type stage struct {
	state, led, serial string
	dead               int     // drives of the cluster
	left               float64 // failures of drives
	restriper, phase   string
	risk               bool
	percent            float64
}

const (
	onLED, failedLED = "LED_PATTERN_NORMAL", "LED_PATTERN_FAILURE"
	ecPath           = "/v1/cluster/protection/status"
	tolerancePath    = "/v1/cluster/object-backed/protection/fault-tolerance"
	restriperPath    = "/v1/cluster/protection/restriper/status"
	oldRestriperPath = "/v1/cluster/restriper/status"
)

// stageOf reads it, from the newest forms.
func (l *lived) stageOf(t *testing.T, id string) (s stage) {
	t.Helper()
	var slots []slot
	l.read(t, "/v1/cluster/slots/", &slots)
	for _, row := range slots {
		if row.State == "dead" {
			s.dead++
		}
		if row.ID == id {
			s.state, s.led, s.serial = row.State, row.LEDPattern, row.DiskSerial
		}
	}
	var protection map[string]any
	l.read(t, ecPath, &protection)
	s.left, _ = protection["remaining_drive_failures"].(float64)
	if protection["protection_system_type"] != "PROTECTION_SYSTEM_TYPE_EC" {
		l.read(t, tolerancePath, &protection)
		s.left, _ = protection["disks"].(float64)
	}
	path, field := restriperPath, "state"
	if _, ok := l.Answer(path); !ok {
		path, field = oldRestriperPath, "status"
	}
	var restriper map[string]any
	l.read(t, path, &restriper)
	s.restriper, _ = restriper[field].(string)
	s.phase, _ = restriper["phase"].(string)
	s.risk, _ = restriper["data_at_risk"].(bool)
	s.percent, _ = restriper["percent_complete"].(float64)
	return s
}

// TestLiveDrive: one drive dies after a minute, its data are protected again, and it is replaced.
func TestLiveDrive(t *testing.T) {
	for name, c := range map[string]struct {
		model *Model
		id    string
		want  map[time.Duration]stage
	}{
		"busy": {OnPremises(), "6.15", map[time.Duration]stage{
			0:                 {"healthy", onLED, "ND6K0006015", 1, 1, "RUNNING", "REPROTECT", true, 42},
			30 * time.Second:  {"healthy", onLED, "ND6K0006015", 1, 1, "RUNNING", "REPROTECT", true, 71},
			61 * time.Second:  {"dead", failedLED, "ND6K0006015", 2, 0, "RUNNING", "REPROTECT", false, 1},
			105 * time.Second: {"dead", failedLED, "ND6K0006015", 2, 0, "RUNNING", "REPROTECT", false, 50},
			150 * time.Second: {"dead", failedLED, "ND6K0006015", 2, 1, "FINISHED", "", false, 0},
			181 * time.Second: {"healthy", onLED, "ND6K0006015R", 1, 1, "FINISHED", "", false, 0},
			time.Hour:         {"healthy", onLED, "ND6K0006015R", 1, 1, "FINISHED", "", false, 0},
		}},
		"quiet": {Release("7.8.0"), "4.6", map[time.Duration]stage{
			-time.Hour:        {"healthy", onLED, "ND6H0004006", 0, 2, "NOT_STARTED", "", false, 0},
			0:                 {"healthy", onLED, "ND6H0004006", 0, 2, "NOT_STARTED", "", false, 0},
			61 * time.Second:  {"dead", failedLED, "ND6H0004006", 1, 1, "RUNNING", "REPROTECT", false, 1},
			181 * time.Second: {"healthy", onLED, "ND6H0004006R", 0, 2, "FINISHED", "", false, 0},
		}},
		"old, blocked": {OldRelease(), "4.6", map[time.Duration]stage{
			0:                 {"healthy", onLED, "ND6H0004006", 0, 2, "BLOCKED", "", false, 0},
			61 * time.Second:  {"dead", failedLED, "ND6H0004006", 1, 1, "RUNNING", "REPROTECT", false, 1},
			181 * time.Second: {"healthy", onLED, "ND6H0004006R", 0, 2, "BLOCKED", "", false, 0},
		}},
		"object-backed, without serial numbers": {ANQ(), "7.9", map[time.Duration]stage{
			0:                 {"healthy", onLED, "", 0, 2, "NOT_STARTED", "", false, 0},
			61 * time.Second:  {"dead", failedLED, "", 1, 1, "RUNNING", "REPROTECT", false, 1},
			181 * time.Second: {"healthy", onLED, "", 0, 2, "FINISHED", "", false, 0},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l := live(c.model)
			for age, want := range c.want {
				if got := l.at(age).stageOf(t, c.id); got != want {
					t.Errorf("after %s: %+v, want %+v", age, got, want)
				}
			}
		})
	}
}

// TestLiveRestriperForms: the old form of the answer says the same as the new one.
func TestLiveRestriperForms(t *testing.T) {
	l := live(OnPremises())
	for age, left := range map[time.Duration]float64{0: 7457, 30 * time.Second: 3728, 61 * time.Second: 89, 181 * time.Second: 0} {
		var first, second map[string]any
		l.at(age).read(t, restriperPath, &first)
		l.read(t, oldRestriperPath, &second)
		word := map[any]string{"RUNNING": "RUNNING", "FINISHED": "NOT_RUNNING"}[first["state"]]
		if second["status"] != word || second["estimated_seconds_left"] != left {
			t.Errorf("after %s: %v beside %v", age, second, first)
		}
		for _, field := range []string{"phase", "blocked_reason", "data_at_risk", "elapsed_seconds", "percent_complete"} {
			if first[field] != second[field] {
				t.Errorf("after %s: %s is %v and %v", age, field, first[field], second[field])
			}
		}
	}
}
