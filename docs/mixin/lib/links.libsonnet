// Links from a cell or a figure.
{
  local variables = '${datasource:queryparam}&${job:queryparam}&${__url_time_range}',

  // To a dashboard, with the cluster of this row or series.
  toDashboard(uid, title): [{
    title: title,
    url: '/d/%s?%s&var-instance=${__data.fields["Cluster"]}' % [uid, variables],
    targetBlank: false,
  }],

  // To the address that is the label of the figure.
  toName(title): [{ title: title, url: '${__field.labels.url}', targetBlank: true }],

  // To the address that the cell shows.
  toValue(title): [{ title: title, url: '${__value.text}', targetBlank: true }],
}
