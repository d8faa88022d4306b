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
	SourceDirectoryPath Text `json:"source_directory_path"`
	State               Text `json:"state"` // of its job: REPLICATION_RUNNING, REPLICATION_NOT_RUNNING
	CurrentJob          struct {
		StartTime Time        `json:"start_time"`
		Progress  JobProgress `json:"job_progress"`
	} `json:"current_job"`
	LastJob *ObjectJob `json:"last_job"` // nil: none has ended
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
		if raw, _ := r.CurrentJob.Progress.PercentComplete.Malformed(); raw == "None" {
			r.CurrentJob.Progress.PercentComplete = Number{}
		}
	}
	return list, err
}
