// Who uses the space, for people who are not administrators too. What grows is told of the range that the dashboard shows.

function(config) {
  local directory(at='') = 'sum by (%%(by)s, path) (qumulo_directory_capacity_bytes{%%(s)s}%s)' % at,
  local directoryGrowth = 'sum by (%(by)s, path) (delta(qumulo_directory_capacity_bytes{%(s)s}[$__range]))',
  local quota(at='') = 'max by (%%(by)s, path) (qumulo_quota_used_bytes{%%(s)s}%s)' % at,
  local size = 'max by (%(by)s) (qumulo_filesystem_size_bytes{%(s)s})',
  local free = 'max by (%(by)s) (qumulo_filesystem_free_bytes{%(s)s})',
  local snapshots = 'max by (%(by)s) (qumulo_filesystem_snapshot_bytes{%(s)s})',
  local ago(age) = 'max by (%%(by)s) (qumulo_capacity_history_used_bytes{age="%s", %%(s)s})' % age,
  local entries(kind) = 'max by (%%(by)s, path) (qumulo_directory_entries{kind="%s", %%(s)s})' % kind,
  local top(query) = 'sort_desc(topk($top, %s))' % query,
  local untold = 'this release does not tell it',
  local off = 'none: the exporter reads no directories (collector directories and its paths)',
  local quotasOff = 'none: there is no quota, or the collector quotas is off',

  space: {
    used: {
      name: 'Used',
      description: 'What data, their administration and snapshots use together. Worry when it grows faster than planned.',
      query: 'sum(%s - %s)' % [size, free],
      unit: 'decbytes',
    },

    free: {
      name: 'Free',
      description: 'What can still be written, all clusters together. Worry when it is less than what you are about to write: ask those who look after the cluster.',
      query: 'sum(%s)' % free,
      unit: 'decbytes',
    },

    ratio: {
      name: 'Used',
      description: 'How much of all space is used. Worry above %d %%: tidy up, or ask for more.' % (100 * config.capacity.info),
      query: '1 - sum(%s) / sum(%s)' % [free, size],
      unit: 'percentunit',
      decimals: 1,
      min: 0,
      max: 1,
      thresholds: [[null, 'green'], [config.capacity.info, 'yellow'], [config.capacity.warning, 'orange'], [config.capacity.critical, 'red']],
    },

    size: {
      name: 'Size',
      description: 'All space there is, used and free. Worry when it falls: ask those who look after the cluster.',
      query: 'sum(%s)' % size,
      unit: 'decbytes',
    },

    snapshots: {
      name: 'In snapshots',
      description: 'What snapshots use: data that were changed or deleted and can still be brought back. Worry when it is more than the data that people see. It comes back by itself when snapshots expire.',
      query: 'sum(%s)' % snapshots,
      unit: 'decbytes',
      noValue: untold,
    },

    firstFull: {
      name: 'First cluster full in',
      description: 'When the cluster that fills up first has no free space, if it fills up as in the last days. Worry below %d days.' % config.forecast.info,
      query: 'min(instance:qumulo_filesystem_full:seconds{%(s)s}) / 86400',
      unit: 'suffix:days',
      decimals: 0,
      thresholds: [[null, 'red'], [config.forecast.warning, 'orange'], [config.forecast.info, 'green']],
      noValue: 'not filling',
    },

    composition: {
      name: 'What the space is used for',
      description: 'Data that people see, what snapshots keep of the past, and what is free; together they are the size. Worry when the free part grows thin, and look whether data or snapshots eat it. The cache of portals, where there is one, gives way to data.',
      local kept = 'sum(%s or 0 * %s)' % [snapshots, size],
      queries: [
        { query: 'sum(%s - %s) - %s' % [size, free, kept], legend: 'data' },
        { query: kept, legend: 'snapshots' },
        { query: 'sum(%s)' % free, legend: 'free' },
        { query: 'sum(max by (%(by)s) (qumulo_filesystem_portal_cache_bytes{%(s)s})) > 0', legend: 'portal cache (a part of free)' },
      ],
      unit: 'decbytes',
      min: 0,
      stack: true,
    },

    usage: {
      name: 'Data, metadata and snapshots',
      description: 'What uses the space by kind. Worry when snapshots grow faster than data: something is rewritten all the time.',
      query: 'sum by (usage_type) (qumulo_fs_directory_used_bytes{path="/", %(s)s})',
      legend: '{{usage_type}}',
      unit: 'decbytes',
      min: 0,
      stack: true,
      noValue: untold,
    },

    tree: {
      name: 'Files and directories',
      description: 'How many entries of each kind there are. Worry when they grow much faster than the data: many small files make everything slower.',
      query: 'sum by (entry_type) (qumulo_fs_directory_tree_entries{path="/", %(s)s})',
      legend: '{{entry_type}}',
      unit: 'short',
      min: 0,
      noValue: untold,
    },

    largestDirectories: {
      name: 'The largest directories',
      description: 'The chosen directories that use most, with all below them and without snapshots. Worry about one that is larger than its owners know.',
      query: top(directory()),
      legend: '{{path}} ({{instance}})',
      unit: 'decbytes',
      min: 0,
      noValue: off,
    },

    growingDirectories: {
      name: 'The directories that grow most',
      description: 'How much the chosen directories have grown within the time that the page shows; choose a week on top to see a week. Worry about one that nobody expected: ask its owners.',
      query: top(directoryGrowth + ' > 0'),
      legend: '{{path}} ({{instance}})',
      unit: 'decbytes',
      min: 0,
      noValue: 'none has grown, or the exporter reads no directories',
    },

    directories: {
      name: 'The largest directories over time',
      description: 'The course of the directories that are largest now. Worry when one goes up steeply, and before others must go without.',
      query: '%s\nand topk($top, %s)' % [directory(), directory(' @ end()')],
      legend: '{{path}} ({{instance}})',
      unit: 'decbytes',
      min: 0,
      noValue: off,
    },

    largestQuotas: {
      name: 'The directories with a quota that use most',
      description: 'What directories with a quota use. One within another counts in both. Worry about one that is larger than its owners know.',
      query: top(quota()),
      legend: '{{path}} ({{instance}})',
      unit: 'decbytes',
      min: 0,
      noValue: quotasOff,
    },

    growingQuotas: {
      name: 'The directories with a quota that grow most',
      description: 'How much directories with a quota have grown within the time that the page shows. Worry about one that nobody expected: ask its owners.',
      query: top('max by (%(by)s, path) (delta(qumulo_quota_used_bytes{%(s)s}[$__range])) > 0'),
      legend: '{{path}} ({{instance}})',
      unit: 'decbytes',
      min: 0,
      noValue: 'none has grown, or the collector quotas is off',
    },

    quotas: {
      name: 'Directories with a quota over time',
      description: 'The course of the directories with a quota that use most now. Worry when one goes up steeply.',
      query: '%s\nand topk($top, %s)' % [quota(), quota(' @ end()')],
      legend: '{{path}} ({{instance}})',
      unit: 'decbytes',
      min: 0,
      noValue: quotasOff,
    },

    deletes: {
      name: 'Still to be deleted',
      description: 'What jobs that delete whole directories have still to delete: space that comes back by itself. Worry when it stands still. Empty: nothing is being deleted.',
      query: 'sum by (%(by)s) (qumulo_tree_delete_remaining_bytes{%(s)s})',
      legend: '{{instance}}',
      unit: 'decbytes',
      min: 0,
      noValue: 'nothing',
    },

    // The columns of a table of directories.
    capacity: { name: 'Space', query: directory(), unit: 'decbytes' },
    share: {
      name: 'Of used space',
      query: '%s / on (%%(by)s) group_left () (%s - %s)' % [directory(), size, free],
      unit: 'percentunit',
      decimals: 1,
      min: 0,
      max: 1,
    },
    growth: { name: 'Growth', query: directoryGrowth, unit: 'decbytes' },
    files: { name: 'Files', query: entries('file'), unit: 'short' },
    folders: { name: 'Folders', query: entries('directory'), unit: 'short' },
    fileSize: { name: 'Mean file', query: '%s / (%s > 0)' % [directory(), entries('file')], unit: 'decbytes' },
    streams: { name: 'Named streams', query: 'max by (%(by)s, path) (qumulo_directory_named_stream_bytes{%(s)s})', unit: 'decbytes' },
    off: off,

    // The columns of a table of clusters, by the history that they keep themselves.
    clusterSize: { name: 'Size', query: size, unit: 'decbytes' },
    clusterFree: { name: 'Free', query: free, unit: 'decbytes' },
    clusterSnapshots: { name: 'In snapshots', query: snapshots, unit: 'decbytes' },
    grownIn(name, age): { name: name, query: '%s - %s' % [ago('0d'), ago(age)], unit: 'decbytes', noValue: '?' },
  },
}
