package qumulo

import "context"

// RestriperEndpoint says what the restriper does.
var RestriperEndpoint = Endpoint{
	Name: "get restriper status", Path: "/v1/cluster/protection/restriper/status", Privilege: "PRIVILEGE_CLUSTER_READ", Since: "5.3.4",
}

// RestriperV1Endpoint is its older form, deprecated since 5.3.4.
var RestriperV1Endpoint = Endpoint{Name: "get restriper status v1", Path: "/v1/cluster/restriper/status", Privilege: "PRIVILEGE_CLUSTER_READ"}

// The states of the restriper.
const (
	RestriperNotStarted Text = "NOT_STARTED"
	RestriperRunning    Text = "RUNNING"
	RestriperFinished   Text = "FINISHED"
)

// Restriper is what the restriper does. The last three are of the present phase: they mean
// something while the state is RestriperRunning only.
type Restriper struct {
	State Text `json:"state"`
	// Blocked: it has finished and could not do all its work.
	Blocked       Bool   `json:"-"`
	BlockedReason Text   `json:"blocked_reason"` // "" unless blocked
	DataAtRisk    Bool   `json:"data_at_risk"`   // some data are not fully protected
	Phase         Text   `json:"phase"`          // PLANNING, REPROTECT, REBALANCE, PARTITIONED_REBALANCE, TRANSCODE
	Elapsed       Number `json:"elapsed_seconds"`
	Percent       Number `json:"percent_complete"`
}

// Restriper asks what the restriper does: GET /v1/cluster/protection/restriper/status, since 5.3.4,
// or its older form, GET /v1/cluster/restriper/status.
func (c *Client) Restriper(ctx context.Context) (Restriper, error) {
	return firstSupported(ctx, c.restriper, c.restriperV1)
}

func (c *Client) restriper(ctx context.Context) (Restriper, error) {
	r, err := getObject[Restriper](ctx, c, RestriperEndpoint)
	if r.State != "" || r.BlockedReason != "" {
		r.Blocked = BoolOf(r.BlockedReason != "")
	}
	return r, err
}

// restriperV1 translates the older form, which has the state in a field status.
func (c *Client) restriperV1(ctx context.Context) (Restriper, error) {
	old, err := getObject[struct {
		Restriper

		Status Text `json:"status"`
	}](ctx, c, RestriperV1Endpoint)
	r := old.Restriper
	r.State = old.Status
	if old.Status != "" {
		r.Blocked = BoolOf(old.Status == "BLOCKED")
	}
	switch old.Status {
	case "NOT_RUNNING":
		r.State = RestriperNotStarted
	case "BLOCKED":
		r.State = RestriperFinished
	}
	return r, err
}
