// What can be changed, all under one key: _config is shared with the other mixins of a user.
//
//   (import 'qumulo_exporter/docs/mixin/mixin.libsonnet') + { _config+:: { qumulo+: { selector: 'job="storage"' } } }
{
  _config+:: {
    qumulo: {
      // Limits all rules and dashboards to the series with these labels. Change it if one Prometheus holds clusters
      // that others look after: 'team="storage"'.
      selector: '',

      // Labels that are told apart besides job and instance, such as 'site' or 'tenant': each becomes a variable of
      // every dashboard and stays in every aggregation. Set it if instance names are unique only within a site.
      extraLabels: [],

      // Where the runbooks are read. Change it if you keep your own copy.
      runbookURL: 'https://github.com/qumulo-exporter/qumulo_exporter/blob/main/docs/runbooks.md#',

      // Used space of the file system, 0 to 1, for info, warning and critical: the vendor's own defaults. Lower them for a
      // small cluster, where one per cent is filled in minutes.
      capacity: { info: 0.85, warning: 0.90, critical: 0.98 },

      // When the forecast says that the file system is full: info (time to order drives) and warning, in days. It counts
      // only above minUsed, since a new cluster that is being filled is no news. Raise info to your delivery time.
      forecast: { info: 30, warning: 4, minUsed: 0.6 },

      dashboards: {
        // Shown in Grafana's list of dashboards, and what the links between dashboards look for.
        tags: ['qumulo'],
        // What the name of each dashboard begins with.
        prefix: 'Qumulo / ',
        // The range that a dashboard opens with, and how often it is drawn again.
        from: 'now-24h',
        refresh: '1m',
      },
    },
  },
}
