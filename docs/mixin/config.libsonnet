// What can be changed, all under one key: _config is shared with the other mixins of a user.
//
//   (import 'mixin/mixin.libsonnet') + { _config+:: { qumulo+: { selector: 'job="storage"' } } }
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

      // The exporter's jobs, for alerts on `up`, a metric that all jobs have. Change it if yours are named otherwise.
      upSelector: 'job=~"qumulo.*"',

      // More labels for each alert, such as { team: 'storage' }. Set them if your routes in Alertmanager look for them.
      alertLabels: {},

      // Used space of the file system, 0 to 1, for info, warning and critical: the vendor's own defaults. Lower them for a
      // small cluster, where one per cent is filled in minutes.
      capacity: { info: 0.85, warning: 0.90, critical: 0.98 },

      // When the forecast says that the file system is full: info (time to order drives) and warning, in days. It counts
      // only above minUsed, since a new cluster that is being filled is no news. Raise info to your delivery time.
      forecast: { info: 30, warning: 4, minUsed: 0.6 },

      // Used space of a quota, 0 to 1. Raise them if your quotas are full by design.
      quota: { info: 0.75, infoHigh: 0.85, warning: 0.95 },

      // How old the data of a replication relationship may be, in seconds; where it follows a snapshot policy, twice the
      // policy's interval if that is longer. Set it to your recovery point objective, and name relationships that have
      // another one by labels of qumulo_replication_info: { match: 'source_path="/finance/"', seconds: 3600 }. The first
      // that matches counts. One with a bucket, whose jobs somebody starts, has no limit but by its name: if a script starts
      // them daily, { match: 'bucket="archive"', seconds: 48 * 3600 }.
      replicationLag: { seconds: 24 * 3600, relationships: [] },

      // How many snapshots may wait to be replicated before a growing queue is worth a word. Raise it for policies that
      // take snapshots every few minutes.
      replicationQueue: 5,

      // Most snapshots that a cluster can have, and how much of that is too much. The limit is the vendor's.
      snapshots: { limit: 40000, ratio: 0.9 },

      // Most connections that a node takes, by protocol, and how much of that is too much. The limits are the vendor's;
      // set s3 to 1000 for releases of 2024 and older.
      connections: { limits: { nfs: 8000, smb: 5000, s3: 8000, rest: 1000 }, ratio: 0.8 },

      // A node has so many times the connections of the mean node, and the cluster at least so many in all. Raise the ratio
      // if few clients with many connections are usual.
      imbalance: { ratio: 2, connections: 200 },

      // Days until a certificate or token ends, for info, warning and critical. Lower info if certificates are renewed by a
      // machine a few days before their end.
      expiry: { info: 30, warning: 7, critical: 1 },

      // Endurance that a drive has left, in percent, for info and warning.
      endurance: { info: 20, warning: 10 },

      // Corrected memory errors of a node and uncorrectable media errors of a drive in a day that are still usual.
      errorsPerDay: { memory: 10, media: 0 },

      // Packets with an error among all packets of an interface, 0 to 1. Cables and optics that are well have none.
      networkErrors: 0.0001,

      // Seconds that the cluster's clock may be off the exporter's. Kerberos gives up at 300; clients that compare times of
      // files are sooner confused.
      clockOffset: 2,

      // The mean latency of a protocol is so many times that of its own week, and at least so many seconds.
      latency: { factor: 3, seconds: 0.02 },

      // Operations a second at this time of yesterday and a week ago above which none at all is suspicious. Raise it if the
      // cluster's clients are few and rest at times.
      trafficStopped: 50,

      // Hours that a step of an upgrade or a rolling reboot, and a run of the restriper, may take. A large cluster that reboots its
      // nodes one after the other needs more: after that time a node that is away is an alert all the same.
      upgradeHours: 6,
      restriperHours: 24,

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
