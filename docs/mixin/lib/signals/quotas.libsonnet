// Quotas. What grows is told of the range that the dashboard shows, so that it is there before a week has passed.
local mappings = import '../mappings.libsonnet';

function(config) {
  local each(metric, at='') = 'max by (%%(by)s, id, path) (%s{%%(s)s}%s)' % [metric, at],
  local used = each('qumulo_quota_used_bytes'),
  local limit = each('qumulo_quota_limit_bytes'),
  local ratio = '%s / (%s > 0)' % [used, limit],
  // At the end of the range: topk by itself would take others at each point of a course.
  local ratioNow = '%s / (%s > 0)' % [each('qumulo_quota_used_bytes', ' @ end()'), each('qumulo_quota_limit_bytes', ' @ end()')],
  local thresholds = [[null, 'green'], [config.quota.info, 'yellow'], [config.quota.infoHigh, 'orange'], [config.quota.warning, 'red']],
  local off = 'none: there is no quota, or the collector quotas is off',

  quotas: {
    over: {
      name: 'Quotas by how full they are',
      description: 'How many quotas there are, and how many are at least that full. Worry about the last two: their users are about to be unable to write, or already are.',
      queries: [
        { query: 'sum(qumulo_quotas{%(s)s})', legend: 'all' },
        { query: 'sort_desc(sum by (ratio) (qumulo_quotas_over{%(s)s}))', legend: '{{ratio}} or more' },
      ],
      unit: 'short',
      decimals: 0,
      min: 0,
      noValue: off,
    },

    nearlyFull: {
      name: 'Quotas nearly full',
      description: 'How many quotas are at least %d %% full. Worry about each: its users are about to be unable to write.' % (100 * config.quota.warning),
      query: 'count(%s >= %g) or %%(zero)s' % [ratio, config.quota.warning],
      unit: 'short',
      thresholds: [[null, 'green'], [1, 'orange']],
    },

    omitted: {
      name: 'Quotas not shown',
      description: 'How many quotas have no series of their own, since the exporter shows only the fullest or those of some paths. Worry when you miss one here: change the options of the collector quotas.',
      query: 'sum(qumulo_quotas_omitted{%(s)s})',
      unit: 'short',
      noValue: 'collector is off',
    },

    // The columns of a table of quotas.
    full: { name: 'Full', query: ratio, unit: 'percentunit', decimals: 1, min: 0, max: 1, thresholds: thresholds },
    used: { name: 'Used', query: used, unit: 'decbytes' },
    limit: { name: 'Limit', query: limit, unit: 'decbytes' },
    left: { name: 'Left', query: 'clamp_min(%s - %s, 0)' % [limit, used], unit: 'decbytes' },
    growth: { name: 'Growth', query: 'max by (%(by)s, id, path) (delta(qumulo_quota_used_bytes{%(s)s}[$__range]))', unit: 'decbytes' },
    untilFull: {
      name: 'Full in',
      query: 'clamp_min(%s - %s, 0) / (max by (%%(by)s, id, path) (deriv(qumulo_quota_used_bytes{%%(s)s}[$__range])) > 0) / 86400' % [limit, used],
      unit: 'suffix:days',
      decimals: 0,
      mappings: mappings.upTo(0, 'full', 'red'),
      thresholds: [[null, 'red'], [config.forecast.warning, 'orange'], [config.forecast.info, 'text']],
    },
    off: off,

    wrong: {
      name: 'Quotas',
      description: 'Quotas that are at least %d %% full. Worry above %d %%: their users are about to be unable to write.' % [100 * config.quota.info, 100 * config.quota.warning],
      query: 'sort_desc(%s >= %g)' % [ratio, config.quota.info],
      unit: 'percentunit',
      decimals: 1,
      min: 0,
      max: 1,
      thresholds: thresholds,
    },

    fullest: {
      name: 'The fullest quotas',
      description: 'How full the quotas are that are fullest now. Worry when a line reaches 100 %: its users can not write. A quota that is over its limit is drawn at 100 %.',
      query: 'clamp_max(%s, 1)\nand topk($top, %s)' % [ratio, ratioNow],
      legend: '{{path}} ({{instance}})',
      unit: 'percentunit',
      min: 0,
      max: 1,
      noValue: off,
    },
  },
}
