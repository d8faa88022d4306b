// Nodes, protection of data and the restriper.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-nodes',
    rules: [
      r.alert(
        'QumuloNodeOffline',
        'critical',
        |||
          max without (status) (qumulo_node_status{#status!="online"}) == 1
            unless ignoring (node_id) instance:qumulo_maintenance:active{#} == 1
        |||,
        '5m',
        'Qumulo cluster {{ $labels.instance }}: %s is offline' % r.node,
        |||
          %s of {{ $labels.instance }} has not been online for five minutes%s%s. Clients that were connected to it have moved or failed, and
          the cluster survives fewer failures.
        ||| % [
          std.strReplace(r.node, 'node ', 'Node '),
          r.about('model_number', 'qumulo_cluster_node_info{@}', ['node_id'], '; it is a '),
          r.about('serial_number', 'qumulo_cluster_node_info{@}', ['node_id'], ', serial number '),
        ]
      ),
      r.alert(
        'QumuloNoFailureLeft',
        'critical',
        |||
          (qumulo_protection_remaining_failures{#component="drive"} == 0)
            and (
              qumulo_protection_max_failures{#component="drive"} > 0
              or
              max_over_time(qumulo_protection_remaining_failures{#component="drive"}[7d]) > 0
            )
            unless ignoring (component) instance:qumulo_maintenance:active{#} == 1
        |||,
        '5m',
        'Qumulo cluster {{ $labels.instance }}: one more failed drive loses data',
        |||
          {{ $labels.instance }} survives no further failure of a drive. This holds until the restriper has protected the data anew or
          what failed is back.
        |||,
        keep='15m'  // as those of drives, which it mutes
      ),
      // Object-backed clusters tell no maximum: they are compared with their own week.
      r.alert(
        'QumuloProtectionReduced',
        'warning',
        |||
          qumulo_protection_remaining_failures{#}
            < (
              qumulo_protection_max_failures{#}
              or
              max_over_time(qumulo_protection_remaining_failures{#}[7d])
            )
            unless ignoring (component) instance:qumulo_maintenance:active{#} == 1
        |||,
        '15m',
        'Qumulo cluster {{ $labels.instance }} survives fewer failures than it should ({{ $labels.component | reReplaceAll "_" " " }}: {{ $value }} left)',
        |||
          {{ $labels.instance }} has survived fewer failures of a {{ $labels.component | reReplaceAll "_" " " }} than it should for fifteen
          minutes: {{ $value }} are left.
        |||
      ),
      // True during every rebuild, so a warning; nobody needs to get up while the restriper works on it.
      r.alert(
        'QumuloDataAtRisk',
        'warning',
        'qumulo_restriper_data_at_risk{#} == 1 unless instance:qumulo_maintenance:active{#} == 1',
        '15m',
        'Qumulo cluster {{ $labels.instance }}: some data are not fully protected',
        |||
          Some data of {{ $labels.instance }} have not been fully protected for fifteen minutes. The restriper repairs this as long as it
          runs.
        |||
      ),
      r.alert(
        'QumuloDataAtRiskNotRepaired',
        'critical',
        |||
          qumulo_restriper_data_at_risk{#} == 1
            unless ignoring (state) qumulo_restriper_state{#state="running"} == 1
            unless ignoring (node_id, status) qumulo_node_status{#status!="online"} == 1
            unless instance:qumulo_maintenance:active{#} == 1
        |||,
        '15m',
        'Qumulo cluster {{ $labels.instance }}: data are at risk and nothing repairs them',
        |||
          Some data of {{ $labels.instance }} have not been fully protected for fifteen minutes, all nodes are online, and the restriper does
          not run%s.
        ||| % r.about('reason', 'qumulo_restriper_blocked_info{@}', before=': ')
      ),
      r.alert(
        'QumuloRestriperBlocked',
        'warning',
        'qumulo_restriper_blocked{#} == 1 unless instance:qumulo_maintenance:active{#} == 1',
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the restriper is blocked',
        |||
          The restriper of {{ $labels.instance }} has not been able to do all its work for fifteen minutes%s.
        ||| % r.about('reason', 'qumulo_restriper_blocked_info{@}', before='; the cluster says: ')
      ),
      r.alert(
        'QumuloRestriperRunningLong',
        'info',
        |||
          min_over_time(qumulo_restriper_state{#state="running"}[%(hours)dh]) == 1
            and qumulo_restriper_state{#state="running"} offset %(before)dh == 1
        ||| % { hours: config.restriperHours, before: config.restriperHours - 1 },
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the restriper has run for more than %d hours' % config.restriperHours,
        |||
          The restriper of {{ $labels.instance }} has run without a pause for more than %d hours%s.
        ||| % [
          config.restriperHours,
          r.value('qumulo_restriper_phase_completion_ratio{@}', 'humanizePercentage', before='; the present phase is ', after=' done'),
        ]
      ),
    ],
  }
