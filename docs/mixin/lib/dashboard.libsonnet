// A dashboard of rows of panels: places, ids, variables, links and annotations are given here, the same for all.
function(config) {
  local panels = (import 'panels.libsonnet')(config),
  local query = (import 'query.libsonnet')(config),
  local datasource = panels.datasource,

  // The id of a panel comes of its titles, so that it stays when others come and go: links to a panel keep working.
  local id(row, title) = std.parseHex(std.md5(row + '/' + title)[:7]) + 1,

  // Panels flow from left to right and into the next line where the width of 24 is full.
  local flow(row, y) = std.foldl(function(acc, p)
    local wraps = acc.x + p.gridPos.w > 24;
    local x = if wraps then 0 else acc.x;
    local top = if wraps then acc.bottom else acc.top;
    {
      x: x + p.gridPos.w,
      top: top,
      bottom: std.max(acc.bottom, top + p.gridPos.h),
      panels: acc.panels + [p { id: id(row.title, p.title), gridPos: { x: x, y: top, w: p.gridPos.w, h: p.gridPos.h } }],
    }, row.panels, { x: 0, top: y, bottom: y, panels: [] }),

  local layout(rows) = std.foldl(function(acc, row)
    local placed = flow(row, acc.y + 1);
    local closed = std.get(row, 'collapsed', false);
    {
      y: if closed then acc.y + 1 else placed.bottom,
      panels: acc.panels + [{
        type: 'row',
        id: id(row.title, ''),
        title: row.title,
        collapsed: closed,
        gridPos: { x: 0, y: acc.y, w: 24, h: 1 },
        panels: if closed then placed.panels else [],
      }] + (if closed then [] else placed.panels),
    }, rows, { y: 0, panels: [] }).panels,

  local queryVariable(name, label, q) = {
    type: 'query',
    name: name,
    label: label,
    datasource: datasource,
    definition: q,
    query: { query: q, refId: name },
    refresh: 2,
    sort: 1,
    regex: '',
    hide: 0,
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { text: ['All'], value: ['$__all'] },
    options: [],
  },

  local titles = { job: 'Job', instance: 'Cluster' },
  local clusterVariable(name) = queryVariable(
    name,
    std.get(titles, name, std.asciiUpper(name[0]) + name[1:]),
    local matchers = query.matchersBefore(name);
    'label_values(qumulo_up%s, %s)' % [if matchers == '' then '' else '{%s}' % matchers, name]
  ),

  // For a page about one cluster.
  one(variable):: variable { multi: false, includeAll: false, allValue: null, current: { text: '', value: '' } },

  variables:: {
    datasource: {
      type: 'datasource',
      name: 'datasource',
      label: 'Data source',
      query: 'prometheus',
      regex: '',
      refresh: 1,
      hide: 0,
      multi: false,
      includeAll: false,
      current: { text: 'default', value: 'default' },
      options: [],
    },
    cluster: [clusterVariable(l) for l in query.labels],
    exporter: queryVariable('exporter', 'Exporter', 'label_values(qumulo_exporter_build_info, instance)'),
    // One of several words or figures.
    choice(name, label, values): {
      type: 'custom',
      name: name,
      label: label,
      query: std.join(',', values),
      hide: 0,
      multi: false,
      includeAll: false,
      current: { text: values[0], value: values[0], selected: true },
      options: [{ text: v, value: v, selected: v == values[0] } for v in values],
    },
  },

  local annotation(name, color, expr, title, text) = {
    name: name,
    datasource: datasource,
    enable: true,
    hide: false,
    iconColor: color,
    target: { expr: query.expr(expr), refId: 'Anno', interval: '1m' },
    titleFormat: title,
    textFormat: text,
    useValueForTime: false,
  },

  // d has uid, title, description, rows, and perhaps variables besides those of all, and oneCluster.
  dashboard(d):: {
    local cluster = [
      if v.name == 'instance' && std.get(d, 'oneCluster', false) then $.one(v) else v
      for v in $.variables.cluster
    ],
    uid: d.uid,
    title: config.dashboards.prefix + d.title,
    description: d.description,
    tags: config.dashboards.tags,
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    timezone: 'browser',
    refresh: config.dashboards.refresh,
    time: { from: config.dashboards.from, to: 'now' },
    templating: { list: [$.variables.datasource] + cluster + std.get(d, 'variables', []) },
    links: [{
      type: 'dashboards',
      title: 'Qumulo',
      tags: config.dashboards.tags,
      asDropdown: true,
      includeVars: true,
      keepTime: true,
      targetBlank: false,
      icon: 'external link',
      tooltip: '',
      url: '',
    }],
    annotations: {
      list: [
        annotation('Firing alerts', 'red', 'ALERTS{alertstate="firing", %(alerts)s}', '{{alertname}}', '{{instance}}: {{severity}}'),
        annotation('Upgrades', 'blue', 'qumulo_upgrade_state{state!~"idle|unknown", %(s)s} == 1', 'Upgrade', '{{instance}}: {{state}}'),
      ],
    },
    panels: layout(d.rows),
  },
}
