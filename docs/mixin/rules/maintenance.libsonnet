// Whether people work on the cluster: an upgrade, a reboot, or a node that is being replaced. Half an hour longer than the
// cluster says so, since its state is not to be seen while it is down. A reboot that paused by an error is no maintenance.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-maintenance.rules',
    rules: [
      r.record('instance:qumulo_maintenance:active', |||
        max without (state) (
          max_over_time(qumulo_upgrade_state{#state=~"committing|committed|rebooting"}[30m])
          or
          max_over_time(qumulo_reboot_state{#state=~"in_progress|paused"}[30m])
          or
          max_over_time(qumulo_node_replacement_nodes{#state="replacing"}[30m])
        ) > bool 0
      |||),
    ],
  }
