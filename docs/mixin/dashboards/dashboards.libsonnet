// The dashboards, one file each; the key is the name of the compiled file.
{
  local config = $._config.qumulo,
  local lib = {
    config: config,
    signals: (import '../lib/signals.libsonnet')(config),
    dashboard: (import '../lib/dashboard.libsonnet')(config),
    links: import '../lib/links.libsonnet',
    mappings: import '../lib/mappings.libsonnet',
  } + (import '../lib/panels.libsonnet')(config) + (import '../lib/table.libsonnet')(config),

  grafanaDashboards+:: {
    'qumulo-fleet.json': (import 'fleet.libsonnet')(lib),
    'qumulo-cluster.json': (import 'cluster.libsonnet')(lib),
    'qumulo-nodes.json': (import 'nodes.libsonnet')(lib),
    'qumulo-replication.json': (import 'replication.libsonnet')(lib),
    'qumulo-space.json': (import 'space.libsonnet')(lib),
    'qumulo-problems.json': (import 'problems.libsonnet')(lib),
    'qumulo-exporter.json': (import 'exporter.libsonnet')(lib),
  },
}
