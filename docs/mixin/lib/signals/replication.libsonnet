// Replication relationships.
local mappings = import '../mappings.libsonnet';

function(config) {
  local relationship = '%(by)s, id, role',
  local places = 'mode, source_cluster, source_path, target_cluster, target_path, bucket, object_folder',

  // What each relationship connects is shown beside its values, and these stay when that is not known.
  local named(expr) = |||
    max by (%%(by)s, id, role) (%(expr)s)
    * on (%%(by)s, id, role) group_left (source_path, target_cluster, bucket) max by (%%(by)s, id, role, source_path, target_cluster, bucket) (qumulo_replication_info{%%(s)s})
    or on (%%(by)s, id, role) max by (%%(by)s, id, role) (%(expr)s)
  ||| % { expr: expr },
  local legend = '{{source_path}} → {{target_cluster}}{{bucket}} ({{role}})',
  local each(metric) = 'max by (%s) (%s{%%(s)s})' % [relationship, metric],

  // The age of each relationship's recovery point; not of those that are switched off, and not at the target, which says the same.
  age:: '(time() - qumulo_replication_recovery_point_timestamp_seconds{role!="target", %(s)s}) unless on (%(by)s, id, role) (qumulo_replication_enabled{%(s)s} == 0)',

  relationships: {
    name: 'Relationships',
    description: 'How many replication relationships there are, to other clusters and to object storage. Worry when it falls unasked.',
    query: 'count by (%(by)s) (qumulo_replication_info{%(s)s}) or 0 * max by (%(by)s) (qumulo_up{%(s)s})',
    unit: 'short',
  },

  notEstablished: {
    name: 'Not established',
    description: 'How many relationships are in another state than established. Worry about those that nobody is setting up or has ended.',
    query: 'sum by (%(by)s) (qumulo_replication_state{state!="established", %(s)s}) or 0 * max by (%(by)s) (qumulo_up{%(s)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'orange']],
  },

  failing: {
    name: 'Last job failed',
    description: 'How many relationships ended their last job with an error. Worry about each: the copy gets older until a job succeeds.',
    query: 'sum by (%(by)s) (qumulo_replication_last_job_failed{%(s)s}) or 0 * max by (%(by)s) (qumulo_up{%(s)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  jobsRunning: {
    name: 'Jobs running',
    description: 'How many jobs are running now. Worry when one of them has run for much longer than usual.',
    query: 'sum by (%(by)s) (qumulo_replication_job_running{%(s)s}) or 0 * max by (%(by)s) (qumulo_up{%(s)s})',
    unit: 'short',
  },

  queue: {
    name: 'Queued snapshots',
    description: 'How many snapshots wait to be replicated. Worry when the queue grows: the relationship is too slow for the policy, and holds the snapshots back from being deleted.',
    query: each('qumulo_replication_queued_snapshots'),
    unit: 'short',
    thresholds: [[null, 'green'], [config.replicationQueue, 'orange']],
  },

  queueCourse: self.queue { name: 'Queued snapshots, by relationship', queries: [{ query: named('qumulo_replication_queued_snapshots{%(s)s}'), legend: legend }], min: 0, noValue: 'no relationship follows a snapshot policy' },

  behind: {
    name: 'Behind',
    description: 'How long ago the data that has arrived at the other end was written here, at most. Worry when it grows beyond what may be lost.',
    query: 'max by (%(by)s, id, role) (time() - qumulo_replication_recovery_point_timestamp_seconds{%(s)s})',
    unit: 's',
    decimals: 0,
    thresholds: [[null, 'green'], [config.replicationLag.seconds, 'red']],
    noValue: 'never replicated',
  },

  behindCourse: {
    name: 'Behind, by relationship',
    description: $.behind.description + ' It falls each time a job succeeds, so a saw is good and a ramp is bad.',
    queries: [{ query: named('time() - qumulo_replication_recovery_point_timestamp_seconds{role!="target", %(s)s}'), legend: legend }],
    unit: 's',
    min: 0,
    noValue: 'no replication',
  },

  snapshotAge: {
    name: 'Snapshot age',
    description: 'How old the replicated snapshot is, in modes with a snapshot policy.',
    query: 'max by (%(by)s, id, role) (time() - qumulo_replication_recovery_point_snapshot_timestamp_seconds{%(s)s})',
    unit: 's',
    decimals: 0,
  },

  connects: {
    name: 'Connects',
    description: 'What the relationship connects.',
    query: 'max by (%s, %s, direction) (qumulo_replication_info{%%(s)s})' % [relationship, places],
  },

  from: { name: 'From', description: 'The directory that is copied.', query: 'max by (%s, source_path) (qumulo_replication_info{%%(s)s})' % relationship },

  state: {
    name: 'State',
    description: 'The state of the relationship.',
    query: 'max by (%s, state) (qumulo_replication_state{%%(s)s} == 1)' % relationship,
  },

  enabled: {
    name: 'Enabled',
    description: 'Whether replication is switched on.',
    query: each('qumulo_replication_enabled'),
    mappings: mappings.words([[1, 'yes', 'green'], [0, 'no', 'blue']]),
    thresholds: [[null, 'text']],
  },

  lastJob: {
    name: 'Last job',
    description: 'Whether the last job failed.',
    query: each('qumulo_replication_last_job_failed'),
    mappings: mappings.badIfOne('failed', 'fine'),
    thresholds: [[null, 'green'], [1, 'red']],
  },

  lastDuration: { name: 'Last job took', description: 'How long the last job took.', query: each('qumulo_replication_last_job_duration_seconds'), unit: 's' },
  progress: { name: 'Done', description: 'How far the running job is.', query: each('qumulo_replication_job_completion_ratio'), unit: 'percentunit', min: 0, max: 1, decimals: 0 },
  jobEnds: { name: 'Ends in', description: 'When the running job will end.', query: each('qumulo_replication_job_remaining_seconds'), unit: 's' },
  jobRuns: {
    name: 'Runs for',
    description: 'How long the job has been running.',
    query: 'max by (%s) (time() - qumulo_replication_job_start_timestamp_seconds{%%(s)s})' % relationship,
    unit: 's',
    decimals: 0,
  },
  blackoutEnds: {
    name: 'Blackout ends in',
    description: 'When the present blackout ends.',
    query: 'max by (%s) (qumulo_replication_blackout_end_timestamp_seconds{%%(s)s} - time())' % relationship,
    unit: 's',
    decimals: 0,
  },

  jobThroughput: {
    name: 'Throughput of jobs',
    description: 'What running jobs copy. Worry when it is low while the relationship falls behind. Empty: no job runs.',
    queries: [{ query: named('qumulo_replication_job_throughput_bytes_per_second{%(s)s}'), legend: legend }],
    unit: 'Bps',
    min: 0,
    noValue: 'no job runs',
  },

  jobBytes: {
    name: 'Data of running jobs',
    description: 'What running jobs have copied and still have to process. Worry when what remains grows faster than what is copied.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_replication_job_transferred_bytes{%(s)s})', legend: 'copied' },
      { query: 'sum by (%(by)s) (qumulo_replication_job_remaining_bytes{%(s)s})', legend: 'remaining' },
    ],
    unit: 'decbytes',
    min: 0,
    noValue: 'no job runs',
  },

  jobFiles: {
    name: 'Files of running jobs',
    description: 'How many files running jobs have copied and still have to process. Worry about jobs of very many small files: they take long whatever the bandwidth.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_replication_job_transferred_files{%(s)s})', legend: 'copied' },
      { query: 'sum by (%(by)s) (qumulo_replication_job_remaining_files{%(s)s})', legend: 'remaining' },
    ],
    unit: 'short',
    min: 0,
    noValue: 'no job runs',
  },
}
