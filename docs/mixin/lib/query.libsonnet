// Queries of dashboards are written with two placeholders: %(s)s for the selector, which every metric has
// ('qumulo_up{%(s)s}', 'qumulo_node_status{status="offline", %(s)s}'), and %(by)s for the labels that tell clusters apart
// ('sum by (%(by)s, protocol) (…)'). A count of what is wrong ends with 'or %(zero)s'.
function(config) {
  local root = self,

  // Labels that tell clusters apart.
  labels: ['job'] + config.extraLabels + ['instance'],

  local own = if config.selector == '' then [] else [config.selector],
  local matchers(labels) = std.join(', ', own + ['%s=~"$%s"' % [l, l] for l in labels]),
  // The same for what may lack the labels.
  local matchersOrNone(labels) = std.join(', ', ['%s=~"$%s|"' % [l, l] for l in labels]),

  local words = {
    s: matchers(root.labels),
    by: std.join(', ', root.labels),
    // What the exporter says of itself, on a page of its own with an instance of its own.
    exporter: std.join(', ', own + ['%s=~"$%s"' % [l, l] for l in config.extraLabels] + ['instance=~"$exporter"']),
    // The series that Prometheus makes of alerts.
    alerts: 'alertname=~"Qumulo.*", ' + matchers(root.labels),
    // Those of them that are about the exporter's targets, which have no cluster, and none of the labels of one.
    down: 'alertname=~"QumuloExporterDown|QumuloTargetDown", ' + matchersOrNone(root.labels),
    // The exporter's targets.
    targets: std.join(', ', [config.upSelector] + own + [matchersOrNone(root.labels[:std.length(root.labels) - 1])]),
    // For "or": 0 where clusters are seen. Where none is, as while the exporter is down, nobody knows that there is nothing.
    zero: '0 * count(qumulo_up{%s})' % matchers(root.labels),
  },

  expr(query): query % words,

  // The selector of a variable: that of the variables on its left.
  matchersBefore(label): matchers(root.labels[:std.find(label, root.labels)[0]]),
}
