// The exporter itself. Its series have the exporter's instance, and the cluster as target.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-exporter',
    rules: [
      r.alert(
        'QumuloExporterReloadFailed',
        'warning',
        'qumulo_exporter_config_last_reload_successful{#} == 0',
        '10m',
        'Qumulo exporter {{ $labels.instance }}: the last reload of its configuration failed',
        |||
          The exporter {{ $labels.instance }} found its configuration faulty at the last reload and keeps the earlier one. If it
          restarts, it does not start again.
        |||
      ),
      // While a session token is still good, a rejected login shows nowhere else. Once it isn't, QumuloCredentialsRejected
      // says it of the cluster, whose instance is our target, or which is on the same page.
      r.alert(
        'QumuloExporterLoginPaused',
        'warning',
        |||
          qumulo_exporter_login_paused{#} == 1
          unless on (target) label_join(qumulo_credentials_accepted{#} == 0, "target", "", "instance")
          unless on (%s) qumulo_credentials_accepted{#} == 0
        ||| % std.join(', ', r.target),
        '5m',
        'Qumulo exporter {{ $labels.instance }}: logins to the cluster {{ $labels.target }} are paused',
        |||
          The cluster {{ $labels.target }} has rejected a login of the exporter {{ $labels.instance }}. The session token at hand still works; when
          it ends, the cluster is not monitored any more.
        |||
      ),
      r.alert(
        'QumuloExporterFailingOver',
        'info',
        'increase(qumulo_exporter_address_failovers_total{#}[1h]) > 3',
        '15m',
        'Qumulo exporter {{ $labels.instance }}: the addresses of the cluster {{ $labels.target }} fail in turn',
        |||
          Within an hour the exporter {{ $labels.instance }} has failed over to another address of the cluster {{ $labels.target }}
          {{ $value | humanize }} times.
        |||
      ),
      r.alert(
        'QumuloExporterFamiliesDropped',
        'info',
        'increase(qumulo_exporter_dropped_families_total{#}[1h]) > 0',
        '1h',
        'Qumulo exporter {{ $labels.instance }}: metrics of the cluster {{ $labels.target }} are left out',
        |||
          The cluster {{ $labels.target }} has metrics of its own whose names the exporter {{ $labels.instance }} uses for others, and which it leaves
          out.
        |||
      ),
    ],
  }
