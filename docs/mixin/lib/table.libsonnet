// A table of the present values: one row for each set of labels. Its columns are, in order,
//   { label: 'node_id', name: 'Node' }   a label of the queries
//   signal { … }                         the value of a signal, with its unit, mappings and thresholds
//   signal { hidden: true }              a query that only brings labels
// and each may have a width, links and cell ('text', 'color', 'fill', 'gauge').
function(config) {
  local panels = (import 'panels.libsonnet')(config),
  local query = (import 'query.libsonnet')(config),

  local has(column, key) = std.objectHas(column, key),
  local value(column) = has(column, 'query'),

  local cells = {
    text: { type: 'auto' },
    color: { type: 'color-text' },
    fill: { type: 'color-background', mode: 'basic' },
    gauge: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' },
  },

  // A cell without a value has a word too, and not the colour of the lowest values.
  local missing(word) = [
    { type: 'special', options: { match: match, result: { text: word, color: 'text', index: 99 } } }
    for match in ['null+nan', 'empty']
  ],

  local override(column) = {
    matcher: { id: 'byName', options: column.name },
    properties: [
      { id: p[0], value: p[1] }
      for p in [
        ['unit', std.get(column, 'unit')],
        ['decimals', std.get(column, 'decimals')],
        ['min', std.get(column, 'min')],
        ['max', std.get(column, 'max')],
        ['mappings', if has(column, 'mappings') || has(column, 'noValue') then std.get(column, 'mappings', []) + missing(std.get(column, 'noValue', '–'))],
        ['thresholds', if has(column, 'thresholds') then panels.thresholds(column.thresholds)],
        ['color', if has(column, 'thresholds') then { mode: 'thresholds' }],
        ['links', std.get(column, 'links')],
        ['custom.width', std.get(column, 'width')],
        ['custom.cellOptions', cells[std.get(column, 'cell', if has(column, 'thresholds') then 'color' else 'text')]],
      ]
      if p[1] != null
    ],
  },

  // Grafana calls a value by its query, but for a query that stands alone.
  local numbered(columns) =
    local count = std.length(std.filter(value, columns));
    std.foldl(function(acc, c) acc {
      next: acc.next + (if value(c) then 1 else 0),
      columns+: [c {
        [if value(c) then 'refId']: std.char(65 + acc.next),
        field: if !value(c) then c.label else if count == 1 then 'Value' else 'Value #' + std.char(65 + acc.next),
      }],
    }, columns, { next: 0, columns: [] }).columns,

  // sort: the column that the rows are ordered by, the largest first unless ascending. noValue is what an empty table says.
  table(t):: {
    local columns = numbered(t.columns),
    local extra = [{ label: l, field: l, name: l } for l in config.extraLabels],
    local shown = [c for c in columns if !std.get(c, 'hidden', false)],
    local placed = shown[:1] + extra + shown[1:],

    type: 'table',
    title: t.title,
    description: t.description,
    datasource: panels.datasource,
    gridPos: { w: std.get(t, 'w', 24), h: std.get(t, 'h', 8) },
    targets: [
      {
        refId: c.refId,
        datasource: panels.datasource,
        expr: query.expr(c.query),
        legendFormat: '__auto',
        editorMode: 'code',
        format: 'table',
        range: false,
        instant: true,
      }
      for c in columns
      if value(c)
    ],
    transformations: [
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true, job: true } + { [l]: true for l in std.get(t, 'hide', []) } + { [c.field]: true for c in columns if std.get(c, 'hidden', false) },
          indexByName: { [placed[i].field]: i for i in std.range(0, std.length(placed) - 1) },
          renameByName: { [c.field]: c.name for c in placed },
        },
      },
    ],
    fieldConfig: {
      defaults: {
        noValue: std.get(t, 'noValue', 'none'),
        thresholds: panels.thresholds([[null, 'text']]),
        mappings: missing('–'),
        custom: { align: 'auto', cellOptions: { type: 'auto' }, inspect: false, filterable: std.get(t, 'filterable', false) },
      },
      overrides: [override(c) for c in shown],
    },
    options: {
      showHeader: true,
      cellHeight: 'sm',
      frameIndex: 0,
      footer: { show: false, reducer: ['sum'], countRows: false, fields: '' },
      sortBy: if has(t, 'sort') then [{ displayName: t.sort, desc: !std.get(t, 'ascending', false) }] else [],
    },
  },
}
