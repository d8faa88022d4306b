package qumulo

import (
	"context"
	"strings"
)

const upgradeRead = "PRIVILEGE_UPGRADE_READ"

// UpgradeEndpoint says how far an upgrade is.
var UpgradeEndpoint = Endpoint{Name: "get upgrade status", Path: "/v3/upgrade/status", Privilege: upgradeRead, Since: "5.1.5"}

// UpgradeV2Endpoint is its older form, deprecated since 5.1.5.
var UpgradeV2Endpoint = Endpoint{Name: "get upgrade status v2", Path: "/v2/upgrade/status", Privilege: upgradeRead}

// UpgradeBlockedEndpoint says whether an upgrade could begin.
var UpgradeBlockedEndpoint = Endpoint{Name: "get upgrade blocked", Path: "/v2/upgrade/blocked", Privilege: upgradeRead, Since: "6.1.1"}

// RebootEndpoint says how far a reboot of the cluster is.
var RebootEndpoint = Endpoint{Name: "get reboot status", Path: "/v1/shutdown/reboot/status", Privilege: "PRIVILEGE_REBOOT_READ"}

// ReplacementPlanEndpoint says which nodes are to be replaced.
var ReplacementPlanEndpoint = Endpoint{
	Name: "get node replacement plan", Path: "/v1/cluster/node-replacement-plan/", Privilege: "PRIVILEGE_CLUSTER_READ", Since: "6.1.2",
}

// Upgrade is how far an upgrade is.
type Upgrade struct {
	State     Text                    `json:"state"`      // UPGRADE_STATE_IDLE, PREPARING, PREPARED, COMMITTING, COMMITTED, REBOOTING
	Progress  Number                  `json:"progress"`   // percent; null unless something is prepared
	Settings  Object[UpgradeSettings] `json:"settings"`   // null while idle
	ErrorInfo Text                    `json:"error_info"` // null unless it failed
}

// UpgradeSettings are what an upgrade was asked for.
type UpgradeSettings struct {
	TargetVersion Text `json:"target_version"`
}

// Upgrade asks how far an upgrade is: GET /v3/upgrade/status, since 5.1.5, or its older form, GET
// /v2/upgrade/status. Words without STATE_ in them, which older releases send, get it.
func (c *Client) Upgrade(ctx context.Context) (Upgrade, error) {
	form := func(e Endpoint) func(context.Context) (Upgrade, error) {
		return func(ctx context.Context) (Upgrade, error) { return getObject[Upgrade](ctx, c, e) }
	}
	u, err := firstSupported(ctx, form(UpgradeEndpoint), form(UpgradeV2Endpoint))
	if bare, ok := strings.CutPrefix(string(u.State), "UPGRADE_"); ok && !strings.HasPrefix(bare, "STATE_") {
		u.State = Text("UPGRADE_STATE_" + bare)
	}
	return u, err
}

// UpgradeBlocked is whether something keeps an upgrade from beginning.
type UpgradeBlocked struct {
	Blocked Bool `json:"is_blocked"`
	Reason  Text `json:"blocked_reason"`
}

// UpgradeBlocked asks whether an upgrade could begin: GET /v2/upgrade/blocked, since 6.1.1.
func (c *Client) UpgradeBlocked(ctx context.Context) (UpgradeBlocked, error) {
	return getObject[UpgradeBlocked](ctx, c, UpgradeBlockedEndpoint)
}

// Reboot is how far a reboot of the cluster is.
type Reboot struct {
	State    Text   `json:"state"` // REBOOT_IDLE, IN_PROGRESS, PAUSED, PAUSED_DUE_TO_ERROR
	Nodes    Number `json:"total_node_count"`
	Rebooted Number `json:"rebooted_node_count"`
}

// Reboot asks how far a reboot is: GET /v1/shutdown/reboot/status.
func (c *Client) Reboot(ctx context.Context) (Reboot, error) {
	return getObject[Reboot](ctx, c, RebootEndpoint)
}

// ReplacementPlan is which nodes are to be replaced.
type ReplacementPlan struct {
	Pending   PlannedNodes `json:"nodes_to_be_replaced"`
	Replacing PlannedNodes `json:"nodes_currently_being_replaced"`
}

// PlannedNodes are the ids of nodes. Here null says that there are none; nil: not sent.
type PlannedNodes []Text

// UnmarshalJSON takes a list, null and "".
func (p *PlannedNodes) UnmarshalJSON(data []byte) error {
	var ids Values[Text]
	err := ids.UnmarshalJSON(data)
	*p = append(PlannedNodes{}, ids...)
	return err
}

// ReplacementPlan asks which nodes are to be replaced: GET /v1/cluster/node-replacement-plan/,
// since 6.1.2.
func (c *Client) ReplacementPlan(ctx context.Context) (ReplacementPlan, error) {
	return getObject[ReplacementPlan](ctx, c, ReplacementPlanEndpoint)
}
