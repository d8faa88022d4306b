// Drives, power supplies, fans, temperatures and memory. What belongs to a node that is offline, or that people work on, is
// left out: the node's own alert says it. Flapping hardware keeps its alert for a quarter of an hour.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  local drive = 'the drive in bay {{ $labels.drive_bay }} of ' + r.node;
  local model =
    r.about('disk_model', 'last_over_time(qumulo_drive_info{@,disk_model!=""}[1d])', ['node_id', 'drive_bay'], '; it is a ')
    + r.about('disk_serial_number', 'last_over_time(qumulo_drive_info{@,disk_serial_number!=""}[1d])', ['node_id', 'drive_bay'], ', serial number ');
  local worn(name, severity, percent, advice) = r.alert(
    name,
    severity,
    // The cluster says it every two hours only, and the exporter forgets it when it restarts.
    'last_over_time(qumulo_disk_endurance_percent{#}[3h]) < %d' % percent,
    '15m',
    'Qumulo cluster {{ $labels.instance }}: %s has {{ $value }} %% of its endurance left' % drive,
    |||
      In {{ $labels.instance }} %s has {{ $value }} %% of its endurance left%s. %s
    ||| % [drive, model, advice]
  );
  {
    name: 'qumulo-hardware',
    rules: [
      r.alert(
        'QumuloDriveUnhealthy',
        'warning',
        'qumulo_drive_healthy{#} == 0\n' + r.present(['drive_bay']),
        '5m',
        'Qumulo cluster {{ $labels.instance }}: %s is not healthy' % drive,
        |||
          In {{ $labels.instance }} %s has not been healthy for five minutes%s%s.
        ||| % [
          drive,
          r.about('state', 'qumulo_drive_state_info{@,state!="healthy"}', ['node_id', 'drive_bay'], ' (', ')'),
          model,
        ],
        keep='15m'
      ),
      // Remaining failures already count the drives that failed, so the unhealthy ones are compared with the maximum. Once the data
      // are protected anew, dead drives that wait to be replaced are no emergency.
      r.alert(
        'QumuloDrivesUnhealthyMany',
        'critical',
        |||
          count without (node_id, drive_bay) (
            qumulo_drive_healthy{#} == 0
            %s
          ) >= ignoring (component) (
            qumulo_protection_max_failures{#component="drive"} > 0
            unless qumulo_protection_remaining_failures{#component="drive"} >= qumulo_protection_max_failures{#component="drive"}
          )
        ||| % r.present(['drive_bay']),
        '5m',
        'Qumulo cluster {{ $labels.instance }}: {{ $value }} drives are not healthy, as many as it may lose',
        |||
          {{ $value }} drives of {{ $labels.instance }} have not been healthy for five minutes: as many as its protection is meant to
          survive at once, and not all data are protected anew. Until the restriper has finished, one more may lose data.
        |||,
        keep='15m'
      ),
      worn('QumuloDriveWearing', 'info', config.endurance.info, 'Plan its replacement.'),
      worn('QumuloDriveWornOut', 'warning', config.endurance.warning, 'Have it replaced.'),
      r.alert(
        'QumuloDriveMediaErrors',
        'info',
        |||
          max_over_time(qumulo_disk_uncorrectable_media_errors_total{#}[3h])
            - max_over_time(qumulo_disk_uncorrectable_media_errors_total{#}[3h] offset 1d)
            > %d
        ||| % config.errorsPerDay.media,
        '15m',
        'Qumulo cluster {{ $labels.instance }}: media errors of %s in a day: {{ $value }}' % drive,
        |||
          In {{ $labels.instance }} %s has had errors that it could not correct, {{ $value }} in a day%s. The cluster repairs the data from
          other drives.
        ||| % [drive, model]
      ),
      r.alert(
        'QumuloPowerSupplyFailed',
        'warning',
        'max without (status) (qumulo_psu_status{#status!~"good|unknown"}) == 1\n' + r.present(['psu', 'location']),
        '10m',
        'Qumulo cluster {{ $labels.instance }}: a power supply of %s is not good' % r.node,
        |||
          In {{ $labels.instance }} the power supply {{ $labels.psu }} ({{ $labels.location }}) of %s has not been good for ten minutes%s. The node
          runs on the other one.
        ||| % [r.node, r.about('status', 'qumulo_psu_status{@} == 1', ['node_id', 'psu', 'location'], '; it is ')],
        keep='15m'
      ),
      r.alert(
        'QumuloFanStopped',
        'warning',
        'qumulo_fan_speed_rpm{#} <= 0\n' + r.present(['fan']),
        '5m',
        'Qumulo cluster {{ $labels.instance }}: {{ $labels.fan }} of %s stands still' % r.node,
        |||
          In {{ $labels.instance }} {{ $labels.fan }} of %s has not turned for five minutes. The node may become too hot.
        ||| % r.node,
        keep='15m'
      ),
      r.alert(
        'QumuloCPUHot',
        'warning',
        'qumulo_cpu_temperature_celsius{#} >= (qumulo_cpu_max_temperature_celsius{#} > 0)',
        '5m',
        'Qumulo cluster {{ $labels.instance }}: a CPU of %s has {{ $value }} °C' % r.node,
        |||
          In {{ $labels.instance }} CPU {{ $labels.cpu }} of %s has been at or above its maximum%s for five minutes: {{ $value }} °C.
        ||| % [r.node, r.value('qumulo_cpu_max_temperature_celsius{@}', 'humanize', ['node_id', 'cpu'], ' of ', ' °C')]
      ),
      r.alert(
        'QumuloCPUOverheating',
        'critical',
        'qumulo_cpu_temperature_celsius{#} >= (qumulo_cpu_crit_temperature_celsius{#} > 0)',
        '5m',
        'Qumulo cluster {{ $labels.instance }}: a CPU of %s is critically hot, {{ $value }} °C' % r.node,
        |||
          In {{ $labels.instance }} CPU {{ $labels.cpu }} of %s has been critically hot for five minutes: {{ $value }} °C. The node may switch
          itself off.
        ||| % r.node
      ),
      r.alert(
        'QumuloMemoryErrors',
        'info',
        'increase(qumulo_memory_correctable_ecc_errors_total{#}[1d]) > %d' % config.errorsPerDay.memory,
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the memory of %s had {{ $value | humanize }} errors in a day' % r.node,
        |||
          In {{ $labels.instance }} {{ $value | humanize }} memory errors of %s were corrected within a day. Nothing is lost, but the module may be
          about to fail.
        ||| % r.node
      ),
    ],
  }
