// How data are protected, and what the restriper does about it.
local mappings = import '../mappings.libsonnet';
local states = import '../states.libsonnet';

function(config) {
  failuresLeftOver: {
    name: 'Failures that can still be survived',
    description: 'How many more drives, nodes or fault domains may fail without data being lost, and how many the configuration is made for. Worry when a line falls to 0.',
    queries: [
      { query: 'min by (%(by)s, component) (qumulo_protection_remaining_failures{%(s)s})', legend: '{{component}}' },
      { query: 'max by (%(by)s, component) (qumulo_protection_max_failures{%(s)s})', legend: '{{component}}, configured' },
    ],
    unit: 'short',
    decimals: 0,
    min: 0,
    step: true,
  },

  failuresLeftNodes: {
    name: 'Survives, nodes',
    description: 'How many more nodes may fail without data becoming unreachable. Worry when it is 0 on a cluster that is made for more; clusters with a single node have 0 always.',
    query: 'min by (%(by)s) (qumulo_protection_remaining_failures{component="node", %(s)s})',
    unit: 'short',
    thresholds: [[null, 'red'], [1, 'green']],
    noValue: 'not told',
  },

  restriper: states.worst('qumulo_restriper_phase', 'phase', ['planning', 'rebalance', 'partitioned_rebalance', 'transcode', 'reprotect'], 'idle') {
    name: 'Restriper',
    description: 'What the restriper does now. Rebalancing is everyday work; worry when it reprotects, which means that something failed, and when it is blocked.',
    thresholds: [[null, 'green'], [1, 'blue'], [5, 'orange']],
    mappings: mappings.words([[0, 'idle', 'green'], [1, 'planning', 'blue'], [2, 'rebalance', 'blue'], [3, 'partitioned rebalance', 'blue'], [4, 'transcode', 'blue'], [5, 'reprotect', 'orange']]),
  },

  restriperProgress: {
    name: 'Restriper: done of the present phase',
    description: 'How far the restriper is, while it runs. Worry when it stands still for hours, or runs for more than a day. Empty: it has nothing to do.',
    query: 'max by (%(by)s) (qumulo_restriper_phase_completion_ratio{%(s)s})',
    legend: 'done',
    unit: 'percentunit',
    min: 0,
    max: 1,
    noValue: 'idle',
  },

  restriperElapsed: {
    name: 'Phase runs for',
    description: 'How long the present phase of the restriper has run. Worry above a day. Empty: it is idle.',
    query: 'max by (%(by)s) (qumulo_restriper_phase_elapsed_seconds{%(s)s})',
    unit: 's',
    thresholds: [[null, 'green'], [86400, 'orange']],
    noValue: 'idle',
  },

  restriperBlocked: {
    name: 'Restriper blocked',
    description: 'Whether something keeps the restriper from its work. Worry when it stays blocked: data may remain unprotected.',
    query: 'max by (%(by)s) (qumulo_restriper_blocked{%(s)s})',
    mappings: mappings.badIfOne('blocked', 'no'),
    thresholds: [[null, 'green'], [1, 'red']],
  },

  protection: {
    name: 'Protection',
    description: 'How data are protected: ec is erasure coding over drives and nodes, the others are for object storage. Worry when it changes unasked.',
    query: 'max by (%(by)s, scheme) (qumulo_protection_info{%(s)s})',
    legend: '{{scheme}}',
    textMode: 'name',
  },

  stripe: {
    name: 'Blocks a stripe',
    description: 'How many of the blocks of a stripe hold data, how many there are, and for how many drives space is kept spare. Worry when they change unasked.',
    queries: [
      { query: 'max by (%(by)s) (qumulo_protection_data_blocks_per_stripe{%(s)s})', legend: 'data' },
      { query: 'max by (%(by)s) (qumulo_protection_blocks_per_stripe{%(s)s})', legend: 'all' },
      { query: 'max by (%(by)s) (qumulo_protection_drive_spares{%(s)s})', legend: 'spare drives' },
    ],
    unit: 'short',
    noValue: 'not erasure-coded',
  },

  reconfiguration: {
    name: 'Being changed',
    description: 'Whether the cluster is being changed to another protection, which takes days. Worry when nobody asked for it.',
    query: 'max by (%(by)s) (qumulo_protection_reconfiguration_pending{%(s)s})',
    mappings: mappings.words([[0, 'no', 'green'], [1, 'pending', 'blue']]),
    noValue: 'not told',
  },
}
