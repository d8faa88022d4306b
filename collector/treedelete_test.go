package collector_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

const treeDeletePath = "/v1/tree-delete/jobs/"

// treeDeletePage has the values of the six series; below zero: it is not there.
func treeDeletePage(jobs, failed, bytes, files, directories, oldest float64) testutil.Page {
	page := testutil.Page{}
	for name, value := range map[string]float64{
		"jobs": jobs, "failed_jobs": failed, "remaining_bytes": bytes, "remaining_files": files, "remaining_directories": directories,
		"oldest_job_timestamp_seconds": oldest,
	} {
		if value >= 0 {
			page["qumulo_tree_delete_"+name] = value
		}
	}
	return page
}

func TestTreeDelete(t *testing.T) {
	const (
		old = `{"id":"5","create_time":"1970-01-01T00:00:10.5Z","mode":"PLACE","remaining_capacity":"4096","remaining_files":"7","remaining_directories":"2",
			"last_error_message":""}`
		failed = `{"id":6,"create_time":"1970-01-01T01:00:20+01:00","remaining_capacity":9007199254740992,"remaining_files":1,"remaining_directories":0,
			"last_error_message":"no permission"}`
	)
	for name, c := range map[string]struct {
		answer string
		want   testutil.Page
		said   []string
	}{
		"no jobs":          {answer: `{"jobs":[]}`, want: treeDeletePage(0, 0, 0, 0, 0, -1)},
		"one":              {answer: `{"jobs":[` + old + `]}`, want: treeDeletePage(1, 0, 4096, 7, 2, 10.5)},
		"one failed":       {answer: `{"jobs":[` + failed + `]}`, want: treeDeletePage(1, 1, 9007199254740992, 1, 0, 20)},
		"two":              {answer: `{"jobs":[` + failed + `,` + old + `]}`, want: treeDeletePage(2, 1, 9007199254740992+4096, 8, 2, 10.5)},
		"a mode of before": {answer: `{"jobs":[{"mode":"PORTAL_EVICTION",` + old[1:] + `]}`, want: treeDeletePage(1, 0, 4096, 7, 2, 10.5)},
		"null for an error": {
			answer: `{"jobs":[{"create_time":"1970-01-01T00:00:01Z","remaining_capacity":1,"remaining_files":1,"remaining_directories":1,"last_error_message":null}]}`,
			want:   treeDeletePage(1, 0, 1, 1, 1, 1),
		},
		"a row lacks a value": {
			answer: `{"jobs":[` + old + `,{"create_time":"1970-01-01T00:00:09Z","remaining_capacity":"1","remaining_files":null,"remaining_directories":1}]}`,
			want:   treeDeletePage(2, 0, 4097, -1, 3, 9), said: []string{"remaining_files of a tree-delete job is missing or could not be parsed: no sum"},
		},
		"values that are none": {
			answer: `{"jobs":[` + old + `,{"create_time":"1970-01-01T00:00:09Z","remaining_capacity":"much","remaining_files":"3","remaining_directories":-1}]}`,
			want:   treeDeletePage(2, 0, -1, 10, -1, 9), said: []string{"remaining_capacity of a tree-delete job", "remaining_directories of a tree-delete job"},
		},
		"times that are none": {
			answer: `{"jobs":[{"create_time":"now","remaining_capacity":1,"remaining_files":1,"remaining_directories":1},` + old + `]}`,
			want:   treeDeletePage(2, 0, 4097, 8, 3, 10.5), said: []string{"create_time of a tree-delete job is missing or could not be parsed"},
		},
		"only times that are none": {
			answer: `{"jobs":[{"create_time":null,"remaining_capacity":1,"remaining_files":1,"remaining_directories":1}]}`,
			want:   treeDeletePage(1, 0, 1, 1, 1, -1), said: []string{"create_time of a tree-delete job"},
		},
		"a row that is none": {
			answer: `{"jobs":[` + old + `,null]}`, want: treeDeletePage(1, 0, -1, -1, -1, 10.5),
			said: []string{"an element of the list is null", "remaining_capacity of a tree-delete job", "remaining_files", "remaining_directories"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := answering(t, "treedelete", map[string]string{treeDeletePath: c.answer})
			got := w.scrape(t)
			success(t, got, "treedelete", 1)
			if diff := cmp.Diff(c.want, seriesOf(got, "qumulo_tree_delete_")); diff != "" {
				t.Errorf("page differs (-want +got):\n%s", diff)
			}
			checkSaid(t, w, "treedelete", c.said)
		})
	}
}

func TestTreeDeleteFailures(t *testing.T) {
	wantFailures(t, "treedelete", treeDeletePath)
	oneReading{
		collector: "treedelete", answers: map[string]string{treeDeletePath: `{"jobs":[` + strings.Repeat("{},", 100_000) + `{}]}`},
		absent: []string{"qumulo_tree_delete_"}, failed: true, said: []string{"more than 100000 rows"},
	}.check(t)
}
