// Lists of what is wrong: a series with a word for each trouble, and none where all is well.
function(config) {
  local listed(troubles, labels='%(by)s') = std.join('\nor ', [
    'label_replace(max by (%s) (%s), "trouble", "%s", "", "")' % [labels, t[1], t[0]]
    for t in troubles
  ]),
  local relationship = '%(by)s, id, role',

  // The query joins the paths of the relationship where they are known.
  replicationTroubles: {
    local wrong = listed([
      ['last job failed', 'qumulo_replication_last_job_failed{%(s)s} == 1'],
      ['not established', 'qumulo_replication_state{state!~"established|ended", %(s)s} == 1'],
      ['ended', 'qumulo_replication_state{state="ended", %(s)s} == 1'],
    ], relationship),
    query: |||
      (%s)
      * on (%s) group_left (source_path, target_path) max by (%s, source_path, target_path) (qumulo_replication_info{%%(s)s})
      or on (%s, trouble) (%s)
    ||| % [wrong, relationship, relationship, relationship, wrong],
  },

  protectionTroubles: {
    query: listed([
      ['data at risk', 'qumulo_restriper_data_at_risk{%(s)s} == 1'],
      ['restriper blocked', 'qumulo_restriper_blocked{%(s)s} == 1'],
      ['restriper runs for more than %d h' % config.restriperHours, 'qumulo_restriper_phase_elapsed_seconds{%%(s)s} > %d' % (3600 * config.restriperHours)],
      ['no drive may fail', 'qumulo_protection_remaining_failures{component="drive", %(s)s} == 0 and qumulo_protection_max_failures{component="drive", %(s)s} > 0'],
      ['network settings not applied', 'qumulo_network_configuration_applied{%(s)s} == 0'],
    ]),
  },

  serviceTroubles: {
    query: listed([
      ['upgrade failed', 'qumulo_upgrade_failed{%(s)s} == 1'],
      ['reboot paused by an error', 'qumulo_reboot_state{state="paused_due_to_error", %(s)s} == 1'],
      ['license expired', 'qumulo_license_state{state="expired", %(s)s} == 1'],
      ['encryption keys not reachable', 'qumulo_encryption_status{status!~"not_encrypted|encrypted|kms_available|unknown", %(s)s} == 1'],
      ['clock not synchronizing', 'qumulo_time_synchronizing{%(s)s} == 0'],
      ['clock off', 'abs(qumulo_time_offset_seconds{%%(s)s}) > %g' % config.clockOffset],
      ['support connection fails', 'qumulo_support_connection_status{status="error", %(s)s} == 1'],
      ['portal degraded', 'qumulo_portal_status{status="degraded", %(s)s} == 1'],
      ['tree delete aborted', 'qumulo_tree_delete_failed_jobs{%(s)s} > 0'],
    ]),
  },

  blockedBy: {
    query: |||
      max by (%(by)s, what, reason) (label_replace(qumulo_restriper_blocked_info{%(s)s}, "what", "restriper", "", ""))
      or max by (%(by)s, what, reason) (label_replace(qumulo_upgrade_blocked_info{%(s)s}, "what", "upgrade", "", ""))
    |||,
  },
}
