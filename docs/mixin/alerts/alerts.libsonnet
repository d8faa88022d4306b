// Alerts, one file a subject.
{
  prometheusAlerts+:: {
    groups+: [],
  },
}
