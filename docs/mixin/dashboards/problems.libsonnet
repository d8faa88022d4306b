// Only what is wrong: on a fleet that is well each table says "none".
function(lib)
  local s = lib.signals;
  local p = s.problems + s.serviceProblems;
  local cluster = { label: 'instance', name: 'Cluster', width: 110, links: lib.links.toDashboard('qumulo-cluster', 'Show the cluster') };
  local node = [{ label: 'node_id', name: 'Node', width: 65 }, { label: 'node_name', name: 'Name', width: 120 }];
  local words(list) = { mappings: lib.mappings.plain(list) };
  local what = { label: 'problem', name: 'What' };
  local problem = what { width: 190 };
  // wrong is a table of the labels of one signal, and perhaps of its value.
  local wrong(signal, columns, more={}) = lib.table({
    title: signal.name,
    description: signal.description,
    w: 12,
    h: 5,
    columns: [cluster] + columns + [signal { hidden: true }],
  } + more);
  local whole(signal) = signal { query: 'sum(%s) or %%(zero)s' % super.query, w: 6, h: 3 };
  lib.dashboard.dashboard({
    uid: 'qumulo-problems',
    title: 'What is wrong',
    description: 'What is not as it should be, and nothing else: where a table says "none", all is well. It does not wait as alerts do, and shows what an upgrade brings too.',
    rows: [
      {
        title: 'Now',
        panels: [
          // Two lines: who is seen and how urgent it is, then what it is about.
          lib.stat(s.exporterDown { w: 5, h: 3 }),
          lib.stat(whole(s.unreachable) { w: 5 }),
          lib.stat(s.alertsOf.critical { w: 5, h: 3 }),
          lib.stat(s.alertsOf.warning { w: 5, h: 3 }),
          lib.stat(whole(s.nodesOffline) { w: 4 }),
          lib.stat(whole(s.drivesUnhealthy)),
          lib.stat(whole(s.dataAtRisk) { title: 'Data at risk', mappings: [] }),
          lib.stat(s.replication.late { w: 6, h: 3, title: 'Copies behind' }),
          lib.stat(s.collectorsFailing { w: 6, h: 3, query: 'count(%s) or %%(zero)s' % p.collectors.query }),
          lib.table({
            title: 'Firing alerts',
            description: 'The alerts of this exporter that are firing, by severity. Worry about critical ones now and about warnings today.',
            w: 12,
            h: 9,
            sort: s.alertSeverity.name,
            columns: [
              cluster,
              s.alertSeverity { width: 90, cell: 'color' },
              { label: 'alertname', name: 'Alert' },
            ],
          }),
          lib.timeseries(s.alertsOf.course { h: 9 }),
        ],
      },
      {
        title: 'Clusters and nodes',
        panels: [
          wrong(p.clusters, [what], { w: 6 }),
          wrong(p.nodes, node + [
            { label: 'model_number', name: 'Model', width: 90 },
            { label: 'serial_number', name: 'Serial number' },
            { label: 'status', name: 'Is', width: 80 },
          ], { w: 10 }),
          wrong(p.protection, [
            what,
            { label: 'component', name: 'Of', width: 80 },
            { label: 'reason', name: 'Reason' },
          ], { w: 8 }),
        ],
      },
      {
        title: 'Hardware',
        panels: [
          wrong(p.drives, [
            { label: 'node_id', name: 'Node', width: 60 },
            { label: 'drive_bay', name: 'Bay', width: 60 },
            { label: 'state', name: 'Is', width: 110 } + words(['wrong_node', 'wrong_cluster', 'wrong_version']),
            { label: 'disk_type', name: 'Type', width: 65 },
            { label: 'disk_model', name: 'Model' },
            { label: 'disk_serial_number', name: 'Serial number' },
          ]),
          lib.table({
            title: 'Worn and failing drives',
            description: p.wear.description + ' ' + p.mediaErrors.description,
            w: 12,
            h: 5,
            sort: p.wear.name,
            ascending: true,
            columns: [
              cluster,
              { label: 'node_id', name: 'Node', width: 60 },
              { label: 'drive_bay', name: 'Bay', width: 60 },
              p.wear { name: 'Endurance left' },
              p.mediaErrors { name: 'Media errors in a day' },
            ],
          }),
          wrong(p.powerSupplies, node + [
            { label: 'psu', name: 'Power supply', width: 110 },
            { label: 'location', name: 'Place' },
            { label: 'status', name: 'Is', width: 80 } + words(['no_ac']),
          ]),
          wrong(p.network, node + [
            { label: 'device', name: 'Device', width: 100 },
            problem { width: 200 },
          ], { hide: ['interface'] }),
          wrong(p.fans, node + [{ label: 'fan', name: 'Stands still' }]),
          lib.table({
            title: 'Heat and memory errors',
            description: p.heat.description + ' ' + p.memoryErrors.description,
            w: 12,
            h: 5,
            columns: [
              cluster,
              { label: 'node_id', name: 'Node', width: 60 },
              { label: 'cpu', name: 'CPU', width: 55 },
              p.heat { name: 'Temperature' },
              p.memoryErrors { name: 'Memory errors in a day' },
            ],
          }),
        ],
      },
      {
        title: 'Copies and space',
        panels: [
          wrong(p.replication, [
            problem + words(['awaiting_authorization']),
            { label: 'role', name: 'Role', width: 75 },
            { label: 'from', name: 'From' },
            { label: 'to', name: 'To' },
          ], { w: 14, h: 7, hide: ['id', 'mode'] }),
          lib.table({
            title: s.quotas.wrong.name,
            description: s.quotas.wrong.description,
            w: 10,
            h: 7,
            noValue: 'none (or the collector quotas is off)',
            sort: s.quotas.full.name,
            hide: ['id'],
            columns: [
              cluster,
              { label: 'path', name: 'Directory' },
              s.quotas.wrong { name: s.quotas.full.name, cell: 'gauge', width: 200 },
            ],
          }),
          lib.table({
            title: p.snapshots.name,
            description: p.snapshots.description,
            w: 12,
            h: 5,
            hide: ['policy_id'],
            columns: [
              cluster,
              { label: 'policy_name', name: 'Policy' },
              { label: 'source_path', name: 'Directory' },
              p.snapshots { name: 'Newest snapshot is old', width: 180 },
            ],
          }),
          lib.table({
            title: p.expiring.name,
            description: p.expiring.description,
            w: 12,
            h: 5,
            sort: 'Ends in',
            ascending: true,
            hide: ['token_id', 'certificate'],
            columns: [
              cluster,
              problem { width: 220 },
              { label: 'which', name: 'Which' },
              p.expiring { name: 'Ends in', width: 120 },
            ],
          }),
        ],
      },
      {
        title: 'Services',
        panels: [
          wrong(p.identity, [
            { label: 'service', name: 'Service', width: 130 },
            { label: 'domain', name: 'Domain' },
            { label: 'node_id', name: 'Node', width: 60 },
            { label: 'health', name: 'Has', width: 140 } + words(['intermittent_error', 'sustained_error']),
          ]),
          wrong(p.audit, [
            { label: 'node_id', name: 'Node', width: 60 },
            problem { width: 120 },
            { label: 'kind', name: 'Kind', width: 90 },
            { label: 'address', name: 'Destination' },
          ], { hide: ['destination'] }),
          lib.table({
            title: p.services.name,
            description: p.services.description,
            w: 12,
            h: 5,
            hide: ['state', 'Value'],
            columns: [
              cluster,
              problem,
              { label: 'service', name: 'Service' } + words(['file_upload']),
              { label: 'status', name: 'Is' } + words(['error_pending', 'configuration_corrupted', 'kms_authentication_error', 'cannot_connect_to_kms_server', 'kms_key_not_found', 'kms_key_inactive']),
              p.services { hidden: true },
            ],
          }),
          wrong(p.upgrades, [problem, { label: 'reason', name: 'Reason' }]),
        ],
      },
      {
        title: 'What is not watched',
        panels: [
          wrong(p.collectors, [{ label: 'collector', name: 'Collector' }]),
          wrong(s.privilegesMissing, [
            { label: 'collector', name: 'Collector', width: 140 },
            { label: 'privilege', name: 'Privilege' },
          ]),
        ],
      },
    ],
  })
