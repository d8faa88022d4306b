// Certificates and tokens that end: a month, a week and a day before.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  // three makes the alerts on one thing that ends. `expr` is its end, `of` are its labels.
  local three(prefix, expr, of, what, consequence) =
    local left = r.value('(%s - time()) / 86400' % std.strReplace(expr, '{#}', '{@}'), 'printf "%.1f"', of);
    [
      r.alert(
        prefix + level.suffix,
        level.severity,
        '%s - time() < %d * 86400' % [expr, config.expiry[level.severity]],
        '15m',
        'Qumulo cluster {{ $labels.instance }}: %s {{ if gt $value 0.0 }}expires in %s days{{ else }}has expired{{ end }}' % [what, left],
        |||
          {{ if gt $value 0.0 }}In %s days{{ else }}Since it has expired,{{ end }} %s
        ||| % [left, consequence]
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
        [],
        'its TLS certificate',
        'clients of the API and of the Web UI of {{ $labels.instance }} that verify the certificate fail, the exporter among them.'
      )
      + three(
        'QumuloAccessToken',
        '(qumulo_access_token_expiration_timestamp_seconds{#} and qumulo_access_token_in_use{#} == 1)',
        ['token_id'],
        'the access token of the exporter',
        'the token {{ $labels.token_id }} that the exporter sends to {{ $labels.instance }} is rejected, and the cluster is not monitored.'
      )
      + three(
        'QumuloKeyServerCertificate',
        'qumulo_encryption_kms_certificate_not_after_timestamp_seconds{#}',
        ['certificate'],
        'the {{ $labels.certificate }} certificate of the key management server',
        '{{ $labels.instance }} can\'t reach its key management server: nodes that start anew can\'t read their drives.'
      ),
  }
