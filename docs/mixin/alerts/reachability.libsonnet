// Whether the cluster can be seen at all, and whether all of it is read.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  local failing = r.list('collector', 'qumulo_scrape_collector_success{@} == 0');
  local unsteady = r.list('collector', 'avg_over_time(qumulo_scrape_collector_success{@}[1h]) < 0.95 unless ignoring (privilege) qumulo_privilege_granted{@} == 0');
  // Values that are older than they get while reads succeed: a read is made by the first scrape after nine tenths of the interval,
  // and takes two minutes at most, for which the alert waits. Where reads fail the values are there for two intervals: with an
  // interval of some minutes this is sooner than QumuloCollectorFailing.
  local age(s) = |||
    timestamp(qumulo_scrape_collector_read_timestamp_seconds%(s)s) - qumulo_scrape_collector_read_timestamp_seconds%(s)s
      > qumulo_scrape_collector_interval_seconds%(s)s + 60
  ||| % { s: s };
  local stale = r.list('collector', std.strReplace(std.rstripChars(age('{@}'), '\n'), '\n  ', ' '));
  local target = std.join(', ', r.target);
  // What the targets of an exporter have in common.
  local ofJob = ['job'] + config.extraLabels;
  local up = 'up{%s}' % config.upSelector;
  // clusters finds the exporters whose clusters are targets of which `up` is 0, or 1: by the exporter's own page.
  local clusters(value) =
    'last_over_time(qumulo_exporter_login_paused{#}[1d]) and on (%s) label_join(%s == %d, "target", "", "instance")'
    % [std.join(', ', ['target'] + config.extraLabels), up, value];
  // The targets that don't answer, but for the own page of an exporter that has none of its clusters' answer either: their alert
  // says it. Where the cluster is on that page, it is one target.
  local unsaid = std.rstripChars(|||
    %(up)s == 0
    unless on (%(target)s) (
      %(down)s
      unless on (%(target)s) (%(well)s)
      unless on (%(target)s) last_over_time(qumulo_up{#}[1d])
    )
  |||, '\n') % { up: up, target: target, down: clusters(0), well: clusters(1) };
  local allDown = '(count by (%(job)s) (%(up)s == 0) == count by (%(job)s) (%(up)s))' % { job: std.join(', ', ofJob), up: up };
  {
    name: 'qumulo-reachability',
    rules: [
      r.alert(
        'QumuloExporterDown',
        'critical',
        'count by (%s) (\n%s\n)\nand\n%s' % [std.join(', ', ofJob), unsaid, allDown],
        '5m',
        'Prometheus gets no answer from the Qumulo exporter (job {{ $labels.job }})',
        |||
          No target of the job {{ $labels.job }} has answered for five minutes ({{ $value }}, among them
          {{ with printf `up{%s} == 0` %s | query | sortByLabel "instance" }}{{ . | first | label "instance" }}{{ end }}). The clusters may be well, but nobody
          would notice if they were not.
        ||| % [
          std.join(',', std.mapWithIndex(function(i, l) '%s=%%[%d]q' % [l, i + 1], ofJob)),
          std.join(' ', ['$labels.' + l for l in ofJob]),
        ]
      ),
      r.alert(
        'QumuloTargetDown',
        'critical',
        '%s\nunless on (%s)\n%s' % [unsaid, std.join(', ', ofJob), allDown],
        '5m',
        'Prometheus gets no answer from the Qumulo exporter for {{ $labels.instance }} (job {{ $labels.job }})',
        |||
          The target {{ $labels.instance }} of the job {{ $labels.job }} has not answered for five minutes; others of the job do. What it shows
          may be well, but nobody would notice if it were not.
        |||
      ),
      // This and QumuloCredentialsRejected stay while the target does not answer: what they mute would be heard of at each
      // restart of the exporter.
      r.alert(
        'QumuloClusterUnreachable',
        'critical',
        |||
          (
            (qumulo_up{#} == 0 unless qumulo_credentials_accepted{#})
            or
            (last_over_time(instance:qumulo_cluster:unreachable{#}[1d]) == 1 and on (%s) %s == 0)
          )
          unless instance:qumulo_maintenance:active{#} == 1
        ||| % [target, up],
        '3m',
        'Qumulo cluster {{ $labels.instance }} is unreachable',
        |||
          {{ $labels.instance }} has not listed its nodes for three minutes. Either it is down, or the exporter does not reach it; all its other
          metrics are missing until then.
        |||
      ),
      // It is enough if calls get through in every second scrape. Those of the scrape in which a cluster died are forgotten after
      // five minutes, before this fires.
      r.alert(
        'QumuloNodesNotListed',
        'critical',
        |||
          qumulo_up{#} == 0
            and max_over_time(qumulo_credentials_accepted{#}[5m]) == 1
            unless qumulo_credentials_accepted{#} == 0
            unless instance:qumulo_maintenance:active{#} == 1
        |||,
        '10m',
        'Qumulo cluster {{ $labels.instance }} answers, but does not list its nodes',
        |||
          {{ $labels.instance }} accepts the credentials of the exporter, and has not listed its nodes for ten minutes: a node that is offline raises
          no alert. Collectors that have not read everything: %s.
        ||| % failing
      ),
      r.alert(
        'QumuloClusterUnsteady',
        'warning',
        |||
          avg_over_time(qumulo_up{#}[1h]) < 0.95
            unless max_over_time(qumulo_up{#}[10m]) == 0
            unless min_over_time(qumulo_credentials_accepted{#}[1h]) == 0
            unless instance:qumulo_maintenance:active{#} == 1
        |||,
        '2h',
        'Qumulo cluster {{ $labels.instance }} answers only {{ $value | humanizePercentage }} of scrapes',
        |||
          In the last hours {{ $labels.instance }} did not list its nodes in every scrape. Alerts that wait for some minutes begin anew
          after each gap, so they may come late or not at all.
        |||
      ),
      r.alert(
        'QumuloClusterNotScraped',
        'warning',
        |||
          last_over_time(qumulo_up{#}[1d])
            unless on (%(target)s) qumulo_up{#}
            unless on (%(target)s) %(up)s == 0
        ||| % { target: target, up: up },
        '15m',
        'Qumulo cluster {{ $labels.instance }} is not scraped any more',
        |||
          {{ $labels.instance }} was scraped within the last day. Now it is no target of Prometheus, or the page of its target has nothing of it.
          If it was taken out on purpose, this ends by itself after a day.
        |||
      ),
      r.alert(
        'QumuloCredentialsRejected',
        'critical',
        |||
          qumulo_credentials_accepted{#} == 0
          or
          (
            last_over_time(qumulo_credentials_accepted{#}[1d]) == 0
            unless last_over_time(instance:qumulo_cluster:unreachable{#}[1d]) == 1
            and on (%s) %s == 0
          )
        ||| % [target, up],
        '10m',
        'Qumulo cluster {{ $labels.instance }} rejects the credentials of the exporter',
        |||
          {{ $labels.instance }} answers, but it has rejected the exporter's password or token for ten minutes. Nothing of the cluster is
          monitored until they are right.
        |||
      ),
      r.alert(
        'QumuloCollectorFailing',
        'warning',
        |||
          count without (collector) (
            qumulo_scrape_collector_success{#} == 0
              and ignoring (collector) qumulo_up{#} == 1
              unless ignoring (privilege) qumulo_privilege_granted{#} == 0
              unless ignoring (collector) instance:qumulo_maintenance:active{#} == 1
          )
        |||,
        '15m',
        'Qumulo cluster {{ $labels.instance }} is not read completely: %s' % failing,
        |||
          The cluster {{ $labels.instance }} answers, but these collectors have not read everything for fifteen minutes:
          %s. Alerts that need them can't fire.
        ||| % failing
      ),
      r.alert(
        'QumuloCollectorUnsteady',
        'info',
        |||
          count without (collector) (
            avg_over_time(qumulo_scrape_collector_success{#}[1h]) < 0.95
              unless max_over_time(qumulo_scrape_collector_success{#}[15m]) == 0
              unless ignoring (collector) avg_over_time(qumulo_up{#}[1h]) < 0.95
              unless ignoring (privilege) qumulo_privilege_granted{#} == 0
          )
        |||,
        '2h',
        'Qumulo cluster {{ $labels.instance }} is read with gaps: %s' % unsteady,
        |||
          For two hours these collectors of {{ $labels.instance }} have failed in more than one read of twenty:
          %s. Alerts that wait for some minutes begin anew after each gap, so they may come late or not at all.
        ||| % unsteady
      ),
      r.alert(
        'QumuloDataStale',
        'info',
        'count without (collector) (\n%s)' % age('{#}'),
        '2m',
        'Qumulo cluster {{ $labels.instance }} is shown with old values: %s' % stale,
        |||
          What these collectors of {{ $labels.instance }} show is older than their interval and a minute:
          %s. If the reads don't fail, the clock of the exporter is behind that of Prometheus.
        ||| % stale
      ),
      r.alert(
        'QumuloPrivilegeMissing',
        'warning',
        'count without (collector, privilege) (count without (collector) (qumulo_privilege_granted{#} == 0))',
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the user of the exporter lacks privileges',
        |||
          The user that the exporter reads {{ $labels.instance }} as lacks %s, so the collectors that need them show less or nothing.
        ||| % r.list('privilege', 'group by (privilege) (qumulo_privilege_granted{@} == 0)')
      ),
      r.alert(
        'QumuloScrapeSlow',
        'warning',
        |||
          qumulo_scrape_duration_seconds{#} / qumulo_scrape_deadline_seconds{#} > 0.8
            and qumulo_up{#} == 1
        |||,
        '15m',
        'Qumulo cluster {{ $labels.instance }}: scrapes take {{ $value | humanizePercentage }} of their time',
        |||
          Scrapes of {{ $labels.instance }} have come close to their deadline for fifteen minutes; the slowest collectors are
          %s. Past the deadline values are missing.
        ||| % r.list('collector', 'topk(3, qumulo_scrape_collector_duration_seconds{@})')
      ),
    ],
  }
