// State-sets: one series for each word, 1 for the present one.
local mappings = import 'mappings.libsonnet';
{
  // The worst word of all series of a cluster: bad are the words that are not fine, from the least to the worst. The value is 0 where
  // none of them is so, otherwise the place of the word.
  worst(metric, label, bad, fine, of='%(by)s'): {
    query: 'max by (%s) (%s)' % [of, std.join(' or ', ['%d * %s{%s="%s", %%(s)s}' % [i + 1, metric, label, bad[i]] for i in std.range(0, std.length(bad) - 1)])],
    mappings: mappings.words([[0, fine, 'green']] + [
      [i + 1, std.strReplace(bad[i], '_', ' '), if i == std.length(bad) - 1 then 'red' else 'orange']
      for i in std.range(0, std.length(bad) - 1)
    ]),
    thresholds: [[null, 'green'], [1, 'orange']] + (if std.length(bad) > 1 then [[std.length(bad), 'red']] else []),
  },

  // The present word, as the name of a series: for figures that show names.
  present(metric, label, of='%(by)s'): {
    query: 'max by (%s, %s) (%s{%%(s)s} == 1)' % [of, label, metric],
    legend: '{{%s}}' % label,
    textMode: 'name',
  },
}
