package qumulotest

import (
	"net/url"
	"time"
)

// treeDelete are the jobs that delete directories: a busy cluster has one that runs, one that waits
// and one that an error has aborted, others none.
func treeDelete(c cluster, m *Model) {
	m.SetFunc("/v1/tree-delete/jobs/", func(now time.Time, _ url.Values) any {
		jobs := []object{}
		if c.busy {
			jobs = []object{
				treeDeleteJob("2000003", "/scratch/run-41/", now.Add(-2*time.Hour), object{
					"remaining_capacity": "412316860416", "remaining_directories": "1200", "remaining_files": "98000",
				}),
				treeDeleteJob("2000004", "/scratch/run-42/", now.Add(-time.Minute), nil),
				treeDeleteJob("2000002", "/scratch/locked/", now.Add(-72*time.Hour), object{
					"remaining_capacity": "4096", "remaining_directories": "1", "remaining_files": "0",
					"last_error_message": "The directory has a snapshot lock.",
				}),
			}
		}
		return object{"jobs": jobs}
	})
}

// treeDeleteJob is one that has deleted nothing yet, but for what more says.
func treeDeleteJob(id, path string, created time.Time, more object) object {
	return merge(object{
		"id": id, "create_time": rfc3339(created), "mode": "PLACE", "initial_path": path,
		"initial_capacity": "1099511627776", "initial_directories": "4000", "initial_files": "250000",
		"remaining_capacity": "1099511627776", "remaining_directories": "4000", "remaining_files": "250000",
		"last_error_message": "",
	}, more)
}
