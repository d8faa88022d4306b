// The names of replication relationships: `from` and `to`, "paris:/projects" and "oslo:/replicas/projects", or the bucket of
// an object relationship, in whichever direction that copies.
{
  local info(matchers) = 'max by (%%(by)s, id, role, mode, source_cluster, source_path, target_cluster, target_path, bucket, object_folder) (qumulo_replication_info{%s, %%(s)s})' % matchers,
  local join(query, label, separator, of) = 'label_join(%s, "%s", "%s", %s)' % [query, label, separator, std.join(', ', ['"%s"' % l for l in of])],
  local bucket = ['bucket', 'object_folder'],

  names:: 'max by (%%(by)s, id, role, mode, from, to) (\n  %s\n)' % std.join('\n  or ', [
    join(join(info('role!="object"'), 'from', ':', ['source_cluster', 'source_path']), 'to', ':', ['target_cluster', 'target_path']),
    join(join(info('role="object", direction="copy_to_object"'), 'from', '', ['source_path']), 'to', '/', bucket),
    join(join(info('role="object", direction="copy_from_object"'), 'from', '/', bucket), 'to', '', ['target_path']),
  ]),

  // named gives the series of a query, which have the labels id and role, these names.
  named(query):: '(%s)\n* on (%%(by)s, id, role) group_left (from, to)\n%s' % [query, self.names],
}
