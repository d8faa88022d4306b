// The exporter itself: what came of its scrapes, by cluster, and what it says on its own page, by target.
local mappings = import '../mappings.libsonnet';

function(config) {
  collectorsFailing: {
    name: 'Collectors failing',
    description: 'How many collectors did not read everything they should at the last scrape. Worry when it stays: the table below names them, and the log of the exporter says why.',
    query: 'count(qumulo_scrape_collector_success{%(s)s} == 0) or %(zero)s',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'orange']],
  },

  collectorSuccess: {
    name: 'Success',
    description: 'Whether the collector read everything it should at the last scrape.',
    query: 'min by (%(by)s, collector) (qumulo_scrape_collector_success{%(s)s})',
    legend: '{{instance}} {{collector}}',
    mappings: mappings.goodIfOne('yes', 'no'),
    thresholds: [[null, 'red'], [1, 'green']],
  },

  collectorSupported: {
    name: 'In this release',
    description: 'Whether the release of the cluster has what the collector reads.',
    query: 'min by (%(by)s, collector) (qumulo_scrape_collector_supported{%(s)s})',
    legend: '{{instance}} {{collector}}',
    mappings: mappings.words([[1, 'yes', 'text'], [0, 'not in this release', 'blue']]),
  },

  collectorDuration: {
    name: 'Took',
    description: 'How long the collector took at each scrape. Worry when one takes most of the time that a scrape has: what is not read by then is missing.',
    query: 'max by (%(by)s, collector) (qumulo_scrape_collector_duration_seconds{%(s)s})',
    legend: '{{instance}} {{collector}}',
    unit: 's',
    min: 0,
  },

  collectorAge: {
    name: 'Age of values',
    description: 'How long ago the values were read. Worry when it is more than twice the interval of the collector: reads are failing and old values are shown.',
    query: 'time() - max by (%(by)s, collector) (qumulo_scrape_collector_read_timestamp_seconds{%(s)s})',
    legend: '{{instance}} {{collector}}',
    unit: 's',
    min: 0,
  },

  collectorInterval: {
    name: 'Interval',
    description: 'How often the collector reads at most; 0: at each scrape.',
    query: 'max by (%(by)s, collector) (qumulo_scrape_collector_interval_seconds{%(s)s})',
    unit: 's',
  },

  scrapeDuration: {
    name: 'Scrape duration',
    description: 'How long a scrape of the cluster takes, and the time that it has. Worry when the two come near each other: give Prometheus a longer scrape_timeout, or slow collectors an interval.',
    queries: [
      { query: 'max by (%(by)s) (qumulo_scrape_duration_seconds{%(s)s})', legend: '{{instance}}' },
      { query: 'max by (%(by)s) (qumulo_scrape_deadline_seconds{%(s)s})', legend: '{{instance}} limit' },
    ],
    unit: 's',
    min: 0,
  },

  apiRequests: {
    name: 'API requests by status',
    description: 'Requests to the clusters by what was answered; "error" is none. Worry about 401 and 403 (token, privileges), 5xx and errors that stay; 404 is a release that lacks an endpoint.',
    query: 'sum by (target, code) (rate(qumulo_exporter_api_requests_total{%(exporter)s}[$__rate_interval]))',
    legend: '{{target}} {{code}}',
    unit: 'reqps',
    min: 0,
  },

  apiErrors: {
    name: 'Failing operations',
    description: 'Requests that were not answered well, by operation; without 404, which is a release that lacks an endpoint. Worry when one stays: that part of the cluster is not watched.',
    query: 'sum by (target, operation, code) (rate(qumulo_exporter_api_requests_total{code!~"200|404", %(exporter)s}[$__rate_interval])) > 0',
    legend: '{{target}} {{operation}} {{code}}',
    unit: 'reqps',
    min: 0,
    noValue: 'none',
  },

  apiTime: {
    name: 'The ten slowest API operations',
    description: 'How long the ten slowest operations take on average now. Worry when all of them grow together: the node that is asked is overloaded, or another one hangs.',
    query: |||
      sort_desc(topk(10, sum by (target, operation) (rate(qumulo_exporter_api_request_duration_seconds_sum{%(exporter)s}[$__rate_interval]))
      / sum by (target, operation) (rate(qumulo_exporter_api_request_duration_seconds_count{%(exporter)s}[$__rate_interval]))))
    |||,
    legend: '{{target}} {{operation}}',
    unit: 's',
    min: 0,
  },

  apiBytes: {
    name: 'Bytes read',
    description: 'What the exporter reads of each cluster. Worry when it jumps: a list has grown, and perhaps a collector is better read at an interval.',
    query: 'sum by (target) (rate(qumulo_exporter_api_response_bytes_total{%(exporter)s}[$__rate_interval]))',
    legend: '{{target}}',
    unit: 'Bps',
    min: 0,
  },

  logins: {
    name: 'Logins',
    description: 'Logins by result in the range between two points; about one each nine hours is usual, none with an access token. Worry about refused ones: the password or token is wrong, and accounts may lock.',
    query: 'sum by (result) (increase(qumulo_exporter_logins_total{%(exporter)s}[$__rate_interval]))',
    legend: '{{result}}',
    unit: 'short',
    min: 0,
  },

  loginPaused: {
    name: 'Logins paused',
    description: 'For how many clusters no login is sent, since the cluster rejected one. Worry at once: nothing is read until the password or token file changes or the pause ends.',
    query: 'sum(qumulo_exporter_login_paused{%(exporter)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  sessionEnds: {
    name: 'Session token ends in',
    description: 'How long the session token lives. It is renewed an hour before; worry when it goes below. No series with an access token.',
    query: 'min by (target) (qumulo_exporter_session_token_expiration_timestamp_seconds{%(exporter)s}) - time()',
    legend: '{{target}}',
    unit: 's',
    noValue: 'access tokens only',
  },

  failovers: {
    name: 'Fail-overs and partial scrapes',
    description: 'How often the exporter moved to another address of the cluster, and how many scrapes ended at their deadline with a part missing. Worry when either continues: a node hangs, or the cluster is slow.',
    queries: [
      { query: 'sum(increase(qumulo_exporter_address_failovers_total{%(exporter)s}[$__rate_interval]))', legend: 'fail-overs' },
      { query: 'sum(increase(qumulo_exporter_scrape_timeouts_total{%(exporter)s}[$__rate_interval]))', legend: 'partial scrapes' },
    ],
    unit: 'short',
    min: 0,
  },

  joined: {
    name: 'Joined scrapes and TLS handshakes',
    description: 'Scrapes that shared the calls of another one (two Prometheus servers that scrape at once), and handshakes with the cluster. Worry when handshakes continue steadily: connections are not kept open, perhaps by a load balancer.',
    queries: [
      { query: 'sum(rate(qumulo_exporter_scrapes_joined_total{%(exporter)s}[$__rate_interval]))', legend: 'joined' },
      { query: 'sum(rate(qumulo_exporter_tls_handshakes_total{%(exporter)s}[$__rate_interval]))', legend: 'handshakes' },
    ],
    unit: 'cps',
    min: 0,
  },

  dropped: {
    name: 'Families dropped',
    description: "How many families of the clusters' own pages were left out, since the exporter has one of that name. Worry when it is not 0: a new release brought a name that clashes; please report it.",
    query: 'sum(increase(qumulo_exporter_dropped_families_total{%(exporter)s}[$__range]))',
    unit: 'short',
    decimals: 0,
    thresholds: [[null, 'green'], [1, 'orange']],
  },

  reloadFailed: {
    name: 'Configuration',
    description: 'Whether the configuration file was good when it was last loaded. Worry when it was not: the exporter keeps the one before, and would not start again.',
    query: 'min(qumulo_exporter_config_last_reload_successful{%(exporter)s})',
    mappings: mappings.goodIfOne('loaded', 'faulty'),
    thresholds: [[null, 'red'], [1, 'green']],
  },

  address: {
    name: 'Active address',
    description: 'The address of each cluster that calls go to. Worry when it changes often: the others are failing.',
    query: 'max by (target, address) (qumulo_exporter_active_address_info{%(exporter)s})',
  },

  privilegesMissing: {
    name: 'Privileges missing',
    description: "Privileges that collectors need and the exporter's user lacks. Worry about each: that collector reads nothing. The page docs/metrics.md has the commands that give them.",
    query: 'max by (%(by)s, collector, privilege) (qumulo_privilege_granted{%(s)s} == 0)',
    noValue: 'none',
  },

  memory: {
    name: 'Memory',
    description: "The exporter's resident memory. Worry when it grows for days: that would be a fault of ours.",
    query: 'max by (instance) (process_resident_memory_bytes{%(exporter)s})',
    legend: '{{instance}}',
    unit: 'bytes',
    min: 0,
  },

  cpu: {
    name: 'CPU',
    description: "How many CPUs the exporter keeps busy. Worry when it is near 1 for long: give expensive collectors an interval.",
    query: 'sum by (instance) (rate(process_cpu_seconds_total{%(exporter)s}[$__rate_interval]))',
    legend: '{{instance}}',
    unit: 'short',
    min: 0,
  },

  reloadAge: {
    name: 'Configuration loaded',
    description: 'How long ago the current configuration was loaded. Worry when it is older than your last change of the file.',
    query: 'max(time() - qumulo_exporter_config_last_reload_success_timestamp_seconds{%(exporter)s})',
    unit: 's',
    decimals: 0,
  },

  tokens: {
    name: 'Enabled',
    description: "Whether the access token of the exporter's user is enabled.",
    query: 'max by (%(by)s, token_id) (qumulo_access_token_enabled{%(s)s})',
    mappings: mappings.words([[1, 'yes', 'green'], [0, 'no', 'orange']]),
    thresholds: [[null, 'text']],
  },

  tokenUsed: {
    name: 'In use',
    description: 'Whether it is the one that this exporter sends.',
    query: 'max by (%(by)s, token_id) (qumulo_access_token_in_use{%(s)s})',
    mappings: mappings.words([[1, 'yes', 'green'], [0, 'no', 'text']]),
    thresholds: [[null, 'text']],
  },

  tokenEnds: {
    name: 'Ends in',
    description: 'When it ends.',
    query: 'max by (%(by)s, token_id) (qumulo_access_token_expiration_timestamp_seconds{%(s)s} - time())',
    unit: 's',
    decimals: 0,
    thresholds: [[null, 'red'], [86400 * config.expiry.critical, 'orange'], [86400 * config.expiry.warning, 'yellow'], [86400 * config.expiry.info, 'green']],
    noValue: 'never',
  },

  nativeHeld: {
    name: "Families of the cluster's own page",
    description: "How many families are shown from an earlier read, since the cluster leaves them out for hours, and how many samples of its page could not be used. Worry about the second: please report it.",
    queries: [
      { query: 'sum by (%(by)s) (qumulo_native_held_families{%(s)s})', legend: '{{instance}} held' },
      { query: 'sum(qumulo_native_dropped_samples{%(s)s})', legend: 'dropped samples, all' },
    ],
    unit: 'short',
    min: 0,
    noValue: 'the collector "native" is off',
  },

  nativeAge: {
    name: 'Oldest held family',
    description: 'How long ago the oldest held family was read. Worry above a day: the cluster does not send it any more.',
    query: 'max by (%(by)s) (qumulo_native_held_age_seconds{%(s)s})',
    legend: '{{instance}}',
    unit: 's',
    min: 0,
    noValue: 'none is held',
  },
}
