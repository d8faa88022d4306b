package collector

import (
	"context"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const fromTreeDelete = ", from /v1/tree-delete/jobs/, read at most every 1m."

var (
	treeDeleteJobs = gauge("qumulo_tree_delete_jobs",
		"How many tree-delete jobs are listed: waiting, running or aborted by an error"+fromTreeDelete)
	treeDeleteBytes = gauge("qumulo_tree_delete_remaining_bytes",
		"Data and metadata that all tree-delete jobs still have to delete, in bytes"+fromTreeDelete)
	treeDeleteFiles       = gauge("qumulo_tree_delete_remaining_files", "How many files all tree-delete jobs still have to delete"+fromTreeDelete)
	treeDeleteDirectories = gauge("qumulo_tree_delete_remaining_directories", "How many directories all tree-delete jobs still have to delete"+fromTreeDelete)
	treeDeleteFailed      = gauge("qumulo_tree_delete_failed_jobs", "How many of the listed tree-delete jobs were aborted by an error"+fromTreeDelete)
	treeDeleteOldest      = gauge("qumulo_tree_delete_oldest_job_timestamp_seconds",
		"When the oldest of the listed tree-delete jobs was created, as Unix time in seconds; absent if there is none"+fromTreeDelete)
)

func treeDelete() Collector {
	return Collector{
		Name: "treedelete", Help: "Jobs that delete whole directories.", Enabled: true, Interval: time.Minute,
		Cost: "tree-delete jobs", Query: `time() - qumulo_tree_delete_oldest_job_timestamp_seconds > 86400`,
		Endpoints: []qumulo.Endpoint{qumulo.TreeDeleteJobsEndpoint},
		Metrics: []*Metric{
			treeDeleteJobs, treeDeleteBytes, treeDeleteFiles, treeDeleteDirectories, treeDeleteFailed, treeDeleteOldest,
		},
		Read: readTreeDelete,
	}
}

func readTreeDelete(ctx context.Context, src *Source, out *Output) error {
	list, err := src.TreeDeleteJobs(ctx)
	if err != nil {
		return err
	}
	out.malformed(list.Malformed)
	failed := 0
	for _, j := range list.Items {
		if j.LastErrorMessage != "" {
			failed++
		}
	}
	out.Add(treeDeleteJobs, float64(len(list.Items)))
	out.Add(treeDeleteFailed, float64(failed))
	addJobSum(out, treeDeleteBytes, "remaining_capacity", list, func(j qumulo.TreeDeleteJob) qumulo.Number { return j.RemainingCapacity })
	addJobSum(out, treeDeleteFiles, "remaining_files", list, func(j qumulo.TreeDeleteJob) qumulo.Number { return j.RemainingFiles })
	addJobSum(out, treeDeleteDirectories, "remaining_directories", list, func(j qumulo.TreeDeleteJob) qumulo.Number { return j.RemainingDirectories })
	out.timestamp(treeDeleteOldest, "create_time", oldestJob(out, list.Items))
	return nil
}

// addJobSum adds up one field of all jobs. A sum that lacks a job would be wrong.
func addJobSum(out *Output, m *Metric, field string, jobs qumulo.List[qumulo.TreeDeleteJob], of func(qumulo.TreeDeleteJob) qumulo.Number) {
	sum, whole := 0.0, len(jobs.Malformed) == 0
	for _, j := range jobs.Items {
		v, ok := of(j).Value()
		sum += v
		whole = whole && ok && v >= 0
	}
	if !whole {
		out.warnf("%s of a tree-delete job is missing or could not be parsed: no sum", field)
		return
	}
	out.Add(m, sum)
}

// oldestJob returns the earliest time at which a job was created. One whose time is not known does
// not hide that there is another so old.
func oldestJob(out *Output, jobs []qumulo.TreeDeleteJob) (oldest qumulo.Time) {
	for _, j := range jobs {
		created, ok := j.CreateTime.Value()
		if !ok {
			out.warnf("create_time of a tree-delete job is missing or could not be parsed: the oldest is that of the others")
			continue
		}
		if t, ok := oldest.Value(); !ok || created.Before(t) {
			oldest = j.CreateTime
		}
	}
	return oldest
}
