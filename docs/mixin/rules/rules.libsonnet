// The recording rules, named level:metric:operation. Aggregations use `without`, so that job, instance and all labels of the
// user's own (site, tenant) stay.
{
  local config = $._config.qumulo,

  prometheusRules+:: {
    groups+: [
      (import 'maintenance.libsonnet')(config),
      (import 'reachability.libsonnet')(config),
      (import 'capacity.libsonnet')(config),
      (import 'performance.libsonnet')(config),
      (import 'clients.libsonnet')(config),
      (import 'replication.libsonnet')(config),
    ],
  },
}
