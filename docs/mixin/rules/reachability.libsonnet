// What the last scrape of a cluster found, for as long as there is no later one: the exporter may restart while a cluster is down.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-reachability.rules',
    rules: [
      // 1: no answer to any call, so that nothing is known of the credentials either.
      r.record('instance:qumulo_cluster:unreachable', |||
        (qumulo_up{#} == bool 0 unless qumulo_credentials_accepted{#})
        or
        0 * qumulo_up{#}
      |||),
    ],
  }
