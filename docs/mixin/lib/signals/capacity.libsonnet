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
    description: 'When the free space ends if it fills up as in the last days. No figure: it is not filling up, or there is less than a day of data. Worry below %d days, which is about what it takes to buy more.' % forecast.info,
    query: 'max by (%(by)s) (instance:qumulo_filesystem_full:seconds{%(s)s}) / 86400',
    legend: '{{instance}}',
    unit: 'suffix:days',  // Grafana would make weeks and years of seconds
    decimals: 0,
    thresholds: [[null, 'red'], [forecast.warning, 'orange'], [forecast.info, 'green']],
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

  parts: {
    name: 'Capacity and where it goes',
    description: 'What data and snapshots use, the usable size, and what will be used in %d days at the growth of the last days. Worry when that line comes near the size. No such line: the cluster is not filling, or there is less than a day of data.' % forecast.info,
    queries: [
      { query: 'sum by (%(by)s) (qumulo_filesystem_size_bytes{%(s)s} - qumulo_filesystem_free_bytes{%(s)s} - qumulo_filesystem_snapshot_bytes{%(s)s})', legend: 'data' },
      { query: 'sum by (%(by)s) (qumulo_filesystem_snapshot_bytes{%(s)s})', legend: 'snapshots' },
      { query: 'sum by (%(by)s) (qumulo_filesystem_size_bytes{%(s)s})', legend: 'size' },
      { query: 'max by (%(by)s) (qumulo_filesystem_capacity_clamp_bytes{%(s)s})', legend: 'size limit' },
      {
        query: |||
          sum by (%%(by)s) (qumulo_filesystem_size_bytes{%%(s)s} - qumulo_filesystem_free_bytes{%%(s)s})
          + max by (%%(by)s) (qumulo_filesystem_free_bytes{%%(s)s}) / max by (%%(by)s) (instance:qumulo_filesystem_full:seconds{%%(s)s}) * %d
        ||| % (forecast.info * 86400),
        legend: 'used in %d days' % forecast.info,
      },
    ],
    unit: 'decbytes',
    min: 0,
    stack: true,
    overrides: [
      {
        matcher: { id: 'byRegexp', options: 'size|size limit|used in .*' },
        properties: [
          { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
          { id: 'custom.fillOpacity', value: 0 },
          { id: 'custom.lineWidth', value: 2 },
          { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
        ],
      },
    ],
  },

  growth: {
    name: 'Growth a day',
    description: "How much more was used each day, over the last day, week and month, from the cluster's own history. Worry when the last day is far above the month.",
    queries: [
      {
        query: |||
          86400 * (max by (%%(by)s) (qumulo_capacity_history_used_bytes{age="0d", %%(s)s}) - max by (%%(by)s) (qumulo_capacity_history_used_bytes{age="%(age)s", %%(s)s}))
          / (max by (%%(by)s) (qumulo_capacity_history_timestamp_seconds{age="0d", %%(s)s}) - max by (%%(by)s) (qumulo_capacity_history_timestamp_seconds{age="%(age)s", %%(s)s}))
        ||| % { age: age },
        legend: 'over ' + age,
      }
      for age in ['1d', '7d', '30d']
    ],
    unit: 'decbytes',
    min: 0,
    noValue: 'not told',
  },
}
