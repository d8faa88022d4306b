// The monitoring mixin: grafanaDashboards, prometheusAlerts and prometheusRules, made from _config.qumulo.
// README.md says how to use it, with jsonnet and without.
(import 'config.libsonnet') +
(import 'rules/rules.libsonnet') +
(import 'alerts/alerts.libsonnet') +
(import 'dashboards/dashboards.libsonnet')
