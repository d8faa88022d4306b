// Queries whose labels are to be read: tables of what is wrong, and things that have a name.
{
  // each makes one query of [[word, query], …]: the label `problem` has the word.
  each(list)::
    std.join('\nor\n', ['label_replace(%s, "problem", "%s", "", "")' % [p[1], p[0]] for p in list]),

  // named adds labels of an info metric, found by the labels `on`. What has no info stays, without them.
  named(query, on, info, labels):: |||
    (%(query)s)
    * on (%%(by)s, %(on)s) group_left (%(labels)s)
    max by (%%(by)s, %(on)s, %(labels)s) (%(info)s{%%(s)s})
    or on (%%(by)s, %(on)s)
    (%(query)s)
  ||| % { query: query, on: on, info: info, labels: labels },

  // A label with a name that reads better, or that is the same in several queries.
  renamed(query, from, to):: 'label_join(%s, "%s", "", "%s")' % [query, to, from],
}
