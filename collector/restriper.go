package collector

import (
	"context"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	restriperState = states("qumulo_restriper_state",
		"Whether the restriper is in the state named by the label (1) or not (0), from /v1/cluster/protection/restriper/status.",
		words{known: []string{"not_started", "running", "finished"}}, "state")
	restriperPhase = states("qumulo_restriper_phase",
		"Whether the restriper runs in the phase named by the label (1) or not (0), from /v1/cluster/protection/restriper/status.",
		words{known: []string{"planning", "reprotect", "rebalance", "partitioned_rebalance", "transcode"}, idle: "idle"}, "phase")
	restriperBlocked = gauge("qumulo_restriper_blocked",
		"Whether the restriper could not do all its work (1) or nothing blocks it (0), from /v1/cluster/protection/restriper/status.")
	restriperBlockedInfo = info("qumulo_restriper_blocked_info",
		"What blocks the restriper, from /v1/cluster/protection/restriper/status; nothing while it is not blocked", "reason")
	restriperDataAtRisk = gauge("qumulo_restriper_data_at_risk",
		"Whether some data are not fully protected (1) or all are (0), from /v1/cluster/protection/restriper/status.")
	restriperElapsed = gauge("qumulo_restriper_phase_elapsed_seconds",
		"How long the present phase of the restriper has taken, in seconds, from /v1/cluster/protection/restriper/status; only while it runs.")
	restriperRatio = gauge("qumulo_restriper_phase_completion_ratio",
		"How much of the present phase of the restriper is done, 0 to 1, from /v1/cluster/protection/restriper/status; only while it runs.")
)

func restriper() Collector {
	return Collector{
		Name: "restriper", Help: "What the restriper does, and whether data are at risk.", Enabled: true,
		Cost: "nothing", Query: `qumulo_restriper_data_at_risk == 1`,
		Endpoints: []qumulo.Endpoint{qumulo.RestriperEndpoint, qumulo.RestriperV1Endpoint},
		Metrics: []*Metric{
			restriperState, restriperPhase, restriperBlocked, restriperBlockedInfo, restriperDataAtRisk, restriperElapsed, restriperRatio,
		},
		Read: readRestriper,
	}
}

func readRestriper(ctx context.Context, src *Source, out *Output) error {
	r, err := src.Restriper(ctx)
	if err != nil {
		return err
	}
	out.stateSet(restriperState, r.State)
	phase := r.Phase
	if phase == "" || r.State == qumulo.RestriperNotStarted || r.State == qumulo.RestriperFinished {
		phase = qumulo.Text(restriperPhase.Idle)
	}
	out.stateSet(restriperPhase, phase)
	out.flag(restriperBlocked, "blocked", r.Blocked)
	if blocked, _ := r.Blocked.Value(); blocked {
		out.Add(restriperBlockedInfo, 1, string(r.BlockedReason))
	}
	out.flag(restriperDataAtRisk, "data_at_risk", r.DataAtRisk)
	out.Facts.DataAtRisk, out.Facts.RiskKnown = r.DataAtRisk.Value()
	if r.State == qumulo.RestriperRunning { // else they are zeros that say nothing
		out.number(restriperElapsed, "elapsed_seconds", r.Elapsed)
		out.ratio(restriperRatio, "percent_complete", r.Percent)
	}
	return nil
}
