package qumulotest

import (
	"testing"
	"time"
)

// TestLiveReplication: jobs follow each other, each moves to its end and leaves its begin as the recovery point, in all
// three lists; what does not run when the cluster begins to live stays as it is.
func TestLiveReplication(t *testing.T) {
	l := live(OnPremises())
	second := l.begin.Add(jobEvery - jobBegan)
	for _, c := range []struct {
		age           time.Duration
		running       bool
		percent       float64
		began, before time.Time // of the job that runs, and of the last one that ended
	}{
		{0, true, 62.5, l.begin.Add(-jobBegan), l.begin.Add(-10 * time.Minute)},
		{36 * time.Second, true, 81.2, l.begin.Add(-jobBegan), l.begin.Add(36*time.Second - 10*time.Minute)},
		{80 * time.Second, false, 0, time.Time{}, l.begin.Add(-jobBegan)},
		{121 * time.Second, true, 0.5, second, l.begin.Add(-jobBegan)},
		{320 * time.Second, false, 0, time.Time{}, second},
	} {
		l.at(c.age)
		for path, id := range map[string]string{
			"/v2/replication/source-relationships/status/": relationshipID(1), "/v2/replication/target-relationships/status/": relationshipID(8),
		} {
			var rows []struct {
				ID     string  `json:"id"`
				State  string  `json:"job_state"`
				Start  string  `json:"job_start_time"`
				Point  string  `json:"recovery_point"`
				Status *object `json:"replication_job_status"`
			}
			l.read(t, path, &rows)
			for _, r := range rows {
				if r.ID != id {
					if r.Status != nil {
						t.Errorf("after %s: a job of %s runs, which had none", c.age, r.ID)
					}
					continue
				}
				if got := r.State == "REPLICATION_RUNNING"; got != c.running || r.Point != rfc3339(c.before) {
					t.Errorf("%s after %s: running %v, recovery point %s, want %v, %s", path, c.age, got, r.Point, c.running, rfc3339(c.before))
				}
				if c.running && (r.Start != rfc3339(c.began) || (*r.Status)["percent_complete"] != c.percent) {
					t.Errorf("%s after %s: began %s, %v, want %s, %v %%", path, c.age, r.Start, *r.Status, rfc3339(c.began), c.percent)
				}
			}
		}
		var copies []struct {
			Job *struct {
				Start string `json:"start_time"`
			} `json:"current_job"`
			Last *struct {
				Start string `json:"start_time"`
			} `json:"last_job"`
		}
		l.read(t, "/v3/replication/object-relationships/status/", &copies)
		if job := copies[0].Job; (job != nil) != c.running || job != nil && job.Start != rfc3339(c.began) {
			t.Errorf("object relationship after %s: %+v, want running %v, began %s", c.age, job, c.running, c.began)
		}
		if last := copies[0].Last; c.age > jobTakes-jobBegan && (last == nil || last.Start != rfc3339(c.before)) {
			t.Errorf("object relationship after %s: last job %+v, want begin %s", c.age, last, c.before)
		}
	}
}
