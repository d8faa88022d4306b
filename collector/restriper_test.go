package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

const restriperPath, restriperV1Path = "/v1/cluster/protection/restriper/status", "/v1/cluster/restriper/status"

func restriperIs(state, phase string) testutil.Page {
	return pages(oneOf("qumulo_restriper_state{", "state", state, "not_started", "running", "finished"),
		oneOf("qumulo_restriper_phase{", "phase", phase, "planning", "reprotect", "rebalance", "partitioned_rebalance", "transcode"))
}

func TestRestriper(t *testing.T) {
	status := func(body string) map[string]string { return map[string]string{restriperPath: body} }
	old := func(body string) map[string]string { return map[string]string{restriperV1Path: body} }
	const info, elapsed, ratio = "qumulo_restriper_blocked_info", "qumulo_restriper_phase_elapsed_seconds", "qumulo_restriper_phase_completion_ratio"
	const blocked, risk = "qumulo_restriper_blocked", "qumulo_restriper_data_at_risk"
	for name, c := range map[string]answersCase{
		"running": {
			answers: status(`{"state":"RUNNING","phase":"PARTITIONED_REBALANCE","blocked_reason":"","data_at_risk":true,"elapsed_seconds":"90","percent_complete":25}`),
			want:    pages(restriperIs("running", "partitioned_rebalance"), testutil.Page{blocked: 0, risk: 1, elapsed: 90, ratio: 0.25}),
			absent:  []string{info},
		},
		"running, just begun": {
			answers: status(`{"state":"RUNNING","phase":"PLANNING","elapsed_seconds":0,"percent_complete":0}`),
			want:    pages(restriperIs("running", "planning"), testutil.Page{blocked: 0, elapsed: 0, ratio: 0}),
			absent:  []string{info, risk},
		},
		"running, without a phase": {
			answers: status(`{"state":"RUNNING","phase":null,"data_at_risk":false}`), want: pages(restriperIs("running", ""), testutil.Page{risk: 0}),
			absent: []string{elapsed, ratio},
		},
		"not started": {
			answers: status(`{"state":"NOT_STARTED","phase":"","blocked_reason":null,"data_at_risk":false,"elapsed_seconds":0,"percent_complete":0}`),
			want:    pages(restriperIs("not_started", ""), testutil.Page{blocked: 0, risk: 0}),
			absent:  []string{info, elapsed, ratio},
		},
		"finished, a phase left over": {
			answers: status(`{"state":"FINISHED","phase":"REBALANCE","blocked_reason":"","data_at_risk":false,"elapsed_seconds":7,"percent_complete":100}`),
			want:    pages(restriperIs("finished", ""), testutil.Page{blocked: 0, risk: 0}),
			absent:  []string{info, elapsed, ratio},
		},
		"blocked": {
			answers: status(`{"state":"FINISHED","phase":"","blocked_reason":"no space","data_at_risk":true}`),
			want:    pages(restriperIs("finished", ""), testutil.Page{blocked: 1, info + `{reason="no space"}`: 1, risk: 1}),
		},
		"words of a later release": {
			answers: status(`{"state":"PAUSED","phase":"SCRUB","data_at_risk":"maybe","percent_complete":5}`),
			want:    restriperIs("unknown", "unknown"), absent: []string{risk, ratio},
			said: []string{"PAUSED", "SCRUB", "maybe"},
		},
		"nothing said": {
			answers: status(`{}`), want: restriperIs("unknown", ""),
			absent: []string{blocked, risk, elapsed, ratio},
		},
		"old, not running": {
			answers: old(`{"status":"NOT_RUNNING","phase":"","blocked_reason":"","data_at_risk":false,"elapsed_seconds":0,"estimated_seconds_left":4294967295,"percent_complete":0}`),
			want:    pages(restriperIs("not_started", ""), testutil.Page{blocked: 0, risk: 0}),
			absent:  []string{info, elapsed, ratio},
		},
		"old, running": {
			answers: old(`{"status":"RUNNING","phase":"TRANSCODE","blocked_reason":"","data_at_risk":false,"elapsed_seconds":60,"estimated_seconds_left":30,"percent_complete":66}`),
			want:    pages(restriperIs("running", "transcode"), testutil.Page{blocked: 0, risk: 0, elapsed: 60, ratio: 0.66}),
			absent:  []string{info},
		},
		"old, blocked": {
			answers: old(`{"status":"BLOCKED","phase":"REBALANCE","blocked_reason":"no space","data_at_risk":true,"elapsed_seconds":5,"estimated_seconds_left":18446744073709551615,"percent_complete":1}`),
			want:    pages(restriperIs("finished", ""), testutil.Page{blocked: 1, info + `{reason="no space"}`: 1, risk: 1}),
			absent:  []string{elapsed, ratio},
		},
		"old, blocked without a reason": {
			answers: old(`{"status":"BLOCKED","blocked_reason":""}`),
			want:    pages(restriperIs("finished", ""), testutil.Page{blocked: 1, info + `{reason=""}`: 1}), absent: []string{risk},
		},
		"both forms: the newer one is asked": {
			answers: map[string]string{restriperPath: `{"state":"FINISHED"}`, restriperV1Path: `{"status":"RUNNING"}`},
			want:    restriperIs("finished", ""),
		},
		"forbidden, and the older form is not tried": {
			answers: map[string]string{restriperPath: `{}`, restriperV1Path: `{"status":"RUNNING"}`}, faults: map[string]int{restriperPath: 403},
			absent: []string{"qumulo_restriper_"}, failed: true, said: []string{"get restriper status", "PRIVILEGE_CLUSTER_READ"},
		},
		"an error": {
			answers: status(`{}`), faults: map[string]int{restriperPath: 500}, absent: []string{"qumulo_restriper_"},
			failed: true, said: []string{"get restriper status", "500"},
		},
		"no such endpoint": {absent: []string{"qumulo_restriper_"}, unsupported: true},
	} {
		t.Run(name, func(t *testing.T) { c.check(t, "restriper") })
	}
}
