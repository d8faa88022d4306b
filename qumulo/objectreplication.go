package qumulo

import (
	"cmp"
	"context"
	"math"
)

// ObjectRelationshipsEndpoint lists the relationships with object stores.
var ObjectRelationshipsEndpoint = Endpoint{
	Name: "list object relationships", Path: "/v3/replication/object-relationships/status/",
	Privilege: "PRIVILEGE_REPLICATION_OBJECT_READ", MaxBytes: relationshipBytes,
}

// ObjectRelationship copies a directory to a bucket of an object store, or back. No definition of
// the API has its schema: the fields are those of the vendor's pages.
type ObjectRelationship struct {
	ID                 Text `json:"id"`        // UUID
	Direction          Text `json:"direction"` // COPY_TO_OBJECT, COPY_FROM_OBJECT
	Bucket             Text `json:"bucket"`
	ObjectFolder       Text `json:"object_folder"`
	LocalDirectoryPath Text `json:"local_directory_path"`
	// SourceDirectoryPath is LocalDirectoryPath by the name that it had first.
	SourceDirectoryPath Text                     `json:"source_directory_path"`
	State               Text                     `json:"state"` // of its job: REPLICATION_RUNNING, REPLICATION_NOT_RUNNING
	CurrentJob          Object[CurrentObjectJob] `json:"current_job"`
	LastJob             Object[ObjectJob]        `json:"last_job"` // none: none has ended
}

// CurrentObjectJob is the job of an object relationship that runs.
type CurrentObjectJob struct {
	StartTime Time                `json:"start_time"`
	Progress  Object[JobProgress] `json:"job_progress"`
}

// ObjectJob is the last job of an object relationship that ended.
type ObjectJob struct {
	StartTime Time `json:"start_time"`
	EndTime   Time `json:"end_time"`
	Error     Text `json:"error"` // "" if it succeeded
}

// ObjectRelationships lists the relationships with object stores:
// GET /v3/replication/object-relationships/status/.
func (c *Client) ObjectRelationships(ctx context.Context) (List[ObjectRelationship], error) {
	list, err := getList[ObjectRelationship](ctx, c, ObjectRelationshipsEndpoint)
	for i := range list.Items {
		r := &list.Items[i]
		r.LocalDirectoryPath = cmp.Or(r.LocalDirectoryPath, r.SourceDirectoryPath)
		progress := &r.CurrentJob.value.Progress.value
		progress.PercentComplete = progress.objectPercent()
	}
	return list, err
}

// objectPercent returns how much of a job is done as a percentage. A job whose size is not known yet says so
// with a word. On the vendor's page for Core 4.2 it is a ratio, 0.89 for 89 %: the bytes tell which it is.
func (p *JobProgress) objectPercent() Number {
	if raw, _ := p.PercentComplete.Malformed(); raw == "None" {
		return Number{}
	}
	percent, _ := p.PercentComplete.Value()
	remaining, left := p.BytesRemaining.Value()
	total, sized := p.BytesTotal.Value()
	if percent <= 0 || percent > 1 || !left || !sized || total <= 0 {
		return p.PercentComplete
	}
	if done := 1 - remaining/total; math.Abs(percent-done) < math.Abs(percent/100-done) {
		return NumberOf(100 * percent)
	}
	return p.PercentComplete
}
