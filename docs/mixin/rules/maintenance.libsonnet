// Whether an upgrade or a reboot takes nodes down. Half an hour longer than the cluster says so, since its state is not to be
// seen while it is down. What can last for days is no maintenance, or it would mute the loss of a node for as long: a reboot
// that is paused, by a person or an error, an upgrade that is being prepared, one of both that is stuck, and nodes that are being
// replaced.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  // moving is a state that was there within half an hour, and has not been there for all of the hours that it may last.
  local moving(metric, states) = std.rstripChars(|||
    (
      max_over_time(%(metric)s{#state%(states)s}[30m])
      unless (
        min_over_time(%(metric)s{#}[%(hours)dh]) == 1
        and %(metric)s{#} offset %(before)dh == 1
      )
    )
  |||, '\n') % { metric: metric, states: states, hours: config.upgradeHours, before: config.upgradeHours - 1 };
  {
    name: 'qumulo-maintenance.rules',
    rules: [
      r.record('instance:qumulo_maintenance:active', 'max without (state) (\n%s\nor\n%s\n)' % [
        moving('qumulo_upgrade_state', '=~"committing|committed|rebooting"'),
        moving('qumulo_reboot_state', '="in_progress"'),
      ]),
    ],
  }
