// How every alert and every recording rule is made.
//
// In expressions {#} stands for the selector of the configuration, and {#status="offline"} for it and a label of the
// query's own, so that they read like PromQL and each user's selector reaches all of them.
local select(expr, selector) =
  if selector == '' then
    std.strReplace(std.strReplace(expr, '{#}', ''), '{#', '{')
  else
    std.strReplace(std.strReplace(expr, '{#}', '{%s}' % selector), '{#', '{%s,' % selector);

function(config) {
  record(name, expr, labels={}):: {
    record: name,
    expr: std.rstripChars(select(expr, config.selector), '\n'),
    [if labels != {} then 'labels']: labels,
  },

  // One name has one severity: Alertmanager's usual inhibition mutes a warning of the same name as a critical alert,
  // also that of another cluster. `keep` is for hardware that comes and goes.
  alert(name, severity, expr, after, summary, description, keep=null):: {
    alert: name,
    expr: std.rstripChars(select(expr, config.selector), '\n'),
    'for': after,
    [if keep != null then 'keep_firing_for']: keep,
    labels: config.alertLabels { severity: severity },
    annotations: {
      summary: summary,
      description: std.strReplace(std.rstripChars(description, '\n'), '\n', ' '),
      runbook_url: config.runbookURL + std.asciiLower(name),
    },
  },

  // target are the labels that tell one cluster from another. In an `on` they are all needed: two sites may have a cluster
  // of the same name. `ignoring` and `without` need none of them.
  target:: ['job', 'instance'] + config.extraLabels,

  // about is a template that shows a label of a query's first result, and nothing where there is none; in the query {@} and
  // {@,node_id="…"} stand for the alert's own cluster. Names and serial numbers change or vanish with what breaks,
  // so they are no labels of the alert. `of` are further labels of the alert that the query is about.
  about(label, query, of=[], before='', after='')::
    local found = '{{ with %s | query }}' % self.ask(query, of);
    found + before + '{{ . | first | label "%s" }}' % label + after + '{{ end }}',

  // value likewise shows the query's value, by a function such as humanizePercentage; `none` is what to say without one.
  value(query, show, of=[], before='', after='', none='')::
    '{{ with %s | query }}%s{{ . | first | value | %s }}%s' % [self.ask(query, of), before, show, after]
    + (if none == '' then '' else '{{ else }}' + none) + '{{ end }}',

  // where shows a text if the query has a result.
  where(query, of, text):: '{{ with %s | query }}%s{{ end }}' % [self.ask(query, of), text],

  // list shows a label of all results, one after the other.
  list(label, query, of=[])::
    '{{ range $i, $s := %s | query | sortByLabel "%s" }}{{ if $i }}, {{ end }}{{ $s.Labels.%s }}{{ end }}'
    % [self.ask(query, of), label, label],

  ask(query, of)::
    local labels = self.target + of;
    local matchers = std.join(',', std.mapWithIndex(function(i, l) '%s=%%[%d]q' % [l, i + 1], labels));
    'printf `%s` %s' % [
      std.strReplace(std.strReplace(query, '{@}', '{%s}' % matchers), '{@', '{' + matchers),
      std.join(' ', ['$labels.' + l for l in labels]),
    ],

  // node is how texts name a node: "node 4 (paris-4)".
  node:: 'node {{ $labels.node_id }}' + self.about('node_name', 'qumulo_cluster_node_info{@}', ['node_id'], ' (', ')'),

  // present leaves out what belongs to a node that is not online, or to a cluster that people work on. `of` are the labels
  // that the expression before it has besides the node's.
  present(of=[])::
    local more = std.join('', [', ' + l for l in of]);
    'unless ignoring (status%s) qumulo_node_status{#status!="online"} == 1\n' % more
    + 'unless ignoring (node_id%s) instance:qumulo_maintenance:active{#} == 1' % more,
}
