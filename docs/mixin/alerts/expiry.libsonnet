// Certificates and tokens that end: a month, a week and a day before.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  // three makes the alerts on one thing that ends. `expr` is its end, `what` and `then` are its words.
  local three(prefix, expr, after, what, consequence) = [
    r.alert(
      prefix + level.suffix,
      level.severity,
      '%s - time() < %d * 86400' % [expr, config.expiry[level.severity]],
      after,
      'Qumulo cluster {{ $labels.instance }}: %s {{ if gt $value 0.0 }}expires in {{ $value | humanizeDuration }}{{ else }}has expired{{ end }}' % what,
      |||
        {{ if gt $value 0.0 }}In {{ $value | humanizeDuration }}{{ else }}Since it has expired,{{ end }} %s
      ||| % consequence
    )
    for level in [
      { suffix: 'Expiring', severity: 'info' },
      { suffix: 'ExpiringSoon', severity: 'warning' },
      { suffix: 'ExpiringNow', severity: 'critical' },
    ]
  ];
  {
    name: 'qumulo-expiry',
    rules:
      three(
        'QumuloCertificate',
        'qumulo_tls_certificate_not_after_timestamp_seconds{#}',
        '15m',
        'its TLS certificate',
        'clients of the API and of the Web UI of {{ $labels.instance }} that verify the certificate fail, the exporter among them.'
      )
      + three(
        'QumuloAccessToken',
        '(qumulo_access_token_expiration_timestamp_seconds{#} and qumulo_access_token_in_use{#} == 1)',
        '15m',
        'the access token of the exporter',
        'the token {{ $labels.token_id }} that the exporter sends to {{ $labels.instance }} is rejected, and the cluster is not monitored.'
      )
      + three(
        'QumuloKeyServerCertificate',
        'qumulo_encryption_kms_certificate_not_after_timestamp_seconds{#}',
        '15m',
        'the {{ $labels.certificate }} certificate of the key management server',
        '{{ $labels.instance }} can\'t reach its key management server: nodes that start anew can\'t read their drives.'
      ),
  }
