// Clients and their connections.
function(config) {
  clients: {
    name: 'Clients by protocol',
    description: 'How many client addresses are connected to the cluster, each counted once. Worry when those of a protocol fall at once: its service or a network is in trouble.',
    query: 'sum by (%(by)s, protocol) (qumulo_cluster_clients{%(s)s})',
    legend: '{{protocol}}',
    unit: 'short',
    min: 0,
    stack: true,
  },

  connections: {
    name: 'Connections by node',
    description: 'How many connections clients have to each node. Worry when one node has far more than the others: its floating addresses or the DNS round robin do not spread clients.',
    query: 'sum by (%(by)s, node_id) (qumulo_client_connections{%(s)s})',
    legend: 'node {{node_id}}',
    unit: 'short',
    min: 0,
    stack: true,
  },

  socketUse: {
    name: 'Use of the connection limits',
    description: 'The connections of the fullest node, of those that a node takes by the vendor\'s limits. Worry above %d %%: new clients are rejected when it is full.' % (100 * config.connections.ratio),
    queries: [
      { query: 'max by (%%(by)s) (qumulo_client_connections{protocol="%s", %%(s)s}) / %d' % [p, config.connections.limits[p]], legend: p }
      for p in std.objectFields(config.connections.limits)
    ],
    unit: 'percentunit',
    min: 0,
    max: 1,
    thresholds: [[null, 'green'], [config.connections.ratio, 'orange']],
  },

  busiestOperations: {
    name: 'Operations',
    description: 'Operations a second of the busiest clients, the mean of a minute.',
    query: 'topk($top, sum by (%(by)s, client) (qumulo_client_activity_operations_per_second{%(s)s}))',
    unit: 'ops',
    decimals: 0,
  },

  busiestBytes: {
    name: 'Throughput',
    description: 'Throughput of the busiest clients, the mean of a minute.',
    query: 'topk($top, sum by (%(by)s, client) (qumulo_client_activity_bytes_per_second{%(s)s}))',
    unit: 'Bps',
  },

  smbSessions: {
    name: 'SMB sessions',
    description: 'Open SMB sessions, and how many of them are encrypted. Worry when sessions are not encrypted that should be.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_smb_sessions{%(s)s})', legend: 'sessions' },
      { query: 'sum by (%(by)s) (qumulo_smb_sessions_encrypted{%(s)s})', legend: 'encrypted' },
      { query: 'sum by (%(by)s) (qumulo_smb_open_handles{%(s)s})', legend: 'open files' },
    ],
    unit: 'short',
    min: 0,
  },

  shared: {
    name: 'Exports, shares and buckets',
    description: 'What clients can mount or reach, and whether S3 and FTP are switched on. Worry when something is there that nobody asked for, FTP above all.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_nfs_exports{%(s)s})', legend: 'NFS exports' },
      { query: 'sum by (%(by)s) (qumulo_smb_shares{%(s)s})', legend: 'SMB shares' },
      { query: 'sum by (%(by)s) (qumulo_s3_buckets{%(s)s})', legend: 'S3 buckets' },
      { query: 'max by (%(by)s) (qumulo_s3_enabled{%(s)s})', legend: 'S3 on' },
      { query: 'max by (%(by)s) (qumulo_ftp_enabled{%(s)s})', legend: 'FTP on' },
    ],
    unit: 'short',
    min: 0,
  },

  clientsByNode: {
    name: 'Clients by node',
    description: 'How many client addresses are connected to each node; one with several nodes counts at each. Worry when one node has most of them.',
    query: 'sum by (%(by)s, node_id) (qumulo_clients{%(s)s})',
    legend: 'node {{node_id}}',
    unit: 'short',
    min: 0,
    stack: true,
  },

  churn: {
    name: 'Clients that come and go',
    description: 'Clients that connect and disconnect, by protocol. Worry when both are high: connections break, or something opens a new one for each request.',
    queries: [
      { query: 'sum by (%(by)s, protocol) (rate(qumulo_protocol_client_connections_total{%(s)s}[$__rate_interval]))', legend: '{{protocol}} connect' },
      { query: 'sum by (%(by)s, protocol) (rate(qumulo_protocol_client_disconnections_total{%(s)s}[$__rate_interval]))', legend: '{{protocol}} disconnect' },
    ],
    unit: 'cps',
    min: 0,
    noValue: 'this release does not tell it',
  },
}
