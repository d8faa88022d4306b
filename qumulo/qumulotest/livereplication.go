package qumulotest

import (
	"math"
	"time"
)

// The jobs of a relationship that replicates when the cluster begins to live follow each other: each takes
// jobTakes, and the next one begins jobEvery after the last began. The first one began jobBegan before.
const (
	jobTakes = 192 * time.Second
	jobEvery = 4 * time.Minute
	jobBegan = 2 * time.Minute
)

// job is what a relationship does at a moment.
type job struct {
	began   time.Time // the job that runs or ended last
	running bool
	part    float64 // of it that is done
}

func (c call) job() job {
	phase := (c.age() + jobBegan) % jobEvery
	return job{c.start.Add(c.age() - phase), phase < jobTakes, min(1, phase.Seconds()/jobTakes.Seconds())}
}

// lastEnded is when the last job began that has ended.
func (j job) lastEnded() time.Time {
	if j.running {
		return j.began.Add(-jobEvery)
	}
	return j.began
}

// replicate moves the jobs of source or target relationships. The recovery point is the begin of the last
// job that ended; before the first one has, it is what it was.
func replicate(c call, relationships *[]object) {
	j := c.job()
	for _, r := range *relationships {
		if r["job_state"] != "REPLICATION_RUNNING" {
			continue
		}
		if c.age() >= jobTakes-jobBegan {
			r["recovery_point"] = rfc3339(j.lastEnded())
			r["duration_of_last_job"] = object{"nanoseconds": text(int64(jobTakes))}
		}
		if !j.running {
			r["job_state"], r["job_start_time"], r["replication_job_status"] = "REPLICATION_NOT_RUNNING", "", nil
			continue
		}
		r["job_start_time"] = rfc3339(j.began)
		j.progress(r["replication_job_status"])
	}
}

// copyObjects does the same with the relationships with object stores.
func copyObjects(c call, relationships *[]object) {
	j := c.job()
	for _, r := range *relationships {
		current, running := r["current_job"].(object)
		if !running {
			continue
		}
		if c.age() >= jobTakes-jobBegan {
			r["last_job"] = object{"start_time": rfc3339(j.lastEnded()), "end_time": rfc3339(j.lastEnded().Add(jobTakes)), "error": ""}
		}
		if !j.running {
			r["state"], r["current_job"] = "REPLICATION_NOT_RUNNING", nil
			continue
		}
		current["start_time"], current["estimated_end_time"] = rfc3339(j.began), rfc3339(j.began.Add(jobTakes))
		j.progress(current["job_progress"])
	}
}

// progress writes how far the job is into its progress: all of it moves evenly, and what had to be
// transferred of what was done, and what is unchanged, have the parts that they had.
func (j job) progress(of any) {
	p, ok := of.(object)
	if !ok {
		return
	}
	p["percent_complete"] = math.Floor(1000*j.part) / 10
	if _, has := p["estimated_seconds_remaining"]; has {
		p["estimated_seconds_remaining"] = text(int64((1 - j.part) * jobTakes.Seconds()))
	}
	for _, unit := range []string{"bytes", "files"} {
		number := func(field string) float64 {
			size, _ := p[unit+field].(string)
			return float64(bytesOf(size))
		}
		total, unchanged := number("_total"), number("_unchanged")
		done := math.Floor(total * j.part)
		same := math.Floor(unchanged * j.part)
		p[unit+"_unchanged"] = text(int64(same))
		p[unit+"_transferred"] = text(int64(done - same))
		p[unit+"_remaining"] = text(int64(total - done))
	}
}
