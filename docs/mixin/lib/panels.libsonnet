// The panels: each takes a signal (see signals.libsonnet) and returns a panel without place and id, which
// dashboard.libsonnet gives it. What differs from the signal is added to it: stat(signals.up { title: 'Clusters' }).
function(config) {
  local root = self,
  local query = (import 'query.libsonnet')(config),

  datasource:: { type: 'prometheus', uid: '${datasource}' },

  local target(i, q) = {
    refId: std.char(65 + i),
    datasource: root.datasource,
    expr: query.expr(q.query),
    legendFormat: std.get(q, 'legend', '__auto'),
    editorMode: 'code',
    range: true,
    instant: false,
  },
  local instant(t) = t { range: false, instant: true },

  // A signal has one query with a legend, or several under queries.
  local queries(signal) = if std.objectHas(signal, 'queries') then signal.queries else [signal],
  local targets(signal) = std.mapWithIndex(target, queries(signal)),

  // [[value, color], …]; the first value is null.
  thresholds(steps):: { mode: 'absolute', steps: [{ value: s[0], color: s[1] } for s in steps] },

  local defaults(signal) = {
    unit: std.get(signal, 'unit', 'none'),
    thresholds: root.thresholds(std.get(signal, 'thresholds', [[null, 'text']])),
    mappings: std.get(signal, 'mappings', []),
    [if std.objectHas(signal, 'min') then 'min']: signal.min,
    [if std.objectHas(signal, 'max') then 'max']: signal.max,
    [if std.objectHas(signal, 'decimals') then 'decimals']: signal.decimals,
    [if std.objectHas(signal, 'noValue') then 'noValue']: signal.noValue,
    [if std.objectHas(signal, 'links') then 'links']: signal.links,
  },

  local panel(type, signal, w, h) = {
    type: type,
    title: std.get(signal, 'title', signal.name),
    description: signal.description,
    datasource: root.datasource,
    gridPos: { w: std.get(signal, 'w', w), h: std.get(signal, 'h', h) },
    targets: targets(signal),
    fieldConfig: { defaults: defaults(signal), overrides: std.get(signal, 'overrides', []) },
  },

  local reduce = { calcs: ['lastNotNull'], fields: '', values: false },

  // One figure or word, the present one.
  stat(signal):: panel('stat', signal, 4, 4) {
    targets: std.map(instant, targets(signal)),
    fieldConfig+: { defaults+: { color: { mode: 'thresholds' } } },
    options: {
      reduceOptions: reduce { [if std.get(signal, 'field') != null then 'fields']: signal.field },
      colorMode: if std.objectHas(signal, 'thresholds') || std.objectHas(signal, 'mappings') then 'background' else 'none',
      graphMode: 'none',
      textMode: std.get(signal, 'textMode', 'auto'),
      // One size: long words are not cut off, and short ones do not shout.
      text: { titleSize: 12, valueSize: std.get(signal, 'size', 26) },
      justifyMode: 'auto',
      orientation: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
  },

  // The course of a signal. stack: areas on top of each other; step: what has states; log: an axis by powers of ten.
  timeseries(signal):: panel('timeseries', signal, 12, 8) {
    fieldConfig+: {
      defaults+: {
        color: { mode: 'palette-classic' },
        thresholds: root.thresholds(std.get(signal, 'thresholds', [[null, 'text']])),
        custom: {
          drawStyle: 'line',
          lineWidth: 1,
          lineInterpolation: if std.get(signal, 'step', false) then 'stepAfter' else 'linear',
          fillOpacity: if std.get(signal, 'stack', false) then 40 else 0,
          showPoints: 'never',
          spanNulls: false,
          stacking: { mode: if std.get(signal, 'stack', false) then 'normal' else 'none', group: 'A' },
          thresholdsStyle: { mode: if std.objectHas(signal, 'thresholds') then 'dashed' else 'off' },
          axisPlacement: 'auto',
          [if std.get(signal, 'log', false) then 'scaleDistribution']: { type: 'log', log: 10 },
        },
      },
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  },

  // The present values, one bar each.
  bars(signal):: panel('bargauge', signal, 12, 8) {
    targets: std.map(instant, targets(signal)),
    fieldConfig+: { defaults+: { color: { mode: 'thresholds' } } },
    options: {
      displayMode: 'basic',
      orientation: 'horizontal',
      reduceOptions: reduce,
      showUnfilled: true,
      valueMode: 'color',
      namePlacement: 'top',
      text: { titleSize: 12, valueSize: 14 },
      sizing: 'auto',
      minVizHeight: 36,  // name and bar; more of them than fit are scrolled
      maxVizHeight: 300,
      minVizWidth: 8,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
    },
  },

  text(title, description, content):: {
    type: 'text',
    title: title,
    description: description,
    gridPos: { w: 24, h: 3 },
    options: { mode: 'markdown', content: content },
  },
}
