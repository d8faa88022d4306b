// One row a cluster, the most urgent first.
function(lib)
  local s = lib.signals;
  local whole(signal) = signal { query: 'sum(%s)' % super.query, w: 4 };
  lib.dashboard.dashboard({
    uid: 'qumulo-fleet',
    title: 'Fleet',
    description: 'All Qumulo clusters, the most urgent first. Click a cluster to see it by itself.',
    rows: [
      {
        title: 'Now',
        panels: [
          lib.stat(s.clusters { w: 3 }),
          lib.stat(s.unreachable { w: 3 }),
          lib.stat(whole(s.nodesOffline) { w: 3 }),
          lib.stat(whole(s.drivesUnhealthy) { w: 3 }),
          lib.stat(whole(s.dataAtRisk) { w: 3, mappings: [] }),
          lib.stat(s.alertsOf.all { w: 3 }),
          lib.stat(whole(s.size) { w: 3 }),
          lib.stat(whole(s.free) { w: 3 }),
        ],
      },
      {
        title: 'Clusters',
        panels: [
          lib.table({
            title: 'Clusters, the most urgent first',
            description: 'One row a cluster. "Trouble" names the worst thing that is wrong with it, and Urgency says how bad that is (0: nothing). Start with the row on top; the name leads to the page of the cluster, the last column to its own Web UI.',
            h: 9,
            sort: s.urgency.name,
            columns: [
              { label: 'instance', name: 'Cluster', links: lib.links.toDashboard('qumulo-cluster', 'Show the cluster'), width: 100 },
              s.urgency { cell: 'fill', width: 90 },
              { label: 'trouble', name: 'Trouble', width: 155 },
              s.up { width: 85 },
              s.release { hidden: true },
              { label: 'version', name: 'Release', width: 75, noValue: '?' },
              s.nodesOnline { width: 105 },
              s.nodes { width: 65 },
              s.usedRatio { cell: 'gauge', width: 125 },
              s.untilFull { width: 105, noValue: '–' },
              s.failuresLeft { width: 80 },
              s.dataAtRisk { width: 95 },
              s.replicationBehind { name: 'Behind', width: 90 },
              s.alertsFiring { width: 65 },
              s.linksDown { width: 90 },
              s.webUI { hidden: true },
              { label: 'url', name: 'Web UI', links: lib.links.toValue('Open the Web UI') },
            ],
          }),
        ],
      },
      {
        title: 'Capacity and load',
        panels: [
          lib.timeseries(s.usedRatio { title: 'Used capacity' }),
          lib.bars(s.untilFull {
            title: 'Full in, the first to fill on top',
            query: 'sort(%s)' % super.query,
          }),
          lib.timeseries(s.throughput),
          lib.timeseries(s.operations),
        ],
      },
      {
        title: 'Alerts',
        panels: [
          lib.table({
            title: 'Firing alerts',
            description: 'The alerts of this exporter that are firing, by severity. Worry about critical ones now and about warnings today.',
            sort: s.alertSeverity.name,
            columns: [
              { label: 'instance', name: 'Cluster', links: lib.links.toDashboard('qumulo-cluster', 'Show the cluster'), width: 200 },
              s.alertSeverity { width: 150 },
              { label: 'alertname', name: 'Alert' },
            ],
          }),
        ],
      },
    ],
  })
