// Whether copies are made, of other clusters' data and of the past, and who is about to be unable to write.
function(lib)
  local s = lib.signals;
  local r = s.replication;
  local p = s.snapshotPolicies;
  local q = s.quotas;
  local cluster = { label: 'instance', name: 'Cluster', width: 80, links: lib.links.toDashboard('qumulo-cluster', 'Show the cluster') };
  lib.dashboard.dashboard({
    uid: 'qumulo-replication',
    title: 'Replication, snapshots and quotas',
    description: 'How far the copies at other clusters and in object stores are behind, whether policies take their snapshots, and how full quotas are.',
    variables: [lib.dashboard.variables.choice('top', 'Quotas', ['10', '20', '50', '100'])],
    rows: [
      {
        title: 'Now',
        panels: [
          lib.stat(r.relationships { w: 3 }),
          lib.stat(r.broken { w: 3 }),
          lib.stat(r.failed { w: 3 }),
          lib.stat(r.late { w: 3 }),
          lib.stat(r.running { w: 3 }),
          lib.stat(r.queued { w: 3, title: 'In the queue', query: 'sum(%s)' % super.query }),
          lib.stat(s.snapshots { w: 3, query: 'max(%s)' % super.query, title: 'Most snapshots' }),
          lib.stat(q.nearlyFull { w: 3 }),
        ],
      },
      {
        title: 'Replication',
        panels: [
          lib.table({
            title: 'Relationships, those furthest behind first',
            description: 'Each relationship as this cluster sees it: one between two clusters that are both watched has two rows. Worry about a last job that failed, about "Behind" above "May be", and about any state but established; a blackout, with the time until its end, explains why nothing is copied.',
            h: 11,
            sort: r.lag.name,
            hide: ['id'],
            noValue: 'none: there is no replication',
            columns: [
              cluster,
              { label: 'role', name: 'Role', width: 65 },
              { label: 'from', name: 'From' },
              { label: 'to', name: 'To' },
              { label: 'mode', name: 'Mode', width: 145, mappings: r.modeWords },
              r.names { hidden: true },
              r.state { hidden: true },
              { label: 'state', name: 'State', width: 130, cell: 'color', mappings: r.stateWords },
              r.enabled { width: 70 },
              r.lastJob { width: 75, noValue: '?' },
              r.lag { width: 80, noValue: 'no copy' },
              r.limit { width: 70 },
              r.lastTook { width: 70 },
              r.progress { cell: 'gauge', width: 100, noValue: 'no job' },
              r.runs { width: 75 },
              r.left { width: 85 },
              r.queue { width: 60 },
              r.blackout { width: 90, noValue: 'none' },
            ],
          }),
          lib.timeseries(r.behind { w: 24, h: 9 }),
          lib.timeseries(r.failing { w: 8 }),
          lib.timeseries(r.queues { w: 8 }),
          lib.timeseries(r.throughput { w: 8 }),
          lib.timeseries(r.bytes { w: 12 }),
          lib.timeseries(r.files { w: 12 }),
        ],
      },
      {
        title: 'Snapshots',
        panels: [
          lib.table({
            title: 'Snapshot policies, the latest ones first',
            description: 'Each policy with the age of its newest snapshot. "Late" is that age in units of the time between two snapshots of its schedule. Worry above 2: the policy does not take its snapshots, and what people delete can not be brought back.',
            w: 14,
            h: 9,
            sort: p.lateness.name,
            hide: ['policy_id'],
            noValue: 'none: there is no policy',
            columns: [
              cluster,
              { label: 'policy_name', name: 'Policy', width: 135 },
              { label: 'source_path', name: 'Directory' },
              p.names { hidden: true },
              p.enabled { width: 80 },
              p.newest { width: 90 },
              p.interval { width: 90 },
              p.lateness { width: 70 },
              p.oldest { width: 90 },
              p.ofPolicy { width: 95 },
            ],
          }),
          lib.timeseries(s.snapshotSpace { w: 10, h: 9 }),
          lib.timeseries(s.snapshots { w: 12, min: 0, decimals: 0 }),
          lib.timeseries(p.kinds { w: 12 }),
        ],
      },
      {
        title: 'Quotas',
        panels: [
          lib.table({
            title: 'Quotas, the fullest first',
            description: 'How full each quota is, how much it has grown within the time that the page shows, and when it is full if it continues at that rate. Worry above 95 %: its users are about to be unable to write.',
            w: 24,
            h: 11,
            sort: q.full.name,
            hide: ['id'],
            filterable: true,
            noValue: q.off,
            columns: [
              cluster,
              { label: 'path', name: 'Directory', width: 300 },
              q.full { cell: 'gauge', width: 260, noValue: 'limit 0' },
              q.used,
              q.limit,
              q.left,
              q.growth { width: 120 },
              q.untilFull { noValue: 'not filling' },
            ],
          }),
          lib.timeseries(q.fullest { w: 14 }),
          lib.bars(q.over { w: 7 }),
          lib.stat(q.omitted { w: 3, h: 8 }),
        ],
      },
    ],
  })
