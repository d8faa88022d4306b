// Replication relationships.
function(config) {
  // The age of each relationship's recovery point; not of those that are switched off.
  age:: '(time() - qumulo_replication_recovery_point_timestamp_seconds{role!="target", %(s)s}) unless on (%(by)s, id, role) (qumulo_replication_enabled{%(s)s} == 0)',
}
