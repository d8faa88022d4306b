// Replication relationships.
local mappings = import '../mappings.libsonnet';
local relationships = import '../relationships.libsonnet';

function(config) {
  local one(function_, metric) = '%s by (%%(by)s, id, role) (%s{%%(s)s})' % [function_, metric],
  local course(query) = { query: relationships.named(query), legend: '{{from}} → {{to}} ({{role}})' },
  local lag = one('max', 'instance_relationship:qumulo_replication_lag:seconds'),
  local limit = one('max', 'instance_relationship:qumulo_replication_lag_limit:seconds'),
  local off = '(qumulo_replication_enabled{%(s)s} == 0)',
  // Those that need not copy now, as the alert has it.
  local resting = |||
    unless on (%%(by)s, id, role) %s
    unless on (%%(by)s, id, role) qumulo_replication_blackout_end_timestamp_seconds{%%(s)s}
    unless on (%%(by)s, id, role) qumulo_replication_state{state="ended", %%(s)s} == 1
  ||| % off,
  // Those whose source is watched too, which says the same.
  local twice = 'unless on (%(by)s, id, role) (qumulo_replication_info{role="target", %(s)s} and on (id) qumulo_replication_info{role="source", %(s)s})',

  // How far behind each relationship is that should copy.
  behind:: lag + '\n' + resting + twice,

  replication: {
    relationships: {
      name: 'Relationships',
      description: 'How many replication relationships the clusters have; one of two clusters that are both watched counts at both. Worry when it falls without anyone having ended one.',
      query: 'count(max by (%(by)s, id, role) (qumulo_replication_info{%(s)s})) or %(zero)s',
      unit: 'short',
    },

    broken: {
      name: 'Not established',
      description: 'How many relationships that are enabled are not established: they wait for an authorization or have lost the other cluster. Worry when it stays: nothing is copied.',
      query: 'count(max by (%%(by)s, id, role) (qumulo_replication_state{state!~"established|unknown", %%(s)s} == 1) unless on (%%(by)s, id, role) %s) or %%(zero)s' % off,
      unit: 'short',
      thresholds: [[null, 'green'], [1, 'orange']],
    },

    failed: {
      name: 'Failed',
      description: 'How many relationships failed at their last job. Worry when it stays: the next job did not mend it. `qq replication_list_source_relationship_statuses` says why.',
      query: 'count(%s == 1 unless on (%%(by)s, id, role) %s) or %%(zero)s' % [one('max', 'qumulo_replication_last_job_failed'), off],
      unit: 'short',
      thresholds: [[null, 'green'], [1, 'red']],
    },

    late: {
      name: 'Behind',
      description: 'How many relationships are further behind than they may be. Worry about each: what was written since is lost if the source is.',
      query: 'count(%s > %s\n%s%s) or %%(zero)s' % [lag, limit, resting, twice],
      unit: 'short',
      thresholds: [[null, 'green'], [1, 'red']],
    },

    queued: {
      name: 'Queued snapshots',
      description: 'How many snapshots wait to be replicated. Worry when they become more: the link or the target is too slow for the policies, and the snapshots use space until they are copied.',
      query: 'sum by (%(by)s) (qumulo_replication_queued_snapshots{%(s)s})',
      legend: '{{instance}}',
      unit: 'short',
      min: 0,
      noValue: 'no relationship',
    },

    running: {
      name: 'Jobs running',
      description: 'How many jobs are running now. Worry when one of them runs for much longer than usual: the table below says for how long.',
      query: 'sum(qumulo_replication_job_running{%(s)s}) or %(zero)s',
      unit: 'short',
    },

    // The columns of a table of relationships.
    names: { name: 'Names', query: relationships.names },
    state: {
      name: 'State',
      query: 'max by (%(by)s, id, role, state) (qumulo_replication_state{%(s)s} == 1)',
    },
    modeWords: mappings.plain(['continuous', 'snapshot_policy']) + mappings.words([['snapshot_policy_with_continuous', 'policy + continuous', 'text']]),
    stateWords: mappings.plain(['awaiting_authorization'], 'orange') + mappings.plain(['disconnected', 'disconnecting', 'reconnecting', 'reestablishing'], 'red') + mappings.plain(['ended'], 'blue') + mappings.plain(['established'], 'green'),
    lag: { name: 'Behind', query: lag, unit: 's', decimals: 1 },
    limit: { name: 'May be', query: limit, unit: 's', decimals: 0 },
    enabled: {
      name: 'Enabled',
      query: one('min', 'qumulo_replication_enabled'),
      mappings: mappings.words([[1, 'yes', 'text'], [0, 'no', 'blue']]),
    },
    lastJob: {
      name: 'Last job',
      query: one('max', 'qumulo_replication_last_job_failed'),
      mappings: mappings.badIfOne('failed', 'good'),
      thresholds: [[null, 'green'], [1, 'red']],
    },
    lastTook: { name: 'It took', query: one('max', 'qumulo_replication_last_job_duration_seconds'), unit: 's' },
    progress: { name: 'Job now', query: one('max', 'qumulo_replication_job_completion_ratio'), unit: 'percentunit', decimals: 0, min: 0, max: 1 },
    runs: { name: 'Runs for', query: 'time() - ' + one('max', 'qumulo_replication_job_start_timestamp_seconds'), unit: 's', decimals: 0 },
    left: { name: 'Time left', query: one('max', 'qumulo_replication_job_remaining_seconds'), unit: 's' },
    queue: {
      name: 'Queue',
      query: one('max', 'qumulo_replication_queued_snapshots'),
      unit: 'short',
      thresholds: [[null, 'text'], [config.replicationQueue + 1, 'orange']],
    },
    blackout: { name: 'Blackout', query: one('max', 'qumulo_replication_blackout_end_timestamp_seconds') + ' - time()', unit: 's' },

    // Their course.
    behind: course('(%s) / 3600' % lag) {
      name: 'How far the copies are behind',
      description: 'How old the data at the other end are: they grow older until a job ends, so a saw is usual. The axis goes by powers of ten, so that one that is days behind does not flatten the others. Worry when a line keeps rising.',
      unit: 'suffix:h',  // of seconds Grafana would make 2.78 hours at 10,000
      decimals: 2,
      log: true,
      noValue: 'no relationship has copied anything',
    },
    failing: course(one('max', 'qumulo_replication_last_job_failed') + ' == 1') {
      name: 'Failed jobs',
      description: 'Relationships whose last job failed, for as long as that was so, on top of each other. Worry when one does not end: no later job has mended it.',
      unit: 'short',
      min: 0,
      decimals: 0,
      step: true,
      stack: true,
      noValue: 'none',
    },
    queues: course(one('max', 'qumulo_replication_queued_snapshots') + ' > 0') {
      name: 'Queued snapshots',
      description: 'How many snapshots of a policy wait to be replicated. Worry when they become more for hours: the link or the target is too slow for the policy, and they use space until they are copied.',
      unit: 'short',
      min: 0,
      decimals: 0,
      step: true,
      noValue: 'none',
    },
    throughput: course(one('max', 'qumulo_replication_job_throughput_bytes_per_second')) {
      name: 'Throughput of running jobs',
      description: 'What the running jobs copy. Worry when it falls towards nothing while there is much left.',
      unit: 'Bps',
      min: 0,
      noValue: 'no job is running',
    },
    bytes: {
      name: 'Data of running jobs',
      description: 'What the running jobs have copied, and what they have still to process. Worry when what is left does not fall.',
      queries: [
        course(one('max', 'qumulo_replication_job_transferred_bytes')) { legend: 'copied ' + super.legend },
        course(one('max', 'qumulo_replication_job_remaining_bytes')) { legend: 'left ' + super.legend },
      ],
      unit: 'decbytes',
      min: 0,
      noValue: 'no job is running',
    },
    files: {
      name: 'Files of running jobs',
      description: 'How many files the running jobs have copied, and how many they have still to process. Worry about very many small ones: they take long whatever the bandwidth.',
      queries: [
        course(one('max', 'qumulo_replication_job_transferred_files')) { legend: 'copied ' + super.legend },
        course(one('max', 'qumulo_replication_job_remaining_files')) { legend: 'left ' + super.legend },
      ],
      unit: 'short',
      min: 0,
      noValue: 'no job is running',
    },
  },
}
