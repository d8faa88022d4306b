// What the exporter does, and what it costs.
function(lib)
  local s = lib.signals;
  lib.dashboard.dashboard({
    uid: 'qumulo-exporter',
    title: 'Exporter',
    description: 'The exporter itself: what its collectors read, how long the clusters take to answer, and logins. Jobs and clusters choose the first two rows, exporters the others.',
    variables: [lib.dashboard.variables.exporter],
    rows: [
      {
        title: 'Now',
        panels: [
          lib.stat(s.unreachable { w: 3 }),
          lib.stat(s.collectorsFailing { w: 3 }),
          lib.stat(s.loginPaused { w: 3 }),
          lib.stat(s.reloadFailed { w: 4 }),
          lib.stat(s.reloadAge { w: 4 }),
          lib.stat(s.dropped { w: 4 }),
          lib.stat(s.privilegesMissing {
            w: 3,
            query: 'count(%s) or %%(zero)s' % super.query,
            unit: 'short',
            thresholds: [[null, 'green'], [1, 'orange']],
          }),
        ],
      },
      {
        title: 'Scrapes of the clusters',
        panels: [
          lib.timeseries(s.scrapeDuration),
          lib.timeseries(s.collectorDuration {
            title: 'The ten slowest collectors',
            query: 'topk(10, %s)' % super.query,
          }),
          lib.table({
            title: 'Collectors, failing ones first',
            description: 'Each collector of each cluster. Worry about those whose success is "no", or whose values are older than twice their interval: the log of the exporter says why.',
            h: 10,
            w: 14,
            sort: s.collectorSuccess.name,
            ascending: true,
            columns: [
              { label: 'instance', name: 'Cluster', width: 130 },
              { label: 'collector', name: 'Collector' },
              s.collectorSuccess { width: 90 },
              s.collectorSupported { width: 140 },
              s.collectorDuration { width: 90 },
              s.collectorAge { width: 120 },
              s.collectorInterval { width: 90 },
            ],
          }),
          lib.table({
            title: s.privilegesMissing.name,
            description: s.privilegesMissing.description,
            h: 10,
            w: 10,
            columns: [
              { label: 'instance', name: 'Cluster', width: 130 },
              { label: 'collector', name: 'Collector', width: 130 },
              { label: 'privilege', name: 'Privilege' },
              s.privilegesMissing { hidden: true },
            ],
          }),
        ],
      },
      {
        title: "Tokens, and the clusters' own metrics",
        panels: [
          lib.table({
            title: 'User and access tokens',
            description: "The exporter's user on each cluster, and its access tokens. Worry when the one in use ends soon: make a new one and write it into the file, which is read again.",
            w: 12,
            sort: s.tokenUsed.name,
            noValue: 'none: the exporter may not list them, or logs in with a password',
            columns: [
              { label: 'instance', name: 'Cluster', width: 130 },
              { label: 'token_id', name: 'Token' },
              s.tokenUsed { width: 90 },
              s.tokens { width: 100 },
              s.tokenEnds { width: 130 },
            ],
          }),
          lib.timeseries(s.nativeHeld { w: 6 }),
          lib.timeseries(s.nativeAge { w: 6 }),
        ],
      },
      {
        title: 'Calls to the clusters',
        panels: [
          lib.timeseries(s.apiRequests),
          lib.timeseries(s.apiErrors),
          lib.bars(s.apiTime { h: 10 }),
          lib.timeseries(s.apiBytes { h: 10 }),
          lib.timeseries(s.logins { w: 8 }),
          lib.timeseries(s.sessionEnds { w: 8 }),
          lib.timeseries(s.failovers { w: 8 }),
          lib.timeseries(s.joined { w: 12 }),
          lib.table({
            title: s.address.name,
            description: s.address.description,
            w: 12,
            columns: [
              { label: 'target', name: 'Target', width: 150 },
              { label: 'address', name: 'Address' },
              s.address { hidden: true },
            ],
          }),
        ],
      },
      {
        title: 'The process',
        panels: [
          lib.timeseries(s.memory),
          lib.timeseries(s.cpu),
        ],
      },
    ],
  })
