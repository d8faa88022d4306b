// The alerts by subject. Severity is what a person must do: critical, get up; warning, see to it in working hours; info,
// know of it.
{
  local config = $._config.qumulo,

  prometheusAlerts+:: {
    groups+: [
      (import 'reachability.libsonnet')(config),
      (import 'nodes.libsonnet')(config),
      (import 'capacity.libsonnet')(config),
      (import 'hardware.libsonnet')(config),
      (import 'network.libsonnet')(config),
      (import 'replication.libsonnet')(config),
      (import 'snapshots.libsonnet')(config),
      (import 'services.libsonnet')(config),
      (import 'expiry.libsonnet')(config),
      (import 'upgrade.libsonnet')(config),
      (import 'clients.libsonnet')(config),
      (import 'exporter.libsonnet')(config),
    ],
  },
}
