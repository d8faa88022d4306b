// Network devices of the nodes.
local mappings = import '../mappings.libsonnet';

function(config) {
  local rate(metric) = 'sum by (%%(by)s, node_id) (rate(%s{%%(s)s}[$__rate_interval]))' % metric,

  sent: {
    name: 'Sent by node',
    description: 'What each node sends. Worry when one sends far more than the others, or all stay at what their links carry.',
    query: rate('qumulo_network_device_transmit_bytes_total'),
    legend: 'node {{node_id}}',
    unit: 'Bps',
    min: 0,
  },

  received: {
    name: 'Received by node',
    description: 'What each node receives. Worry when one receives far more than the others: clients are not spread evenly.',
    query: rate('qumulo_network_device_receive_bytes_total'),
    legend: 'node {{node_id}}',
    unit: 'Bps',
    min: 0,
  },

  linkUse: {
    name: 'Use of the fullest link of each node',
    description: 'What goes out of a device, of what it can carry. Worry above 80 %: clients wait for the network.',
    query: |||
      max by (%(by)s, node_id) (
        sum by (%(by)s, node_id, device) (rate(qumulo_network_device_transmit_bytes_total{%(s)s}[$__rate_interval]))
        / max by (%(by)s, node_id, device) (qumulo_network_device_speed_bytes{%(s)s})
      )
    |||,
    legend: 'node {{node_id}}',
    unit: 'percentunit',
    min: 0,
    max: 1,
    thresholds: [[null, 'green'], [0.8, 'orange']],
  },

  errors: {
    name: 'Network errors',
    description: 'Packets with errors, by node and interface. Worry about any that continue: a cable, a transceiver or a switch port is bad.',
    query: |||
      sum by (%(by)s, node_id, interface) (
        rate(qumulo_network_interface_receive_errors_total{%(s)s}[$__rate_interval])
        + rate(qumulo_network_interface_transmit_errors_total{%(s)s}[$__rate_interval])
      ) > 0
    |||,
    legend: 'node {{node_id}} {{interface}}',
    unit: 'pps',
    min: 0,
    noValue: 'none',
  },

  deviceUp: {
    name: 'Up',
    description: 'Whether the network device is up.',
    query: 'max by (%(by)s, node_id, device) (qumulo_network_device_up{%(s)s})',
    mappings: mappings.goodIfOne('up', 'down'),
    thresholds: [[null, 'red'], [1, 'green']],
  },

  deviceCarrier: {
    name: 'Cable',
    description: 'Whether the cable is connected.',
    query: 'max by (%(by)s, node_id, device) (qumulo_network_device_carrier{%(s)s})',
    mappings: mappings.goodIfOne('connected', 'disconnected'),
    thresholds: [[null, 'red'], [1, 'green']],
  },

  deviceSpeed: {
    name: 'Speed',
    description: 'What the device can carry.',
    query: 'max by (%(by)s, node_id, device) (qumulo_network_device_speed_bytes{%(s)s}) * 8',
    unit: 'bps',
  },

  deviceMTU: {
    name: 'MTU',
    description: 'The largest packet of the device.',
    query: 'max by (%(by)s, node_id, device) (qumulo_network_device_mtu_bytes{%(s)s})',
    unit: 'none',
  },

  deviceUse: {
    name: 'Use',
    description: 'What the device is for.',
    query: 'max by (%(by)s, node_id, device, use_for, bonding_mode) (qumulo_network_device_info{%(s)s})',
  },

  floatingAddresses: {
    name: 'Floating addresses by node',
    description: 'How many floating addresses each node holds. Worry when the sum falls, or one node holds them all.',
    query: 'sum by (%(by)s, node_id) (qumulo_network_floating_addresses{%(s)s})',
    legend: 'node {{node_id}}',
    unit: 'short',
    min: 0,
    stack: true,
    step: true,
  },

  configuration: {
    name: 'Network settings',
    description: 'How many nodes have not applied their network configuration. Worry when it stays so for more than some minutes after a change.',
    query: 'sum by (%(by)s) (1 - qumulo_network_configuration_applied{%(s)s})',
    unit: 'short',
    mappings: mappings.words([[0, 'applied', 'green']]),
    thresholds: [[null, 'green'], [1, 'orange']],
    noValue: 'not told',
  },
}
