package collector_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

// totalsPath is where a directory's totals are; the path is escaped.
func totalsPath(escaped string) string { return "/v1/files/" + escaped + "/aggregates/" }

// directorySeries are the series of a directory, of which data, metadata and so on are these.
func directorySeries(path string, values ...float64) testutil.Page {
	p := testutil.Page{}
	for i, series := range []string{
		`capacity_bytes{path="%",content="data"}`, `capacity_bytes{path="%",content="metadata"}`, `named_stream_bytes{path="%"}`,
		`entries{path="%",kind="file"}`, `entries{path="%",kind="directory"}`, `entries{path="%",kind="symlink"}`,
		`entries{path="%",kind="other"}`, `entries{path="%",kind="named_stream"}`,
	} {
		p["qumulo_directory_"+strings.Replace(series, "%", path, 1)] = values[i]
	}
	return p
}

func TestDirectories(t *testing.T) {
	const home = `{"path":"/home/","id":"7","files":[],"total_capacity":"110","total_data":"100","total_meta":"10","total_named_stream_data":"4",
		"total_files":"50","total_directories":5,"total_symlinks":"3","total_other_objects":"2","total_named_streams":"1"}`
	ofHome := func(path string) testutil.Page { return directorySeries(path, 100, 10, 4, 50, 5, 3, 2, 1) }
	for name, c := range map[string]struct {
		paths   []collector.AbsolutePath
		answers map[string]string // by escaped path
		faults  map[string]int
		want    testutil.Page
		said    []string
		failed  bool
		calls   int
	}{
		"none is configured": {want: testutil.Page{}},
		"two, one of them twice": {
			paths: []collector.AbsolutePath{"/home", "/", "/home"}, answers: map[string]string{"%2Fhome": home, "%2F": home},
			want: pages(ofHome("/home"), ofHome("/")), calls: 2,
		},
		"the path is as configured": {
			paths: []collector.AbsolutePath{"/home/", "/a b/ü?x#y%2F"}, answers: map[string]string{"%2Fhome%2F": home, "%2Fa%20b%2F%C3%BC%3Fx%23y%252F": home},
			want: pages(ofHome("/home/"), ofHome("/a b/ü?x#y%2F")), calls: 2,
		},
		"what is not said": {
			paths: []collector.AbsolutePath{"/home"}, answers: map[string]string{"%2Fhome": `{"total_data":null,"total_meta":"","total_files":"0"}`},
			want: testutil.Page{`qumulo_directory_entries{path="/home",kind="file"}`: 0}, calls: 1,
		},
		"odd values": {
			paths:   []collector.AbsolutePath{"/home"},
			answers: map[string]string{"%2Fhome": `{"total_data":"much","total_meta":-1,"total_symlinks":"3"}`},
			want:    testutil.Page{`qumulo_directory_entries{path="/home",kind="symlink"}`: 3},
			said:    []string{"total_data of /home/data", "not a number", "total_meta of /home/metadata is negative"}, calls: 1,
		},
		"one is not there": {
			paths: []collector.AbsolutePath{"/home", "/nowhere"}, answers: map[string]string{"%2Fhome": home},
			want: ofHome("/home"), failed: true, said: []string{"directory /nowhere is not there: get directory totals", "404"}, calls: 2,
		},
		"none is there": {
			paths: []collector.AbsolutePath{"/a", "/b"}, want: testutil.Page{}, failed: true,
			said: []string{"directory /a is not there", "directory /b is not there"}, calls: 2,
		},
		"one fails": {
			paths: []collector.AbsolutePath{"/home", "/tmp"}, answers: map[string]string{"%2Fhome": home}, faults: map[string]int{"%2Ftmp": 500},
			want: ofHome("/home"), failed: true, said: []string{"no totals: directory /tmp: get directory totals", "500"}, calls: 2,
		},
		"one fails and one is not there": {
			paths: []collector.AbsolutePath{"/a", "/tmp"}, faults: map[string]int{"%2Ftmp": 500}, want: testutil.Page{}, failed: true,
			said: []string{"directory /a is not there", "no totals: directory /tmp"}, calls: 2,
		},
		"all fail": {
			paths: []collector.AbsolutePath{"/tmp", "/home"}, faults: map[string]int{"%2Ftmp": 500, "%2Fhome": 403}, want: testutil.Page{}, failed: true,
			said: []string{"directory /home: get directory totals", "PRIVILEGE_FS_ATTRIBUTES_READ"}, calls: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			model := qumulotest.NewModel().Set("/v1/version", map[string]string{"revision_id": "Qumulo Core 7.8.0"}).Set(nodesPath, []any{map[string]any{"id": 1}})
			for path, answer := range c.answers {
				model.Set(totalsPath(path), json.RawMessage(answer))
			}
			w := watchOptions(t, model, "directories", &collector.DirectoriesOptions{Paths: c.paths})
			for path, status := range c.faults {
				w.server.SetFault(totalsPath(path), qumulotest.Fault{Status: status})
			}
			if diff := cmp.Diff(c.want, areaPage(t, w, "directories", collector.Boolean(!c.failed), 1)); diff != "" {
				t.Errorf("series differ (-want +got):\n%s", diff)
			}
			calls := 0
			for _, call := range w.server.Calls() {
				if strings.HasSuffix(call.Path, "/aggregates/") {
					calls++
					if call.Query != "max-entries=0" {
						t.Errorf("%s?%s asks for entries", call.Path, call.Query)
					}
				}
			}
			if calls != c.calls {
				t.Errorf("%d calls, want %d", calls, c.calls)
			}
			wantSaid(t, w, c.said)
		})
	}
}

// TestDirectoriesRecorded: the first row of the recorded totals is that of the root, in the same
// fields.
func TestDirectoriesRecorded(t *testing.T) {
	dir := apidir.Find(t)
	for _, name := range []string{"onprem-a", "cnq-aws"} {
		raw, err := os.ReadFile(filepath.Join(dir, "examples", name+".recursive_aggregates.json"))
		if err != nil {
			t.Fatal(err)
		}
		var rows []map[string]any
		if err := json.Unmarshal(raw, &rows); err != nil || rows[0]["path"] != "/" {
			t.Fatal(err, rows)
		}
		var values []float64
		for _, field := range []string{"data", "meta", "named_stream_data", "files", "directories", "symlinks", "other_objects", "named_streams"} {
			values = append(values, number(t, rows[0]["total_"+field]))
		}
		if values[0]+values[1] != number(t, rows[0]["total_capacity"]) {
			t.Errorf("%s: data and metadata are not the total", name)
		}
		model := qumulotest.NewModel().Set(totalsPath("%2F"), rows[0])
		w := watchOptions(t, model, "directories", &collector.DirectoriesOptions{Paths: []collector.AbsolutePath{"/"}})
		want := directorySeries("/", values...)
		if diff := cmp.Diff(want, areaPage(t, w, "directories", 1, 1)); diff != "" {
			t.Errorf("%s: series differ (-file +page):\n%s", name, diff)
		}
		wantSaid(t, w, nil)
	}
}
