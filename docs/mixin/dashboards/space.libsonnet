// Who uses the space. Fit for people who don't look after the cluster: no parts, no addresses.
function(lib)
  local s = lib.signals;
  local p = s.space;
  local q = s.quotas;
  local cluster = { label: 'instance', name: 'Cluster', width: 130 };
  lib.dashboard.dashboard({
    uid: 'qumulo-space',
    title: 'Space',
    description: 'Who uses the space, and what grows. "Growth" is that of the time that the page shows: choose it at the top right. "Show" is how many of the largest are shown.',
    variables: [lib.dashboard.variables.choice('top', 'Show', ['10', '5', '20', '50'])],
    rows: [
      {
        title: 'All space',
        panels: [
          lib.stat(p.ratio),
          lib.stat(p.size),
          lib.stat(p.used { title: 'Used space' }),
          lib.stat(p.free),
          lib.stat(p.snapshots),
          lib.stat(p.firstFull),
          lib.timeseries(p.composition { w: 10, h: 9 }),
          lib.table({
            title: 'Clusters',
            description: 'How much each cluster holds, and how much it has grown by its own daily record; a minus means that more was deleted than written. Worry when "Full in" is shorter than it takes to tidy up or to buy more.',
            w: 14,
            h: 9,
            sort: s.usedRatio.name,
            columns: [
              cluster { width: 80 },
              s.usedRatio { cell: 'gauge', width: 135 },
              p.clusterSize { width: 80 },
              p.clusterFree { width: 80 },
              p.clusterSnapshots { width: 105 },
              p.grownIn('In a day', '1d') { width: 90 },
              p.grownIn('In a week', '7d') { width: 95 },
              p.grownIn('In a month', '30d') { width: 105 },
              s.untilFull { width: 110 },
            ],
          }),
        ],
      },
      {
        title: 'Kinds of data',
        panels: [
          lib.timeseries(p.usage { w: 12, h: 7 }),
          lib.timeseries(p.tree { w: 12, h: 7 }),
        ],
      },
      {
        title: 'What comes back by itself',
        panels: [
          lib.timeseries(s.snapshotSpace { w: 12, h: 7, min: 0 }),
          lib.timeseries(p.deletes { w: 12, h: 7 }),
        ],
      },
      {
        title: 'Directories',
        panels: [
          lib.bars(p.largestDirectories),
          lib.bars(p.growingDirectories),
          lib.table({
            title: 'Directories, the largest first',
            description: 'The directories that were chosen for the exporter, with all below them and without snapshots. Worry about one that grows faster than its owners know; one with very many small files takes long to copy and to delete.',
            w: 14,
            h: 9,
            sort: p.capacity.name,
            noValue: p.off,
            columns: [
              cluster { width: 80 },
              { label: 'path', name: 'Directory' },
              p.capacity { width: 80 },
              p.share { cell: 'gauge', width: 120 },
              p.growth { width: 80 },
              p.files { width: 80 },
              p.folders { width: 80 },
              p.fileSize { width: 85 },
              p.streams { width: 125 },
            ],
          }),
          lib.timeseries(p.directories { w: 10, h: 9 }),
        ],
      },
      {
        title: 'Quotas',
        panels: [
          lib.bars(p.largestQuotas { h: 12 }),
          lib.bars(p.growingQuotas { h: 12 }),
          lib.table({
            title: 'Quotas, the fullest first',
            description: 'What each directory with a quota uses of what it may. Worry when little is left: at the limit its users can not write. Delete what nobody needs, or ask for more.',
            w: 14,
            h: 10,
            sort: q.full.name,
            hide: ['id'],
            noValue: q.off,
            filterable: true,
            columns: [
              cluster { width: 95 },
              { label: 'path', name: 'Directory' },
              q.full { cell: 'gauge', width: 180, noValue: 'limit 0' },
              q.used { width: 85 },
              q.limit { width: 85 },
              q.left { width: 85 },
              q.growth { width: 85 },
              q.untilFull { width: 100, noValue: 'not filling' },
            ],
          }),
          lib.timeseries(p.quotas { w: 10, h: 10 }),
        ],
      },
    ],
  })
