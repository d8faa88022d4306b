// Nodes, drives, power supplies, fans and temperatures.
local mappings = import '../mappings.libsonnet';

function(config) {
  local color(name, color) = { matcher: { id: 'byName', options: name }, properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }] },
  local drive = '%(by)s, node_id, drive_bay',

  nodeInfo: {
    name: 'Node',
    description: 'What the node is.',
    query: 'max by (%(by)s, node_id, node_name, model_number, serial_number) (qumulo_cluster_node_info{%(s)s})',
  },

  nodeOnline: {
    name: 'Online',
    description: 'Whether the node is online.',
    query: 'max by (%(by)s, node_id) (qumulo_node_status{status="online", %(s)s})',
    mappings: mappings.goodIfOne('online', 'offline'),
    thresholds: [[null, 'red'], [1, 'green']],
  },

  nodesCourse: {
    name: 'Nodes by status',
    description: 'How many nodes are online and offline. Worry about each one offline that no upgrade or reboot explains.',
    query: 'sum by (%(by)s, status) (qumulo_cluster_nodes{status!="unknown", %(s)s})',
    legend: '{{status}}',
    unit: 'short',
    decimals: 0,
    min: 0,
    step: true,
    stack: true,
    overrides: [color('online', 'green'), color('offline', 'red')],
  },

  nodeCapacity: { name: 'Raw capacity', description: 'The raw capacity of the drives of the node.', query: 'max by (%(by)s, node_id) (qumulo_node_capacity_bytes{%(s)s})', unit: 'decbytes' },

  nodeDrives: {
    name: 'Drives unhealthy',
    description: 'How many drives of the node are not healthy.',
    query: 'sum by (%(by)s, node_id) (1 - qumulo_drive_healthy{%(s)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  nodePower: {
    name: 'PSU',
    description: 'How many power supplies of the node are not good.',
    query: 'sum by (%(by)s, node_id) (qumulo_psu_status{status!~"good|unknown", %(s)s})',
    mappings: mappings.words([[0, 'good', 'green']]),
    thresholds: [[null, 'green'], [1, 'orange']],
    noValue: 'none',
  },

  nodeLinks: {
    name: 'Links down',
    description: 'How many network devices of the node are down.',
    query: 'sum by (%(by)s, node_id) (1 - qumulo_network_device_up{%(s)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },

  nodeTemperature: {
    name: 'CPU',
    description: 'The hottest CPU of the node.',
    query: 'max by (%(by)s, node_id) (qumulo_cpu_temperature_celsius{%(s)s})',
    legend: 'node {{node_id}}',
    unit: 'celsius',
    decimals: 0,
  },

  nodeFan: {
    name: 'Slowest fan',
    description: 'The speed of the slowest fan of the node.',
    query: 'min by (%(by)s, node_id) (qumulo_fan_speed_rpm{%(s)s})',
    legend: 'node {{node_id}}',
    unit: 'rotrpm',
    decimals: 0,
    thresholds: [[null, 'red'], [1, 'green']],
  },

  nodeLight: {
    name: 'Light',
    description: 'Whether the identification light of the node is on.',
    query: 'max by (%(by)s, node_id) (qumulo_node_identify_light_on{%(s)s})',
    mappings: mappings.words([[0, 'off', 'text'], [1, 'on', 'blue']]),
    thresholds: [[null, 'text']],
  },

  temperatures: self.nodeTemperature {
    name: 'CPU below its limit',
    description: 'How many degrees the hottest CPU of each node is below its maximum. Worry near 0: the CPU slows down; look at fans and the air in front of the rack.',
    query: 'min by (%(by)s, node_id) (qumulo_cpu_max_temperature_celsius{%(s)s} - qumulo_cpu_temperature_celsius{%(s)s})',
    thresholds: [[null, 'red'], [3, 'green']],
    noValue: 'not told (cloud, or a release before 5.3.1)',
  },

  fans: self.nodeFan {
    name: 'Slowest fan of each node',
    description: 'The speed of the slowest fan of each node. Worry when one stops or runs far below the others.',
    min: 0,
    thresholds: [[null, 'text']],
    noValue: 'not told (cloud, or a release before 5.3.0)',
  },

  ecc: {
    name: 'Memory errors',
    description: 'Corrected and uncorrectable errors of memory in the range between two points, by node. A few corrected ones a day are usual; worry when they continue in one node, and about any uncorrectable one.',
    queries: [
      { query: 'sum by (%(by)s, node_id) (increase(qumulo_memory_correctable_ecc_errors_total{%(s)s}[$__rate_interval]))', legend: 'node {{node_id}} corrected' },
      { query: 'sum by (%(by)s, node_id) (increase(qumulo_memory_uncorrectable_ecc_errors_total{%(s)s}[$__rate_interval]))', legend: 'node {{node_id}} uncorrectable' },
    ],
    unit: 'short',
    min: 0,
    noValue: 'not told (cloud, or a release before 5.3.0)',
  },

  drives: {
    name: 'Drives by kind and state',
    description: 'How many drives there are of each kind and state, empty slots too. Worry about any that is neither healthy nor empty.',
    query: 'sort_desc(sum by (%(by)s, disk_type, state) (qumulo_drives{%(s)s}))',
    legend: '{{disk_type}} {{state}}',
    unit: 'short',
    decimals: 0,
    min: 0,
  },

  driveCapacity: {
    name: 'Drive capacity by node',
    description: 'The raw capacity of the drives in each node, and what Qumulo Core uses of it. Worry when a node of the same model has less than the others: drives are missing.',
    queries: [
      { query: 'sum by (%(by)s, node_id) (qumulo_drive_raw_capacity_bytes{%(s)s})', legend: 'node {{node_id}} raw' },
      { query: 'sum by (%(by)s, node_id) (qumulo_drive_capacity_bytes{%(s)s})', legend: 'node {{node_id}} used by Core' },
    ],
    unit: 'decbytes',
    min: 0,
  },

  driveUnhealthy: { name: 'Healthy', description: 'Drives that are not healthy.', query: 'max by (%s) (qumulo_drive_healthy{%%(s)s} == 0)' % drive, noValue: 'none' },
  driveState: { name: 'State', description: 'The state of those drives.', query: 'max by (%s, state) (qumulo_drive_state_info{state!="healthy", %%(s)s})' % drive },
  driveInfo: {
    name: 'Drive',
    description: 'What those drives are.',
    query: 'max by (%s, slot, disk_type, disk_model, disk_serial_number) (qumulo_drive_info{%%(s)s}) and on (%s) (qumulo_drive_healthy{%%(s)s} == 0)' % [drive, drive],
  },

  wear: {
    name: 'Endurance left',
    description: 'What is left of the life of the most worn drives: 100 %% is new. Worry below %d %%: have them replaced before they fail together.' % config.endurance.info,
    query: 'sort(bottomk($top, min by (%s) (last_over_time(qumulo_disk_endurance_percent{%%(s)s}[3h]))))' % drive,
    legend: 'node {{node_id}} bay {{drive_bay}}',
    unit: 'percent',
    decimals: 0,
    min: 0,
    max: 100,
    thresholds: [[null, 'red'], [config.endurance.warning, 'orange'], [config.endurance.info, 'green']],
    noValue: 'no drive tells it',
  },

  driveErrors: {
    name: 'Drive errors',
    description: 'Errors of the medium that could not be corrected, and of the transport to the drive, in the range. Worry about media errors: the drive is about to fail.',
    query: |||
      sum by (%(by)s, node_id, drive_bay) (increase(qumulo_disk_uncorrectable_media_errors_total{%(s)s}[$__range]))
      + sum by (%(by)s, node_id, drive_bay) (increase(qumulo_disk_transport_errors_total{%(s)s}[$__range])) > 0
    |||,
    unit: 'short',
    decimals: 0,
    noValue: 'none',
  },

  driveLatency: {
    name: 'Mean latency of drives by node',
    description: 'How long reads and writes of the drives take on average. Worry when one node is much slower than the others of its model: one of its drives is failing.',
    query: |||
      sum by (%(by)s, node_id, io_type) (rate(qumulo_disk_operation_latency_seconds_sum{io_type=~"read|write", %(s)s}[$__rate_interval]))
      / (sum by (%(by)s, node_id, io_type) (rate(qumulo_disk_operation_latency_seconds_count{io_type=~"read|write", %(s)s}[$__rate_interval])) > 0)
    |||,
    legend: 'node {{node_id}} {{io_type}}',
    unit: 's',
    min: 0,
    noValue: 'not told (Azure, or a release before 5.3.0)',
  },

  power: {
    name: 'Power supply',
    description: 'Power supplies that are not good.',
    query: 'max by (%(by)s, node_id, psu, location, status) (qumulo_psu_status{status!="good", %(s)s} == 1)',
    noValue: 'none',
  },
}
