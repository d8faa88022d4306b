package qumulo

import "context"

// TreeDeleteJobsEndpoint lists the jobs that delete whole directories. How many
// there may be is nowhere said; each has a path in it.
var TreeDeleteJobsEndpoint = Endpoint{
	Name: "list tree-delete jobs", Path: "/v1/tree-delete/jobs/", Privilege: "PRIVILEGE_FS_DELETE_TREE_READ", MaxBytes: 64 << 20, MaxRows: 100_000,
}

// TreeDeleteJob is a job that waits, runs or has been aborted; one that has finished is not listed.
type TreeDeleteJob struct {
	CreateTime           Time   `json:"create_time"`        // it may have started later
	RemainingCapacity    Number `json:"remaining_capacity"` // bytes of data and metadata
	RemainingFiles       Number `json:"remaining_files"`    // all that are not directories
	RemainingDirectories Number `json:"remaining_directories"`
	LastErrorMessage     Text   `json:"last_error_message"` // of the error that aborted the job; "": none did
}

// TreeDeleteJobs lists the jobs: GET /v1/tree-delete/jobs/.
func (c *Client) TreeDeleteJobs(ctx context.Context) (List[TreeDeleteJob], error) {
	return getMember[TreeDeleteJob](ctx, c, TreeDeleteJobsEndpoint, "jobs")
}
