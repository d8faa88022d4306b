// A signal is one thing that is measured: its name, what it means and when to worry, its unit, query, words for its values
// and the values where its colour changes. It is written once and shown as a figure, as a course or as a column of a table.
function(config)
  std.foldl(
    function(all, subject)
      local more = subject(config);
      local twice = std.setInter(std.objectFields(all), std.objectFields(more));
      assert twice == [] : 'two signals have one name: ' + std.join(', ', twice);
      all + more,
    [
      import 'signals/capacity.libsonnet',
      import 'signals/clients.libsonnet',
      import 'signals/clusters.libsonnet',
      import 'signals/exporter.libsonnet',
      import 'signals/hardware.libsonnet',
      import 'signals/identity.libsonnet',
      import 'signals/load.libsonnet',
      import 'signals/network.libsonnet',
      import 'signals/portals.libsonnet',
      import 'signals/problems.libsonnet',
      import 'signals/protection.libsonnet',
      import 'signals/quotas.libsonnet',
      import 'signals/replication.libsonnet',
      import 'signals/serviceproblems.libsonnet',
      import 'signals/services.libsonnet',
      import 'signals/snapshots.libsonnet',
      import 'signals/space.libsonnet',
    ],
    {}
  )
