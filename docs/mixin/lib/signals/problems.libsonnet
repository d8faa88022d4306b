// What is wrong with clusters, nodes and their parts: each query has a series for each thing that is not as it should be,
// and none where all is well. They follow the alerts, but don't wait, and speak during an upgrade too.
local labels = import '../labels.libsonnet';

function(config) {
  local present(labels, metric, matchers) = 'max by (%%(by)s, %s) (%s{%s, %%(s)s} == 1)' % [labels, metric, matchers],
  local nodeName(query) = labels.named(query, 'node_id', 'qumulo_cluster_node_info', 'node_name'),

  problems: {
    clusters: {
      name: 'Clusters',
      description: "Clusters that do not answer, that reject the exporter's credentials, or that nobody has scraped for some minutes. Worry about each at once: nothing else about it is known, and the tables below say nothing of it.",
      query: labels.each([
        ['credentials rejected', 'max by (%(by)s) (qumulo_credentials_accepted{%(s)s}) == 0'],
        ['unreachable', 'max by (%(by)s) (qumulo_up{%(s)s}) == 0 unless max by (%(by)s) (qumulo_credentials_accepted{%(s)s}) == 0'],
        ['not scraped any more', 'max by (%(by)s) (last_over_time(qumulo_up{%(s)s}[1d])) unless max by (%(by)s) (qumulo_up{%(s)s})'],
      ]),
    },

    nodes: {
      name: 'Nodes',
      description: 'Nodes that are not online, with the serial number that support asks for. Worry about each one that no upgrade or reboot explains: the cluster survives fewer failures without it.',
      query: labels.named(
        present('node_id, status', 'qumulo_node_status', 'status!="online"'),
        'node_id',
        'qumulo_cluster_node_info',
        'node_name, model_number, serial_number',
      ),
    },

    protection: {
      name: 'Protection',
      description: 'Clusters that survive fewer failures than they should, whose data are not fully protected, or whose restriper can not do all its work. Worry at once where no failure is survived: the next one may lose data.',
      local left = 'min by (%(by)s, component) (qumulo_protection_remaining_failures{%(s)s})',
      // Object-backed clusters don't say what they are meant to survive: their own week does.
      local meant = '(max by (%(by)s, component) (qumulo_protection_max_failures{%(s)s}) or max by (%(by)s, component) (max_over_time(qumulo_protection_remaining_failures{%(s)s}[7d])))',
      query: labels.each([
        ['survives no failure', '%s == 0 and on (%%(by)s, component) %s > 0' % [left, meant]],
        ['survives fewer than it should', '(%s > 0) < on (%%(by)s, component) %s' % [left, meant]],
        ['data at risk', 'max by (%(by)s) (qumulo_restriper_data_at_risk{%(s)s}) == 1'],
        ['restriper blocked', 'max by (%(by)s, reason) (qumulo_restriper_blocked_info{%(s)s})'],
      ]),
    },

    drives: {
      name: 'Drives',
      description: 'Drives that are not healthy: where they are and what to order. Worry about each: replace it, and look at Protection for how many more may fail until then.',
      query: labels.named(
        'max by (%(by)s, node_id, drive_bay, state) (qumulo_drive_state_info{state!="healthy", %(s)s})',
        'node_id, drive_bay',
        'qumulo_drive_info',
        'disk_type, disk_model, disk_serial_number',
      ),
    },

    wear: {
      name: 'Worn drives',
      description: 'Drives with less than %d %% of their endurance left. Worry below %d %%: have another one ready.' % [config.endurance.info, config.endurance.warning],
      // The cluster says it every two hours only.
      query: 'min by (%%(by)s, node_id, drive_bay) (last_over_time(qumulo_disk_endurance_percent{%%(s)s}[3h])) < %d' % config.endurance.info,
      unit: 'percent',
      thresholds: [[null, 'red'], [config.endurance.warning, 'orange']],
    },

    mediaErrors: {
      name: 'Media errors',
      description: 'Uncorrectable errors of a drive in the last day. Worry when they continue: the cluster repairs the data, but the drive is failing.',
      query: 'sum by (%%(by)s, node_id, drive_bay) (increase(qumulo_disk_uncorrectable_media_errors_total{%%(s)s}[1d])) > %d' % config.errorsPerDay.media,
      unit: 'short',
      decimals: 0,
      thresholds: [[null, 'orange']],
    },

    powerSupplies: {
      name: 'Power supplies',
      description: 'Power supplies that are not good. Worry about each: the node runs on the other one, and is lost with it.',
      query: nodeName(present('node_id, psu, location, status', 'qumulo_psu_status', 'status!~"good|unknown"')),
    },

    fans: {
      name: 'Fans',
      description: 'Fans that stand still. Worry about each: the node may become too hot and switch itself off.',
      query: nodeName('min by (%(by)s, node_id, fan) (qumulo_fan_speed_rpm{%(s)s}) <= 0'),
    },

    heat: {
      name: 'CPU temperature',
      description: 'CPUs that are as hot as they may be. Worry about each: look for fans that stand still and for warm air in front of the rack.',
      query: 'max by (%(by)s, node_id, cpu) (qumulo_cpu_temperature_celsius{%(s)s}) >= (min by (%(by)s, node_id, cpu) (qumulo_cpu_max_temperature_celsius{%(s)s}) > 0)',
      unit: 'celsius',
      thresholds: [[null, 'red']],
    },

    memoryErrors: {
      name: 'Memory errors',
      description: 'Memory errors of a node that were corrected in the last day. Worry when it has them every day: the module may be about to fail.',
      query: 'sum by (%%(by)s, node_id) (increase(qumulo_memory_correctable_ecc_errors_total{%%(s)s}[1d])) > %d' % config.errorsPerDay.memory,
      unit: 'short',
      decimals: 0,
      thresholds: [[null, 'yellow']],
    },

    network: {
      name: 'Network devices',
      description: 'Devices that are down, slower than within the last week, or that meet errors, and nodes that have not applied their configuration. Worry about each: a cable, an optic or a port of the switch is bad, and the node is one more of them from being lost.',
      local device = 'node_id, device',
      local rate(what) = 'increase(qumulo_network_interface_%s_total{%%(s)s}[1h])' % what,
      local sum(a, b) = 'sum by (%%(by)s, node_id, interface) (%s + %s)' % [rate(a), rate(b)],
      query: nodeName(labels.each([
        [
          'down',
          'max by (%%(by)s, %(d)s) (qumulo_network_device_up{%%(s)s}) == 0 and on (%%(by)s, %(d)s) (qumulo_network_device_info{use_for!="", %%(s)s} or max_over_time(qumulo_network_device_up{%%(s)s}[7d]) == 1)' % { d: device },
        ],
        [
          'slower than usual',
          '(max by (%%(by)s, %(d)s) (qumulo_network_device_speed_bytes{%%(s)s}) > 0) < max by (%%(by)s, %(d)s) (max_over_time(qumulo_network_device_speed_bytes{%%(s)s}[7d]))' % { d: device },
        ],
        [
          'errors',
          labels.renamed(
            '%s / (%s > 0) > %g' % [sum('receive_errors', 'transmit_errors'), sum('received_packets', 'transmitted_packets'), config.networkErrors],
            'interface',
            'device'
          ),
        ],
        ['configuration not applied', 'min by (%(by)s, node_id) (qumulo_network_configuration_applied{%(s)s}) == 0'],
      ])),
    },
  },
}
