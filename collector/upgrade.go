package collector

import (
	"context"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	upgradeState = states("qumulo_upgrade_state",
		"Whether the upgrade of Qumulo Core is in the state named by the label (1) or not (0), from /v3/upgrade/status.",
		words{known: []string{"idle", "preparing", "prepared", "committing", "committed", "rebooting"}, prefix: "UPGRADE_STATE_"}, "state")
	upgradeProgress = gauge("qumulo_upgrade_progress_ratio", "How much of the present step of the upgrade is done, 0 to 1, from /v3/upgrade/status.")
	upgradeTarget   = info("qumulo_upgrade_target_info",
		"The release that the cluster is being upgraded to, from /v3/upgrade/status; nothing while it is idle", "version")
	upgradeFailed      = gauge("qumulo_upgrade_failed", "Whether the upgrade failed (1) or not (0), from /v3/upgrade/status.")
	upgradeBlocked     = gauge("qumulo_upgrade_blocked", "Whether something keeps an upgrade from beginning (1) or not (0), from /v2/upgrade/blocked.")
	upgradeBlockedInfo = info("qumulo_upgrade_blocked_info",
		"What keeps an upgrade from beginning, from /v2/upgrade/blocked; nothing while it is not blocked", "reason")
	rebootState = states("qumulo_reboot_state",
		"Whether the reboot of the cluster is in the state named by the label (1) or not (0), from /v1/shutdown/reboot/status.",
		words{known: []string{"idle", "in_progress", "paused", "paused_due_to_error"}, prefix: "REBOOT_"}, "state")
	rebootNodes      = gauge("qumulo_reboot_nodes", "How many nodes the reboot is of, from /v1/shutdown/reboot/status.")
	rebootRebooted   = gauge("qumulo_reboot_nodes_rebooted", "How many nodes have been rebooted, from /v1/shutdown/reboot/status.")
	replacementNodes = gauge("qumulo_node_replacement_nodes",
		"How many nodes wait to be replaced or are being replaced, from /v1/cluster/node-replacement-plan/.", "state")
)

func upgrade() Collector {
	return Collector{
		Name: "upgrade", Help: "Upgrades, reboots and replacements of nodes.", Enabled: true,
		Cost: "nothing", Query: `qumulo_reboot_state{state="paused_due_to_error"} == 1`,
		Endpoints: []qumulo.Endpoint{
			qumulo.UpgradeEndpoint, qumulo.UpgradeV2Endpoint, qumulo.UpgradeBlockedEndpoint, qumulo.RebootEndpoint, qumulo.ReplacementPlanEndpoint,
		},
		Metrics: []*Metric{
			upgradeState, upgradeProgress, upgradeTarget, upgradeFailed, upgradeBlocked, upgradeBlockedInfo, rebootState, rebootNodes,
			rebootRebooted, replacementNodes,
		},
		Read: readUpgrade,
	}
}

// readUpgrade reads four things, each of which a release may not have.
func readUpgrade(ctx context.Context, src *Source, out *Output) error {
	waitBlocked := async(src, func() (qumulo.UpgradeBlocked, error) { return src.UpgradeBlocked(ctx) })
	waitReboot := async(src, func() (qumulo.Reboot, error) { return src.Reboot(ctx) })
	waitPlan := async(src, func() (qumulo.ReplacementPlan, error) { return src.ReplacementPlan(ctx) })
	status, statusErr := src.Upgrade(ctx)
	blocked, blockedErr := waitBlocked()
	reboot, rebootErr := waitReboot()
	plan, planErr := waitPlan()
	if err := noneRead(statusErr, blockedErr, rebootErr, planErr); err != nil {
		return err
	}
	if out.Part("no upgrade status", statusErr) {
		addUpgrade(out, status)
	}
	if out.Part("not known whether an upgrade is blocked", blockedErr) {
		out.flag(upgradeBlocked, "is_blocked", blocked.Blocked)
		if is, _ := blocked.Blocked.Value(); is {
			out.Add(upgradeBlockedInfo, 1, string(blocked.Reason))
		}
	}
	if out.Part("no reboot status", rebootErr) {
		out.stateSet(rebootState, reboot.State)
		out.number(rebootNodes, "total_node_count", reboot.Nodes)
		out.number(rebootRebooted, "rebooted_node_count", reboot.Rebooted)
	}
	if out.Part("no node replacement plan", planErr) {
		addPlannedNodes(out, plan.Pending, "pending")
		addPlannedNodes(out, plan.Replacing, "replacing")
	}
	return nil
}

func addPlannedNodes(out *Output, nodes qumulo.PlannedNodes, state string) {
	if nodes != nil {
		out.Add(replacementNodes, float64(len(nodes)), state)
	}
}

func addUpgrade(out *Output, u qumulo.Upgrade) {
	state := out.stateSet(upgradeState, u.State)
	out.ratio(upgradeProgress, "progress", u.Progress)
	settings, _ := u.Settings.Value()
	if target := (qumulo.Version{RevisionID: settings.TargetVersion}).Release(); state != "idle" && target != "" {
		out.Add(upgradeTarget, 1, target)
	}
	out.Add(upgradeFailed, Boolean(u.ErrorInfo != ""))
}
