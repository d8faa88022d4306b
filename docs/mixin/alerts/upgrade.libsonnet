// Upgrades and reboots that need a person. A normal upgrade raises none of these.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  // lasts is a state that has been there for as many hours as it may.
  local lasts(metric, states) = |||
    min_over_time(%(metric)s{#state%(states)s}[%(hours)dh]) == 1
    and %(metric)s{#} offset %(before)dh == 1
  ||| % { metric: metric, states: states, hours: config.upgradeHours, before: config.upgradeHours - 1 };
  local rebooted =
    r.value('qumulo_reboot_nodes_rebooted{@}', 'humanize', before=', after ')
    + r.value('qumulo_reboot_nodes{@}', 'humanize', before=' of ', after=' nodes');
  local target = r.about('version', 'qumulo_upgrade_target_info{@}', before=' to ');
  {
    name: 'qumulo-upgrade',
    rules: [
      r.alert(
        'QumuloUpgradeFailed',
        'warning',
        'qumulo_upgrade_failed{#} == 1',
        '5m',
        'Qumulo cluster {{ $labels.instance }}: the upgrade%s failed' % target,
        |||
          The upgrade of {{ $labels.instance }}%s has failed; the cluster runs %s.
        ||| % [target, r.about('version', 'qumulo_version_info{@}')]
      ),
      r.alert(
        'QumuloUpgradeStuck',
        'warning',
        lasts('qumulo_upgrade_state', '=~"preparing|committing|committed|rebooting"'),
        '5m',
        'Qumulo cluster {{ $labels.instance }}: the upgrade%s has been {{ $labels.state }} for %d hours' % [target, config.upgradeHours],
        |||
          The upgrade of {{ $labels.instance }}%s has been in the state {{ $labels.state }} for %d hours%s.
        ||| % [target, config.upgradeHours, r.value('qumulo_upgrade_progress_ratio{@}', 'humanizePercentage', before=', ', after=' done')]
      ),
      r.alert(
        'QumuloUpgradeBlocked',
        'info',
        'qumulo_upgrade_blocked{#} == 1',
        '1h',
        'Qumulo cluster {{ $labels.instance }} can not be upgraded at present',
        |||
          Something has kept {{ $labels.instance }} from being upgraded for an hour%s.
        ||| % r.about('reason', 'qumulo_upgrade_blocked_info{@}', before=': ')
      ),
      r.alert(
        'QumuloRebootPaused',
        'warning',
        'qumulo_reboot_state{#state="paused_due_to_error"} == 1',
        '5m',
        'Qumulo cluster {{ $labels.instance }}: the reboot has paused by an error',
        |||
          The rolling reboot of {{ $labels.instance }} has been paused by an error for five minutes%s. It continues when somebody resumes it.
        ||| % rebooted
      ),
      r.alert(
        'QumuloRebootStuck',
        'warning',
        lasts('qumulo_reboot_state', '="in_progress"'),
        '5m',
        'Qumulo cluster {{ $labels.instance }}: the rolling reboot has been in progress for %d hours' % config.upgradeHours,
        |||
          The rolling reboot of {{ $labels.instance }} has been in progress for %d hours%s.
        ||| % [config.upgradeHours, rebooted]
      ),
    ],
  }
