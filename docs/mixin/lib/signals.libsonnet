// A signal is one thing that is measured: its name, what it means and when to worry, its unit, query, words for its values
// and the values where its colour changes. It is written once and shown as a figure, as a course or as a column of a table.
function(config)
  (import 'signals/clusters.libsonnet')(config) +
  (import 'signals/capacity.libsonnet')(config) +
  (import 'signals/load.libsonnet')(config) +
  (import 'signals/protection.libsonnet')(config) +
  (import 'signals/clients.libsonnet')(config) +
  (import 'signals/network.libsonnet')(config) +
  (import 'signals/services.libsonnet')(config) +
  (import 'signals/hardware.libsonnet')(config) +
  (import 'signals/replication.libsonnet')(config) +
  (import 'signals/snapshots.libsonnet')(config) +
  (import 'signals/quotas.libsonnet')(config) +
  (import 'signals/space.libsonnet')(config) +
  (import 'signals/problems.libsonnet')(config) +
  (import 'signals/serviceproblems.libsonnet')(config) +
  (import 'signals/exporter.libsonnet')(config)
