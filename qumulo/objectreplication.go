package qumulo

import (
	"cmp"
	"context"
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
		// A job whose size is not known yet says so with this word.
		percent := &r.CurrentJob.value.Progress.value.PercentComplete
		if raw, _ := percent.Malformed(); raw == "None" {
			*percent = Number{}
		}
	}
	return list, err
}
