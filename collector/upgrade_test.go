package collector_test

import (
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
)

const (
	upgradePath   = "/v3/upgrade/status"
	upgradeV2Path = "/v2/upgrade/status"
	blockedPath   = "/v2/upgrade/blocked"
	rebootPath    = "/v1/shutdown/reboot/status"
	planPath      = "/v1/cluster/node-replacement-plan/"
)

func upgradeIs(state string) testutil.Page {
	return oneOf("qumulo_upgrade_state{", "state", state, "idle", "preparing", "prepared", "committing", "committed", "rebooting")
}

func rebootIs(state string) testutil.Page {
	return oneOf("qumulo_reboot_state{", "state", state, "idle", "in_progress", "paused", "paused_due_to_error")
}

func TestUpgrade(t *testing.T) {
	const waiting, replacing = `qumulo_node_replacement_nodes{state="pending"}`, `qumulo_node_replacement_nodes{state="replacing"}`
	all := map[string]string{
		upgradePath: `{"state":"UPGRADE_STATE_IDLE","progress":null,"settings":null,"error_info":null}`,
		blockedPath: `{"is_blocked":false,"cluster_degraded":false,"blocked_reason":""}`,
		rebootPath:  `{"state":"REBOOT_IDLE","total_node_count":0,"rebooted_node_count":0}`,
		planPath:    `{"nodes_to_be_replaced":null,"nodes_currently_being_replaced":[]}`,
	}
	for name, c := range map[string]answersCase{
		"idle": {
			answers: all,
			want: pages(upgradeIs("idle"), rebootIs("idle"), testutil.Page{
				"qumulo_upgrade_failed": 0, "qumulo_upgrade_blocked": 0, "qumulo_reboot_nodes": 0, "qumulo_reboot_nodes_rebooted": 0, waiting: 0, replacing: 0,
			}),
			absent: []string{"qumulo_upgrade_progress_ratio", "qumulo_upgrade_target_info", "qumulo_upgrade_blocked_info"},
		},
		"busy": {
			answers: map[string]string{
				upgradePath: `{"state":"UPGRADE_STATE_PREPARING","progress":"50","settings":{"target_version":"Qumulo Core 7.9.0"},"error_info":"disk full"}`,
				blockedPath: `{"is_blocked":true,"blocked_reason":"degraded"}`,
				rebootPath:  `{"state":"REBOOT_PAUSED","total_node_count":4,"rebooted_node_count":"3"}`,
				planPath:    `{"nodes_to_be_replaced":[1,2],"nodes_currently_being_replaced":["3"]}`,
			},
			want: pages(upgradeIs("preparing"), rebootIs("paused"), testutil.Page{
				"qumulo_upgrade_failed": 1, "qumulo_upgrade_progress_ratio": 0.5, `qumulo_upgrade_target_info{version="7.9.0"}`: 1,
				"qumulo_upgrade_blocked": 1, `qumulo_upgrade_blocked_info{reason="degraded"}`: 1,
				"qumulo_reboot_nodes": 4, "qumulo_reboot_nodes_rebooted": 3, waiting: 2, replacing: 1,
			}),
		},
		"the target is left from an upgrade that is over": {
			answers: map[string]string{upgradePath: `{"state":"UPGRADE_STATE_IDLE","settings":{"target_version":"7.9.0"}}`},
			want:    upgradeIs("idle"), absent: []string{"qumulo_upgrade_target_info"},
		},
		"the older form, and its older words": {
			answers: map[string]string{upgradeV2Path: `{"state":"UPGRADE_PREPARED","progress":100,"settings":{"target_version":"6.1.0"}}`},
			want: pages(upgradeIs("prepared"), testutil.Page{
				"qumulo_upgrade_progress_ratio": 1, `qumulo_upgrade_target_info{version="6.1.0"}`: 1, "qumulo_upgrade_failed": 0,
			}),
			absent: []string{"qumulo_upgrade_blocked", "qumulo_reboot_", "qumulo_node_replacement_nodes"},
		},
		"a plan with one of its lists": {
			answers: map[string]string{planPath: `{"nodes_to_be_replaced":""}`}, want: testutil.Page{waiting: 0}, absent: []string{replacing},
		},
		"a plan without its lists": {answers: map[string]string{planPath: `{}`}, absent: []string{"qumulo_node_replacement_nodes"}},
		"the reboot alone": {
			answers: map[string]string{rebootPath: `{"state":"REBOOT_IN_PROGRESS"}`}, want: rebootIs("in_progress"),
			absent: []string{"qumulo_upgrade_", "qumulo_reboot_nodes", "qumulo_node_replacement_nodes"},
		},
		"one part forbidden": {
			answers: all, faults: map[string]int{rebootPath: 403},
			want:   pages(upgradeIs("idle"), testutil.Page{"qumulo_upgrade_blocked": 0, waiting: 0}),
			absent: []string{"qumulo_reboot_"},
			failed: true, said: []string{"no reboot status", "PRIVILEGE_REBOOT_READ"},
		},
		"the upgrade itself fails": {
			answers: all, faults: map[string]int{upgradePath: 500}, want: rebootIs("idle"), absent: []string{"qumulo_upgrade_state"},
			failed: true, said: []string{"no upgrade status", "500"},
		},
		"all forbidden": {
			answers: all, faults: map[string]int{upgradePath: 403, blockedPath: 403, rebootPath: 403, planPath: 403},
			absent: []string{"qumulo_upgrade_", "qumulo_reboot_", "qumulo_node_replacement"},
			failed: true, said: []string{"get upgrade status", "PRIVILEGE_UPGRADE_READ"},
		},
		"one forbidden, the others not there": {
			answers: map[string]string{planPath: `{}`}, faults: map[string]int{planPath: 403},
			absent: []string{"qumulo_upgrade_", "qumulo_reboot_", "qumulo_node_replacement"},
			failed: true, said: []string{"get node replacement plan", "PRIVILEGE_CLUSTER_READ"},
		},
		"nothing of it": {absent: []string{"qumulo_upgrade_", "qumulo_reboot_", "qumulo_node_replacement"}, unsupported: true},
		"words of a later release": {
			answers: map[string]string{upgradePath: `{"state":"UPGRADE_STATE_VERIFYING"}`, rebootPath: `{"state":"REBOOT_SOON"}`},
			want:    pages(upgradeIs("unknown"), rebootIs("unknown")), said: []string{"UPGRADE_STATE_VERIFYING", "REBOOT_SOON"},
		},
	} {
		t.Run(name, func(t *testing.T) { c.check(t, "upgrade") })
	}
}
