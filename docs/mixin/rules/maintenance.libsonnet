// Whether an upgrade or a reboot takes nodes down. Half an hour longer than the cluster says so, since its state is not to be
// seen while it is down. What can last for days is no maintenance, or it would mute the loss of a node for as long: a reboot
// that is paused, by a person or an error, an upgrade that is being prepared or is stuck, and nodes that are being replaced.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-maintenance.rules',
    rules: [
      r.record('instance:qumulo_maintenance:active', |||
        max without (state) (
          (
            max_over_time(qumulo_upgrade_state{#state=~"committing|committed|rebooting"}[30m])
            unless (
              min_over_time(qumulo_upgrade_state{#}[%(hours)dh]) == 1
              and qumulo_upgrade_state{#} offset %(before)dh == 1
            )
          )
          or
          max_over_time(qumulo_reboot_state{#state="in_progress"}[30m])
        )
      ||| % { hours: config.upgradeHours, before: config.upgradeHours - 1 }),
    ],
  }
