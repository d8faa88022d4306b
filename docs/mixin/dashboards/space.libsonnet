// Who uses the space: for all who use it, not only for administrators.
function(lib)
  local s = lib.signals;
  local cluster = { label: 'instance', name: 'Cluster', width: 120 };
  lib.dashboard.dashboard({
    uid: 'qumulo-space',
    title: 'Space',
    description: 'Who uses the space of the Qumulo clusters: directories, quotas and snapshots, and how fast they grow. It shows nothing that only administrators should see.',
    variables: [lib.dashboard.variables.choice('top', 'Top', ['10', '20', '50'])],
    rows: [
      {
        title: 'The whole file system',
        panels: [
          lib.bars(s.usedRatio { w: 8, h: 7 }),
          lib.bars(s.freeNow { w: 8, h: 7 }),
          lib.bars(s.untilFull { w: 8, h: 7, query: 'sort(%s)' % super.query }),
          lib.timeseries(s.byKind { w: 8 }),
          lib.timeseries(s.entries { w: 8 }),
          lib.timeseries(s.used { title: 'Used over time', min: 0, w: 8 }),
        ],
      },
      {
        title: 'Directories',
        panels: [
          lib.table({
            title: 'Directories, the largest first',
            description: 'The directories that are watched, with all below them, and how much they grew in the range. Worry when one is far larger than its people think, or has many millions of small files.',
            w: 16,
            h: 9,
            sort: s.directoryData.name,
            noValue: 'no directories are configured for the collector "directories"',
            columns: [
              cluster,
              { label: 'path', name: 'Directory' },
              s.directoryData { width: 100 },
              s.directoryMetadata { width: 100 },
              s.directoryStreams { width: 130 },
              s.directoryFiles { width: 90 },
              s.directoryDirectories { width: 110 },
              s.directoryGrowth { width: 100 },
            ],
          }),
          lib.timeseries(s.directoryCourse { w: 8, h: 9, legend: '{{instance}} {{path}}' }),
        ],
      },
      {
        title: 'Quotas',
        panels: [
          lib.table({
            title: 'The fullest quotas',
            description: 'The $top fullest directories with a quota. Worry above 95 %: writes fail at 100 %. Ask the administrators for more, or delete what nobody needs.',
            w: 12,
            h: 9,
            sort: s.quotaRatio.name,
            noValue: 'the collector "quotas" is off, or there are no quotas',
            hide: ['id'],
            columns: [
              cluster,
              { label: 'path', name: 'Directory' },
              s.quotaRatio { cell: 'gauge', width: 190, query: 'topk($top, %s)' % super.query },
            ],
          }),
          lib.table({
            title: 'The fastest growing quotas',
            description: 'The $top directories with a quota that grew most in the range. Worry about those that grow without anyone knowing why.',
            w: 12,
            h: 9,
            sort: s.quotaGrowth.name,
            noValue: 'the collector "quotas" is off, or there are no quotas',
            hide: ['id'],
            columns: [
              cluster,
              { label: 'path', name: 'Directory' },
              s.quotaGrowth { width: 160, query: 'topk($top, %s)' % super.query },
            ],
          }),
          lib.timeseries(s.quotaCourse { w: 16, legend: '{{instance}} {{path}}' }),
          lib.bars(s.quotas { w: 8, queries: [q { query: 'sum(%s)' % super.query } for q in super.queries] }),
        ],
      },
      {
        title: 'Snapshots and deletes',
        panels: [
          lib.timeseries(s.snapshotSpace { min: 0 }),
          lib.timeseries(s.treeDeleteBytes { legend: '{{instance}}', min: 0, description: super.description + ' Empty: nothing is being deleted.' }),
        ],
      },
    ],
  })
