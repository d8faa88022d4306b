// Network devices, floating addresses and the clock.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  {
    name: 'qumulo-network',
    rules: [
      // A device counts if the cluster says what it is for, or if it was up within a week: older releases list ports, too,
      // into which nobody ever put a cable.
      r.alert(
        'QumuloNetworkDeviceDown',
        'warning',
        |||
          (
            (qumulo_network_device_up{#} == 0 and ignoring (use_for, bonding_mode, mac_address) qumulo_network_device_info{#use_for!=""})
            or
            (qumulo_network_device_up{#} == 0 and max_over_time(qumulo_network_device_up{#}[7d]) == 1)
          )
          %s
        ||| % r.present(['device']),
        '5m',
        'Qumulo cluster {{ $labels.instance }}: {{ $labels.device }} of %s is down' % r.node,
        |||
          In {{ $labels.instance }} the network device {{ $labels.device }} of %s has been down for five minutes%s.
        ||| % [r.node, r.where('qumulo_network_device_carrier{@} == 0', ['node_id', 'device'], '; no cable is connected')],
        keep='15m'
      ),
      // A bond is slow, too, while one of its devices is down; that alert says it. A port that was never up is none of these.
      r.alert(
        'QumuloNetworkDeviceSlow',
        'warning',
        |||
          (qumulo_network_device_speed_bytes{#} > 0) < max_over_time(qumulo_network_device_speed_bytes{#}[7d])
          unless ignoring (device) min without (device) (
            qumulo_network_device_up{#} and max_over_time(qumulo_network_device_up{#}[7d]) == 1
          ) == 0
          %s
        ||| % r.present(['device']),
        '15m',
        'Qumulo cluster {{ $labels.instance }}: {{ $labels.device }} of %s is slower than usual' % r.node,
        |||
          In {{ $labels.instance }} the network device {{ $labels.device }} of %s has run at {{ $value | humanize }}B/s for fifteen minutes; within the last
          week it ran at %s.
        ||| % [
          r.node,
          r.value('max_over_time(qumulo_network_device_speed_bytes{@}[7d])', 'humanize', ['node_id', 'device'], '', 'B/s'),
        ]
      ),
      r.alert(
        'QumuloNetworkErrors',
        'warning',
        |||
          (
            increase(qumulo_network_interface_receive_errors_total{#}[1h]) + increase(qumulo_network_interface_transmit_errors_total{#}[1h])
          )
            /
          (
            increase(qumulo_network_interface_received_packets_total{#}[1h]) + increase(qumulo_network_interface_transmitted_packets_total{#}[1h]) > 0
          )
            > %g
        ||| % config.networkErrors,
        '15m',
        'Qumulo cluster {{ $labels.instance }}: {{ $value | humanizePercentage }} of the packets of {{ $labels.interface }} of %s are in error' % r.node,
        |||
          In {{ $labels.instance }} {{ $value | humanizePercentage }} of the packets that the interface {{ $labels.interface }} of %s received and sent in
          the last hour had errors. Cable, optics or the switch's port are the usual causes.
        ||| % r.node
      ),
      r.alert(
        'QumuloFloatingAddressesLost',
        'warning',
        |||
          instance:qumulo_network_floating_addresses:sum{#} < max_over_time(instance:qumulo_network_floating_addresses:sum{#}[6h])
            unless instance:qumulo_maintenance:active{#} == 1
        |||,
        '10m',
        'Qumulo cluster {{ $labels.instance }} holds fewer floating addresses than before: {{ $value }}',
        |||
          Floating addresses that the nodes of {{ $labels.instance }} hold: {{ $value }}; within the last six hours they were
          %s. Clients of the others can't connect. If addresses were taken out on purpose, this ends by itself.
        ||| % r.value('max_over_time(instance:qumulo_network_floating_addresses:sum{@}[6h])', 'humanize')
      ),
      r.alert(
        'QumuloNetworkConfigurationNotApplied',
        'warning',
        'qumulo_network_configuration_applied{#} == 0\n' + r.present(),
        '30m',
        'Qumulo cluster {{ $labels.instance }}: %s has not applied its network configuration' % r.node,
        |||
          In {{ $labels.instance }} the network configuration of %s has been pending or failed for half an hour.
        ||| % r.node
      ),
      r.alert(
        'QumuloClockNotSynchronizing',
        'warning',
        'count without (node_id) (qumulo_time_synchronizing{#} == 0)',
        '1h',
        'Qumulo cluster {{ $labels.instance }} does not synchronize its clock',
        |||
          The clock of {{ $labels.instance }} has not been synchronized for an hour%s%s. Times of files, Kerberos and snapshots depend on it.
        ||| % [
          // Older releases say it of the cluster.
          r.where('qumulo_time_synchronizing{@,node_id!=""} == 0', [], ' on node '),
          r.list('node_id', 'qumulo_time_synchronizing{@,node_id!=""} == 0'),
        ]
      ),
      r.alert(
        'QumuloClockOff',
        'warning',
        'abs(qumulo_time_offset_seconds{#}) > %g' % config.clockOffset,
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the clock is {{ $value | humanizeDuration }} off',
        |||
          The clock of {{ $labels.instance }} has differed from the exporter's by {{ $value | humanizeDuration }} for fifteen minutes. If all
          clusters differ, it is the exporter's that is wrong.
        |||
      ),
    ],
  }
