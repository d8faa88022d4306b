// Portals and destinations of audit logs: what a cluster has to do with others.
local mappings = import '../mappings.libsonnet';

function(config) {
  local portal = '%(by)s, id, role',

  portal: { name: 'Portal', description: 'What the portal is.', query: 'max by (%s, access, peer_cluster) (qumulo_portal_info{%%(s)s})' % portal },
  portalState: { name: 'State', description: 'The state of the portal.', query: 'max by (%s, state) (qumulo_portal_state{%%(s)s} == 1)' % portal },
  portalStatus: { name: 'Status', description: 'The status of the portal.', query: 'max by (%s, status) (qumulo_portal_status{%%(s)s} == 1)' % portal },
  portalPending: {
    name: 'Roots not authorized',
    description: 'How many root directories are not authorized yet.',
    query: 'max by (%s) (qumulo_portal_pending_roots{%%(s)s})' % portal,
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'yellow']],
  },
  portalSpace: {
    name: 'Space of portals',
    description: 'What spokes keep as a cache, which is not counted against the free space, and what hubs share. Worry when the cache stays small while clients are slow: it is being thrown out.',
    queries: [
      { query: 'sum by (%(by)s) (qumulo_filesystem_portal_cache_bytes{%(s)s})', legend: 'cache' },
      { query: 'sum by (%(by)s, portal_type) (qumulo_fs_portal_root_shared_bytes{%(s)s})', legend: 'shared, {{portal_type}}' },
      { query: 'sum by (%(by)s, fs_type) (qumulo_fs_used_bytes{fs_type="spoke", %(s)s})', legend: 'used by {{fs_type}} file systems' },
    ],
    unit: 'decbytes',
    min: 0,
    noValue: 'no portals, or the release does not tell it',
  },

  destination: { name: 'Destination', description: 'Where audit logs go.', query: 'max by (%(by)s, destination, kind, address) (qumulo_audit_destination_info{%(s)s})' },
  destinationDown: {
    name: 'Nodes disconnected',
    description: 'How many nodes do not reach it.',
    query: 'sum by (%(by)s, destination) (qumulo_audit_connection_status{status="disconnected", %(s)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'red']],
  },
  destinationErrors: {
    name: 'Nodes with an error',
    description: 'How many nodes have an error message of it.',
    query: 'sum by (%(by)s, destination) (qumulo_audit_last_error{%(s)s})',
    unit: 'short',
    thresholds: [[null, 'green'], [1, 'orange']],
  },
}
