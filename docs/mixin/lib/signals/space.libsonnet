// Who uses the space: quotas and directories.
function(config) {
  local quota(metric) = 'max by (%%(by)s, id, path) (%s{%%(s)s})' % metric,
  local limits = config.quota,

  quotaUsed: { name: 'Used', description: 'What the directory of the quota uses.', query: quota('qumulo_quota_used_bytes'), unit: 'decbytes' },
  quotaLimit: { name: 'Limit', description: 'What the quota allows.', query: quota('qumulo_quota_limit_bytes'), unit: 'decbytes' },
  quotaRatio: {
    name: 'Full',
    description: 'How much of the quota is used.',
    query: quota('qumulo_quota_used_bytes') + ' / (' + quota('qumulo_quota_limit_bytes') + ' > 0)',
    unit: 'percentunit',
    decimals: 0,
    min: 0,
    max: 1,
    thresholds: [[null, 'green'], [limits.info, 'yellow'], [limits.infoHigh, 'orange'], [limits.warning, 'red']],
    noValue: 'limit 0',
  },
  quotaGrowth: {
    name: 'Growth',
    description: 'How much more the directory of the quota uses than at the begin of the range.',
    query: 'max by (%(by)s, id, path) (delta(qumulo_quota_used_bytes{%(s)s}[$__range]))',
    unit: 'decbytes',
  },

  quotasOver: {
    name: 'Quotas by how full they are',
    description: 'How many of all quotas of the chosen clusters are used up to 75, 85, 95 % or wholly. Worry about the last two: writes fail at 100 %. Empty: the collector "quotas" is off.',
    query: 'sum by (ratio) (qumulo_quotas_over{%(s)s})',
    legend: '{{ratio}} or more',
    unit: 'short',
    decimals: 0,
    min: 0,
    step: true,
    noValue: 'the collector "quotas" is off',
  },

  quotas: {
    name: 'Quotas',
    description: 'How many quotas there are, and how many have no series of their own since only the fullest are read. Worry when the one you look for is among these.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_quotas{%(s)s})', legend: 'all' },
      { query: 'sum by (%(by)s) (qumulo_quotas_omitted{%(s)s})', legend: 'left out' },
    ],
    unit: 'short',
    noValue: 'collector off',
  },

  quotaCourse: {
    name: 'The largest quotas',
    description: 'What the directories with the largest use have used over time. Worry when one grows faster than the others. Empty: the collector "quotas" is off.',
    query: 'topk($top, max by (%(by)s, path) (qumulo_quota_used_bytes{%(s)s}))',
    legend: '{{path}}',
    unit: 'decbytes',
    min: 0,
    noValue: 'the collector "quotas" is off',
  },

  directories: {
    name: 'Directories',
    description: 'What the chosen directories use, with all below them. Worry when one is far larger than its people think. Empty: no paths are configured for the collector "directories".',
    query: 'sort_desc(sum by (%(by)s, path) (qumulo_directory_capacity_bytes{%(s)s}))',
    legend: '{{path}}',
    unit: 'decbytes',
    min: 0,
    noValue: 'no directories are configured',
  },

  directoryCourse: self.directories {
    name: 'Directories over time',
    query: 'sum by (%(by)s, path) (qumulo_directory_capacity_bytes{%(s)s})',
  },

  directoryData: { name: 'Data', description: 'The data in the directory and all below it.', query: 'max by (%(by)s, path) (qumulo_directory_capacity_bytes{content="data", %(s)s})', unit: 'decbytes' },
  directoryMetadata: { name: 'Metadata', description: 'The metadata of the directory and all below it.', query: 'max by (%(by)s, path) (qumulo_directory_capacity_bytes{content="metadata", %(s)s})', unit: 'decbytes' },
  directoryStreams: { name: 'Named streams', description: 'What named streams use, a part of the data.', query: 'max by (%(by)s, path) (qumulo_directory_named_stream_bytes{%(s)s})', unit: 'decbytes' },
  directoryFiles: { name: 'Files', description: 'How many files there are.', query: 'max by (%(by)s, path) (qumulo_directory_entries{kind="file", %(s)s})', unit: 'short' },
  directoryDirectories: { name: 'Directories', description: 'How many directories there are.', query: 'max by (%(by)s, path) (qumulo_directory_entries{kind="directory", %(s)s})', unit: 'short' },
  directoryGrowth: {
    name: 'Growth',
    description: 'How much more the directory uses than at the begin of the range.',
    query: 'sum by (%(by)s, path) (delta(qumulo_directory_capacity_bytes{%(s)s}[$__range]))',
    unit: 'decbytes',
  },

  byKind: {
    name: 'Data, metadata and snapshots',
    description: 'What uses the space, of all chosen clusters together. Worry when snapshots grow faster than data: something is rewritten all the time. Releases before 5.3.0 do not tell it.',
    query: 'sum by (usage_type) (qumulo_fs_directory_used_bytes{path="/", %(s)s})',
    legend: '{{usage_type}}',
    unit: 'decbytes',
    min: 0,
    stack: true,
    noValue: 'this release does not tell it',
  },

  entries: {
    name: 'Files and directories',
    description: 'How many entries of each kind there are, in all chosen clusters together. Worry when they grow much faster than the data: many small files make everything slower. Releases before 5.3.0 do not tell it.',
    query: 'sum by (entry_type) (qumulo_fs_directory_tree_entries{path="/", %(s)s})',
    legend: '{{entry_type}}',
    unit: 'short',
    min: 0,
    noValue: 'this release does not tell it',
  },

  treeDeleteBytes: {
    name: 'Still to be deleted',
    description: 'What tree-delete jobs still have to delete: space that comes back by itself. Worry when it stands still.',
    query: 'sum by (%(by)s) (qumulo_tree_delete_remaining_bytes{%(s)s})',
    unit: 'decbytes',
    noValue: 'nothing',
  },

  freeNow: self.byKind {
    name: 'Free',
    description: 'What can still be written. Worry when it is less than you need: ask the administrators, or delete what nobody needs.',
    query: 'sum by (%(by)s) (qumulo_filesystem_free_bytes{%(s)s})',
    legend: '{{instance}}',
    stack:: false,
    noValue: 'not told',
  },
}
