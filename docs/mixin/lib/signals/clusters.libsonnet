// The cluster as a whole.
local mappings = import '../mappings.libsonnet';

function(config) {
  local replication = (import 'replication.libsonnet')(config),
  // Alerts of the clusters, and that the exporter is down. more are matchers, each with a comma after it.
  local firing(more='') = '(ALERTS{alertstate="firing", %s%%(alerts)s} or ALERTS{alertstate="firing", %s%%(down)s})' % [more, more],
  local usedAbove(ratio) = '%s > %g' % [(import 'capacity.libsonnet')(config).usedRatio.query, ratio],

  // What is wrong with a cluster, the worst first: how urgent, the word, and the query that has a series where it is so.
  // They are those of the alerts, without the waiting.
  local troubles = [
    [95, 'credentials rejected', 'max by (%(by)s) (qumulo_credentials_accepted{%(s)s}) == 0'],
    [90, 'unreachable', 'max by (%(by)s) (qumulo_up{%(s)s}) == 0'],
    // Object-backed clusters tell no maximum: they are compared with their own week.
    [80, 'no failure can be survived', |||
      min by (%(by)s) (qumulo_protection_remaining_failures{component="drive", %(s)s}) == 0 and (
        max by (%(by)s) (qumulo_protection_max_failures{component="drive", %(s)s}) > 0
        or max by (%(by)s) (max_over_time(qumulo_protection_remaining_failures{component="drive", %(s)s}[7d])) > 0
      )
    |||],
    [75, 'full', usedAbove(config.capacity.critical)],
    [70, 'data at risk', 'max by (%(by)s) (qumulo_restriper_data_at_risk{%(s)s}) == 1'],
    [60, 'node offline', 'sum by (%(by)s) (qumulo_node_status{status="offline", %(s)s}) > 0'],
    [50, 'nearly full', usedAbove(config.capacity.warning)],
    [40, 'drive unhealthy', 'min by (%(by)s) (qumulo_drive_healthy{%(s)s}) == 0'],
    [35, 'replication failing', 'max by (%(by)s) (qumulo_replication_last_job_failed{%(s)s}) == 1'],
    [30, 'power supply', 'max by (%(by)s) (qumulo_psu_status{status!~"good|unknown", %(s)s}) == 1'],
    [25, 'filling up', usedAbove(config.capacity.info)],
    [20, 'collector failing', 'min by (%(by)s) (qumulo_scrape_collector_success{%(s)s}) == 0'],
  ],
  local ranked(t) = 'label_replace((%s) * 0 + %d, "trouble", "%s", "", "")' % [t[2], t[0], t[1]],

  urgency: {
    name: 'Urgency',
    description: 'How urgent the worst trouble of the cluster is, from 0 (none) to 95 (the exporter is not let in). Look first at what stands on top.',
    query: 'topk by (%(by)s) (1,\n  ' + std.join('\n  or ', [ranked(t) for t in troubles] + ['label_replace(max by (%(by)s) (qumulo_up{%(s)s}) * 0, "trouble", "none", "", "")']) + '\n)',
    thresholds: [[null, 'green'], [20, 'yellow'], [40, 'orange'], [60, 'red']],
    decimals: 0,
  },

  up: {
    name: 'Reachable',
    description: 'Whether the cluster accepted the credentials and answered the node listing at the last scrape. Worry when it is not for more than two minutes: nothing else about it is known then.',
    query: 'max by (%(by)s) (qumulo_up{%(s)s})',
    legend: '{{instance}}',
    mappings: mappings.goodIfOne('yes', 'no'),
    thresholds: [[null, 'red'], [1, 'green']],
  },

  clusters: {
    name: 'Clusters',
    description: 'How many clusters are scraped. Worry when it falls without anyone having taken one away.',
    query: 'count(count by (%(by)s) (qumulo_up{%(s)s}))',
    unit: 'short',
  },

  exporterDown: {
    name: 'Exporter down',
    description: 'How many targets of the exporter do not answer Prometheus. Worry at once: nothing is known of their clusters, unless another exporter watches them too.',
    query: 'count(up{%(targets)s} == 0) or 0 * count(up{%(targets)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  unreachable: {
    name: 'Unreachable',
    description: 'How many clusters did not answer at the last scrape, or rejected the credentials. Worry about each that stays so for more than two minutes.',
    query: 'sum(1 - max by (%(by)s) (qumulo_up{%(s)s}))',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  release: {
    name: 'Release',
    description: 'The release of Qumulo Core. Worry when clusters that replicate to each other are more than two quarterly releases apart.',
    query: 'max by (%(by)s, version) (qumulo_version_info{%(s)s})',
    legend: '{{version}}',
  },

  webUI: {
    name: 'Web UI',
    description: 'Where people administer the cluster.',
    query: 'max by (%(by)s, url) (qumulo_cluster_web_ui_info{%(s)s})',
    legend: '{{url}}',
  },

  nodesOnline: {
    name: 'Nodes online',
    description: 'How many nodes are online. Worry about each that is not: the cluster survives fewer failures without it.',
    query: 'sum by (%(by)s) (qumulo_node_status{status="online", %(s)s})',
    legend: '{{instance}}',
    unit: 'short',
  },

  nodes: {
    name: 'Nodes',
    description: 'How many nodes the cluster has.',
    query: 'sum by (%(by)s) (qumulo_cluster_nodes{%(s)s})',
    legend: '{{instance}}',
    unit: 'short',
  },

  nodesOffline: {
    name: 'Nodes offline',
    description: 'How many nodes are offline. Worry about each one that no upgrade or reboot explains.',
    query: 'sum by (%(by)s) (qumulo_node_status{status="offline", %(s)s})',
    legend: '{{instance}}',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  failuresLeft: {
    name: 'Survives',
    description: 'How many more drives may fail without data being lost. Worry when it is 0: the next failure may lose data.',
    query: 'min by (%(by)s) (qumulo_protection_remaining_failures{component="drive", %(s)s})',
    legend: '{{instance}}',
    unit: 'short',
    thresholds: [[null, 'red'], [1, 'yellow'], [2, 'green']],
  },

  dataAtRisk: {
    name: 'Data at risk',
    description: 'Whether some data are not fully protected. That is so while the cluster reprotects them after a failure; worry when it lasts for more than a quarter of an hour, and at once when the restriper does not run.',
    query: 'max by (%(by)s) (qumulo_restriper_data_at_risk{%(s)s})',
    legend: '{{instance}}',
    mappings: mappings.badIfOne('yes', 'no'),
    thresholds: [[null, 'green'], [1, 'red']],
  },

  drivesUnhealthy: {
    name: 'Drives unhealthy',
    description: 'How many drives are not healthy. Worry about each: it must be replaced, and until then the cluster survives fewer failures.',
    query: 'sum by (%(by)s) (1 - qumulo_drive_healthy{%(s)s})',
    legend: '{{instance}}',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  linksDown: {
    name: 'Links down',
    description: 'How many network devices are down. Worry about each: the node has less bandwidth, or is one cable from being lost.',
    query: 'sum by (%(by)s) (1 - qumulo_network_device_up{%(s)s})',
    legend: '{{instance}}',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  replicationBehind: {
    name: 'Replication behind',
    description: 'How old the data at the other end are, of the relationship that is furthest behind; those that are switched off, have ended or are in a blackout are left out. Worry when it is more than what may be lost.',
    query: 'max by (%(by)s) (' + replication.behind + ')',
    legend: '{{instance}}',
    unit: 's',
    thresholds: [[null, 'green'], [config.replicationLag.seconds, 'red']],
  },

  // For a table of clusters, so without the alerts that have no cluster.
  alertsFiring: {
    name: 'Alerts',
    description: 'How many alerts of the cluster are firing. Worry by their severity: critical ones are for now, warnings for today.',
    query: 'count by (%(by)s) (ALERTS{alertstate="firing", %(alerts)s})',
    legend: '{{instance}}',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'orange']],
  },

  alertSeverity: {
    name: 'Severity',
    description: 'The severity of each firing alert. Worry about critical ones now and about warnings today; information is for planning.',
    local of(severity) = firing('severity="%s", ' % severity),
    query: |||
      max by (%%(by)s, alertname) (3 * %s)
      or max by (%%(by)s, alertname) (2 * %s)
      or max by (%%(by)s, alertname) %s
    ||| % [of('critical'), of('warning'), of('info')],
    mappings: mappings.words([[3, 'critical', 'red'], [2, 'warning', 'orange'], [1, 'info', 'blue']]),
    thresholds: [[null, 'text']],
  },

  // By severity, which says what a person must do.
  alertsOf: {
    local count(severity) = 'count(%s) or %%(zero)s' % firing('severity="%s", ' % severity),
    all: {
      name: 'Firing alerts',
      description: 'How many alerts of this exporter are firing. Worry by their severity: critical ones are for now, warnings for today.',
      query: 'count(%s) or %%(zero)s' % firing(),
      unit: 'short',
      thresholds: [[null, 'green'], [1, 'orange']],
    },
    critical: {
      name: 'Critical alerts',
      description: 'How many critical alerts of this exporter are firing. Worry about each now.',
      query: count('critical'),
      unit: 'short',
      thresholds: [[null, 'green'], [1, 'red']],
    },
    warning: {
      name: 'Warnings',
      description: 'How many warnings of this exporter are firing. Worry about each today.',
      query: count('warning'),
      unit: 'short',
      thresholds: [[null, 'green'], [1, 'orange']],
    },
    course: {
      name: 'Alerts in the course of time',
      description: 'How many alerts of this exporter were firing, by severity. Worry when critical ones come, or when the sum grows for days: nobody looks after them.',
      query: 'count by (severity) %s' % firing(),
      legend: '{{severity}}',
      unit: 'short',
      decimals: 0,
      min: 0,
      stack: true,
      step: true,
      noValue: 'none',
      overrides: [
        { matcher: { id: 'byName', options: severity[0] }, properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: severity[1] } }] }
        for severity in [['critical', 'red'], ['warning', 'orange'], ['info', 'blue']]
      ],
    },
  },
}
