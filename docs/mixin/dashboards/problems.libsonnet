// Only what is wrong, in all clusters: each table says "none" where all is well.
function(lib)
  local s = lib.signals;
  local cluster = { label: 'instance', name: 'Cluster', width: 120, links: lib.links.toDashboard('qumulo-cluster', 'Show the cluster') };
  local node = { label: 'node_id', name: 'Node', width: 70 };
  local table(t) = lib.table({ w: 8, h: 6 } + t);
  // A table of words: the query has a series for each thing that is wrong, and its labels say it all.
  local list(title, description, labels, query, w=8) = table({
    title: title,
    description: description,
    w: w,
    columns: [cluster] + labels + [{ query: query, name: title, hidden: true }],
  });
  lib.dashboard.dashboard({
    uid: 'qumulo-problems',
    title: 'What is wrong',
    description: 'Only what is wrong in all Qumulo clusters. Each table says "none" where all is well.',
    rows: [
      {
        title: 'Alerts and clusters',
        panels: [
          table({
            title: 'Firing alerts',
            w: 12,
            description: s.alertSeverity.description,
            sort: s.alertSeverity.name,
            columns: [cluster, s.alertSeverity { width: 110 }, { label: 'alertname', name: 'Alert' }],
          }),
          table({
            title: 'Clusters in trouble',
            w: 12,
            description: 'The worst thing that is wrong with each cluster. Look first at the highest urgency.',
            sort: s.urgency.name,
            columns: [cluster, { label: 'trouble', name: 'Trouble' }, s.urgency { cell: 'fill', width: 90, query: '%s > 0' % super.query }],
          }),
        ],
      },
      {
        title: 'Hardware',
        panels: [
          list('Nodes not online', 'Nodes that are not online. Worry about each one that no upgrade or reboot explains.', [node, { label: 'status', name: 'Status' }],
               'max by (%(by)s, node_id, status) (qumulo_node_status{status!="online", %(s)s} == 1)'),
          list('Power supplies not good', 'Power supplies with another status than good. Worry about each: the node goes down with the next one.',
               [node, { label: 'psu', name: 'Power supply' }, { label: 'location', name: 'Location' }, { label: 'status', name: 'Status' }], s.power.query),
          table({
            title: 'Fans that stand still',
            description: 'Fans that stand still. Worry about each: the node gets hot, and slow.',
            columns: [cluster, node, { label: 'fan', name: 'Fan' }, s.fanStopped],
          }),
          table({
            title: 'Drives not healthy',
            w: 12,
            description: 'Each drive in another state than healthy. Worry about each: replace it.',
            columns: [
              cluster,
              node,
              { label: 'drive_bay', name: 'Bay', width: 80 },
              s.driveUnhealthy { hidden: true },
              s.driveState { hidden: true },
              { label: 'state', name: 'State', width: 90 },
              s.driveInfo { hidden: true },
              { label: 'disk_model', name: 'Model' },
              { label: 'disk_serial_number', name: 'Serial number' },
            ],
            hide: ['slot', 'disk_type'],
          }),
          list('Network devices down', 'Network devices that are down. Worry about each: the node has less bandwidth, or is one cable from being lost.',
               [node, { label: 'device', name: 'Device' }], 'max by (%(by)s, node_id, device) (qumulo_network_device_up{%(s)s} == 0)', w=6),
          list('Worn drives', 'Drives with little of their life left. Worry about each: have it replaced before it fails.',
               [node, { label: 'drive_bay', name: 'Bay' }],
               'min by (%%(by)s, node_id, drive_bay) (last_over_time(qumulo_disk_endurance_percent{%%(s)s}[3h]) < %g)' % lib.config.endurance.info, w=6),
        ],
      },
      {
        title: 'Data',
        panels: [
          table({
            title: 'Replication',
            w: 12,
            description: 'Relationships whose last job failed, or that are in another state than established. Worry about each that nobody is setting up.',
            columns: [
              cluster,
              { label: 'role', name: 'Role', width: 80 },
              { label: 'trouble', name: 'Trouble', width: 150 },
              { query: s.replicationTroubles.query, name: 'Value', hidden: true },
              { label: 'source_path', name: 'From' },
              { label: 'target_path', name: 'To' },
            ],
            hide: ['id'],
          }),
          table({
            title: 'Snapshot policies that are late',
            w: 12,
            description: 'Policies whose newest snapshot is older than twice the interval of their schedule. Worry about each: it does not take its snapshots.',
            columns: [cluster, { label: 'policy_id', name: 'Policy' }, s.policyLate { name: 'Age, in intervals', query: '(%s) > 2' % super.query }],
          }),
          table({
            title: 'Full quotas',
            w: 12,
            description: 'Quotas that are used up to %g %% or more. Worry about each: writes fail at 100 %%.' % (100 * lib.config.quota.warning),
            sort: s.quotaRatio.name,
            columns: [cluster, { label: 'path', name: 'Directory' }, s.quotaRatio { cell: 'gauge', width: 180, query: '%s >= %g' % [super.query, lib.config.quota.warning] }],
            hide: ['id'],
          }),
          table({
            title: 'Protection and restriper',
            w: 12,
            description: 'What is wrong with the protection of data. Worry about data at risk that stays, and about a restriper that is blocked.',
            columns: [cluster, { label: 'trouble', name: 'Trouble' }, { query: s.protectionTroubles.query, name: 'Value', hidden: true }],
          }),
        ],
      },
      {
        title: 'Services',
        panels: [
          list('Directory services', 'Connections to Active Directory or LDAP with sustained errors. Worry about each: users cannot log in.',
               [node, { label: 'domain', name: 'Domain' }, { label: 'health', name: 'Health' }],
               'max by (%(by)s, node_id, domain, health) (qumulo_ad_connection_health{health=~"sustained_error|intermittent_error", %(s)s} == 1) or max by (%(by)s, node_id, domain, health) (qumulo_ldap_connection_health{health=~"sustained_error|intermittent_error", %(s)s} == 1)'),
          list('Audit logs', 'Nodes that do not reach a destination of audit logs. Worry when it stays: records are lost in the end.',
               [node, { label: 'destination', name: 'Destination' }, { label: 'status', name: 'Status' }],
               'max by (%(by)s, node_id, destination, status) (qumulo_audit_connection_status{status="disconnected", %(s)s} == 1)'),
          table({
            title: 'Certificates and tokens that end soon',
            description: s.expires.description,
            sort: s.expires.name,
            ascending: true,
            columns: [cluster, { label: 'what', name: 'What' }, s.expires { width: 130, query: '(%s) < %d' % [super.query, 86400 * lib.config.expiry.info] }],
          }),
          table({
            title: 'Upgrade, reboot, license, keys, clock',
            description: 'What else is wrong round the cluster. Worry about what you did not plan.',
            columns: [cluster, { label: 'trouble', name: 'Trouble' }, { query: s.serviceTroubles.query, name: 'Value', hidden: true }],
          }),
          list('What blocks the restriper or an upgrade', 'The reasons that the cluster gives. Worry when the restriper stays blocked; a block of upgrades matters when one is planned.',
               [{ label: 'what', name: 'What', width: 100 }, { label: 'reason', name: 'Reason' }], s.blockedBy.query),
          list('Collectors failing', 'Collectors that did not read everything at the last scrape. Worry when it stays: the log of the exporter says why.',
               [{ label: 'collector', name: 'Collector' }], 'max by (%(by)s, collector) (qumulo_scrape_collector_success{%(s)s} == 0)'),
          list('Privileges missing', s.privilegesMissing.description, [{ label: 'collector', name: 'Collector', width: 130 }, { label: 'privilege', name: 'Privilege' }], s.privilegesMissing.query),
        ],
      },
    ],
  })
