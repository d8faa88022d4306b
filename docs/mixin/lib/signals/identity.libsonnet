// Who and what a cluster is, and the directory services that it asks.
local mappings = import '../mappings.libsonnet';

function(config) {
  local rate(metric, by) = 'sum by (%%(by)s, %s) (rate(%s{%%(s)s}[$__rate_interval]))' % [by, metric],
  local mean(metric, by) = |||
    sum by (%%(by)s, %(by)s) (rate(%(metric)s_sum{%%(s)s}[$__rate_interval]))
    / (sum by (%%(by)s, %(by)s) (rate(%(metric)s_count{%%(s)s}[$__rate_interval])) > 0)
  ||| % { metric: metric, by: by },

  clusterName: { name: 'Name', description: 'The name of the cluster.', query: 'max by (%(by)s, name, uuid) (qumulo_cluster_info{%(s)s})' },
  clusterKind: {
    name: 'Kind',
    description: 'What the cluster says of itself.',
    query: 'max by (%(by)s, platform, service_model, cluster_type) (qumulo_info{%(s)s})',
  },
  exporterUser: { name: 'User', description: 'The user that the exporter reads the cluster as.', query: 'max by (%(by)s, user) (qumulo_credentials_info{%(s)s})' },
  domain: { name: 'Domain', description: 'The Active Directory domain.', query: 'max by (%(by)s, domain) (qumulo_ad_info{%(s)s})' },
  adJoined: {
    name: 'Joined',
    description: 'Whether the cluster has joined an Active Directory domain.',
    query: 'max by (%(by)s) (qumulo_ad_joined{%(s)s})',
    mappings: mappings.words([[1, 'yes', 'green'], [0, 'no', 'text']]),
    thresholds: [[null, 'text']],
  },

  directoryRequests: {
    name: 'Requests to directory services',
    description: 'What the nodes ask Active Directory and LDAP. Worry when it is many times its usual: a cache does not work, or a client asks for everything.',
    queries: [
      { query: rate('qumulo_ad_netlogon_requests_total', 'domain_url'), legend: 'NETLOGON {{domain_url}}' },
      { query: rate('qumulo_ldap_lookup_requests_total', 'domain_url'), legend: 'LDAP lookups {{domain_url}}' },
      { query: rate('qumulo_ldap_operations_total', 'domain_url'), legend: 'LDAP operations {{domain_url}}' },
      { query: rate('qumulo_ldap_operation_referrals_total', 'domain_url'), legend: 'LDAP referrals {{domain_url}}' },
    ],
    unit: 'reqps',
    min: 0,
    noValue: 'none is used, or the release does not tell it',
  },

  directoryErrors: {
    name: 'Errors of directory services',
    description: 'Requests to Active Directory and LDAP that failed. Worry when they continue: users cannot log in, or are taken for somebody else.',
    queries: [
      { query: rate('qumulo_ad_netlogon_request_errors_total', 'server_url') + ' > 0', legend: 'NETLOGON {{server_url}}' },
      { query: rate('qumulo_ldap_lookup_request_errors_total', 'server_url') + ' > 0', legend: 'LDAP lookups {{server_url}}' },
      { query: rate('qumulo_ldap_operation_errors_total', 'domain_url') + ' > 0', legend: 'LDAP operations {{domain_url}}' },
    ],
    unit: 'reqps',
    min: 0,
    noValue: 'none',
  },

  directoryLatency: {
    name: 'Mean time of directory services',
    description: 'How long Active Directory and LDAP take to answer. Worry above a second: logins and listings get slow.',
    queries: [
      { query: mean('qumulo_ad_netlogon_request_latency_seconds', 'server_url'), legend: 'NETLOGON {{server_url}}' },
      { query: mean('qumulo_ldap_lookup_request_latency_seconds', 'server_url'), legend: 'LDAP lookups {{server_url}}' },
      { query: mean('qumulo_ldap_operation_latency_seconds', 'domain_url'), legend: 'LDAP operations {{domain_url}}' },
    ],
    unit: 's',
    min: 0,
    noValue: 'none is used, or the release does not tell it',
  },
}
