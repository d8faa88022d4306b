// What the cluster needs of others: directories, audit logs, support, the key management server; and its license.
local rules = import '../lib/rules.libsonnet';

function(config)
  local r = rules(config);
  local peer = r.about('peer_cluster', 'qumulo_portal_info{@,peer_cluster!=""}', ['id', 'role'], ' with ');
  // directory is the alert on a directory service, one for each domain.
  local directory(name, service, metric) = r.alert(
    name,
    'warning',
    'count without (node_id) (%s{#health="sustained_error"} == 1)' % metric,
    '5m',
    'Qumulo cluster {{ $labels.instance }} does not reach %s {{ $labels.domain }} (node %s)' % [service, r.list('node_id', metric + '{@,health="sustained_error"} == 1', ['domain'])],
    |||
      On these nodes of {{ $labels.instance }} the connection to %s {{ $labels.domain }} has had errors all the time for five minutes:
      %s. Logins and permissions of its users fail there.
    ||| % [service, r.list('node_id', metric + '{@,health="sustained_error"} == 1', ['domain'])]
  );
  {
    name: 'qumulo-services',
    rules: [
      directory('QumuloActiveDirectoryError', 'Active Directory', 'qumulo_ad_connection_health'),
      directory('QumuloLDAPError', 'LDAP', 'qumulo_ldap_connection_health'),
      r.alert(
        'QumuloAuditDisconnected',
        'warning',
        |||
          count without (node_id) (
            qumulo_audit_connection_status{#status="disconnected"} == 1
            unless ignoring (node_id, status, destination) instance:qumulo_maintenance:active{#} == 1
          )
        |||,
        '10m',
        'Qumulo cluster {{ $labels.instance }}: the audit log does not reach its destination {{ $labels.destination }}%s'
        % r.about('address', 'qumulo_audit_destination_info{@}', ['destination'], ' (', ')'),
        |||
          Connections of {{ $labels.instance }} to the destination of audit logs {{ $labels.destination }}%s that have been broken for ten minutes:
          {{ $value }}. Entries are lost when the nodes can't keep them any longer.
        ||| % r.about('address', 'qumulo_audit_destination_info{@}', ['destination'], ' (', ')')
      ),
      r.alert(
        'QumuloSupportDisconnected',
        'info',
        |||
          count without (node_id, status) (
            qumulo_support_connection_status{#status=~"error|error_pending"} == 1
            unless ignoring (node_id, status, service) instance:qumulo_maintenance:active{#} == 1
          )
        |||,
        '30m',
        'Qumulo cluster {{ $labels.instance }}: the vendor\'s {{ $labels.service | reReplaceAll "_" " " }} is not reached',
        |||
          Nodes of {{ $labels.instance }} whose connection for {{ $labels.service | reReplaceAll "_" " " }} has had errors for half an hour:
          %s. The vendor does not see their faults, or can't help from afar.
        ||| % r.list('node_id', 'qumulo_support_connection_status{@,status=~"error|error_pending"} == 1', ['service'])
      ),
      r.alert(
        'QumuloNexusDisconnected',
        'info',
        |||
          qumulo_nexus_enabled{#} == 1
          unless ignoring (state) qumulo_nexus_registration_state{#state="registered"} == 1
        |||,
        '30m',
        'Qumulo cluster {{ $labels.instance }} is not registered with Nexus',
        |||
          Nexus is enabled on {{ $labels.instance }}, and the cluster has not been registered with it for half an hour%s.
        ||| % r.about('state', 'qumulo_nexus_registration_state{@} == 1', before='; the registration is ')
      ),
      r.alert(
        'QumuloKeyServerUnavailable',
        'warning',
        'max without (status) (qumulo_encryption_status{#status=~"kms_authentication_error|cannot_connect_to_kms_server"}) == 1',
        '10m',
        'Qumulo cluster {{ $labels.instance }} does not reach its key management server',
        |||
          {{ $labels.instance }} can't use its key management server%s. Data stay readable until nodes start anew: don't reboot them.
        ||| % r.about('status', 'qumulo_encryption_status{@} == 1', before=': ')
      ),
      r.alert(
        'QumuloEncryptionKeyUnusable',
        'critical',
        'max without (status) (qumulo_encryption_status{#status=~"configuration_corrupted|kms_key_not_found|kms_key_inactive"}) == 1',
        '10m',
        'Qumulo cluster {{ $labels.instance }}: the key of the encryption at rest is not usable',
        |||
          The encryption at rest of {{ $labels.instance }} is broken%s. A node that starts anew can't read its drives: don't reboot any.
        ||| % r.about('status', 'qumulo_encryption_status{@} == 1', before=': ')
      ),
      r.alert(
        'QumuloLicenseExpired',
        'warning',
        'qumulo_license_state{#state="expired"} == 1',
        '15m',
        'Qumulo cluster {{ $labels.instance }}: the license has expired',
        |||
          The license of {{ $labels.instance }} has expired. The vendor may refuse help and upgrades.
        |||
      ),
      r.alert(
        'QumuloPortalNotActive',
        'warning',
        |||
          max without (status) (qumulo_portal_status{#status=~"inactive|degraded"}) == 1
          unless ignoring (state) max without (state) (qumulo_portal_state{#state=~"pending|deleting|unlinked|ended"}) == 1
          unless ignoring (id, role) instance:qumulo_maintenance:active{#} == 1
        |||,
        '10m',
        'Qumulo cluster {{ $labels.instance }}: a portal%s is not active' % peer,
        |||
          In {{ $labels.instance }} the portal {{ $labels.id }} ({{ $labels.role }})%s has not been active for ten minutes%s.
        ||| % [
          peer,
          r.about('status', 'qumulo_portal_status{@} == 1', ['id', 'role'], '; it is '),
        ]
      ),
      r.alert(
        'QumuloPortalPending',
        'info',
        |||
          qumulo_portal_pending_roots{#} > 0
          or max without (state) (qumulo_portal_state{#state=~"pending|unlinked"}) == 1
        |||,
        '6h',
        'Qumulo cluster {{ $labels.instance }}: a portal%s waits to be authorized' % peer,
        |||
          In {{ $labels.instance }} the portal {{ $labels.id }} ({{ $labels.role }})%s, or a directory of it, has waited for six hours for somebody to
          authorize it.
        ||| % peer
      ),
    ],
  }
