// How evenly clients are spread over the nodes, and where they can connect.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-clients.rules',
    rules: [
      r.record('instance_node:qumulo_client_connections:sum', 'sum without (protocol) (qumulo_client_connections{#})'),
      // 1: all nodes have the same number of connections; 4: one of four has them all.
      r.record('instance:qumulo_client_connections:imbalance_ratio', |||
        max without (node_id) (instance_node:qumulo_client_connections:sum{#})
          /
        (avg without (node_id) (instance_node:qumulo_client_connections:sum{#}) > 0)
      |||),
      r.record('instance:qumulo_network_floating_addresses:sum', 'sum without (node_id) (qumulo_network_floating_addresses{#})'),
    ],
  }
