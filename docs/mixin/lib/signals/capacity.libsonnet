// Space.
function(config) {
  local limits = config.capacity,
  local forecast = config.forecast,

  usedRatio: {
    name: 'Used',
    description: 'How much of the usable capacity is used, snapshots included. Worry above %d %%: rebuilds and deletes need free space too.' % (100 * limits.info),
    query: '1 - max by (%(by)s) (qumulo_filesystem_free_bytes{%(s)s}) / max by (%(by)s) (qumulo_filesystem_size_bytes{%(s)s})',
    legend: '{{instance}}',
    unit: 'percentunit',
    decimals: 1,
    min: 0,
    max: 1,
    thresholds: [[null, 'green'], [limits.info, 'yellow'], [limits.warning, 'orange'], [limits.critical, 'red']],
  },

  untilFull: {
    name: 'Full in',
    description: 'When the free space ends if it goes on as in the last days. No figure: it is not filling up, or there is less than a day of data. Worry below %d days, which is about what it takes to buy more.' % forecast.info,
    query: 'max by (%(by)s) (instance:qumulo_filesystem_full:seconds{%(s)s})',
    legend: '{{instance}}',
    unit: 's',
    decimals: 0,
    thresholds: [[null, 'red'], [forecast.warning * 86400, 'orange'], [forecast.info * 86400, 'green']],
    noValue: 'not filling',
  },

  size: {
    name: 'Size',
    description: 'The usable capacity: data, snapshots and free space. Worry when it falls: drives or nodes are missing.',
    query: 'sum by (%(by)s) (qumulo_filesystem_size_bytes{%(s)s})',
    legend: '{{instance}}',
    unit: 'decbytes',
  },

  used: {
    name: 'Used',
    description: 'What data, metadata and snapshots use together. Worry when it grows faster than planned.',
    query: 'sum by (%(by)s) (qumulo_filesystem_size_bytes{%(s)s} - qumulo_filesystem_free_bytes{%(s)s})',
    legend: '{{instance}}',
    unit: 'decbytes',
  },

  free: {
    name: 'Free',
    description: 'What can still be written. Worry when it is less than what a month brings.',
    query: 'sum by (%(by)s) (qumulo_filesystem_free_bytes{%(s)s})',
    legend: '{{instance}}',
    unit: 'decbytes',
  },
}
