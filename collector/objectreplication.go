package collector

import "github.com/qumulo-exporter/qumulo_exporter/qumulo"

// addObjectRelationships adds the relationships with object stores. They have no state of their
// own: what the API calls so is the job's.
func addObjectRelationships(out *Output, list qumulo.List[qumulo.ObjectRelationship]) {
	const role = "object"
	out.malformed(list.Malformed)
	seen := map[string]bool{}
	for _, r := range list.Items {
		id := string(r.ID)
		if !out.isNew(seen, "object relationship", id) {
			continue
		}
		direction := optionalWord(r.Direction)
		source, target := string(r.LocalDirectoryPath), ""
		if direction == "copy_from_object" {
			source, target = target, source
		}
		out.Add(replicationInfo, 1, id, role, "", "", source, "", target, direction, string(r.Bucket), string(r.ObjectFolder))
		if last, ended := r.LastJob.Value(); ended {
			addLastObjectJob(out, last, id, role)
		}
		current, _ := r.CurrentJob.Value()
		progress, _ := current.Progress.Value()
		addJob(out, r.State, current.StartTime, progress, id, role)
	}
}

// addLastObjectJob adds what came of the last job.
func addLastObjectJob(out *Output, job qumulo.ObjectJob, labels ...string) {
	out.Add(lastJobFailed, Boolean(job.Error != ""), labels...)
	if job.Error == "" {
		out.timestamp(recoveryPoint, "last_job.start_time", job.StartTime, labels...)
	}
	start, started := job.StartTime.Value()
	end, ended := job.EndTime.Value()
	if raw, bad := job.EndTime.Malformed(); bad {
		out.warnf("last_job.end_time%s is %q, not a time: no duration", of(labels), raw)
	}
	if started && ended && !end.Before(start) {
		out.Add(lastJobDuration, end.Sub(start).Seconds(), labels...)
	}
}
