package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/qumulo-exporter/qumulo_exporter/collector"
	"github.com/qumulo-exporter/qumulo_exporter/internal/config"
)

// printRole prints the commands that make the least role for the collectors that are on, in
// any of the clusters.
func printRole(stdout io.Writer, clusters []config.Cluster) {
	var on []string
	for _, name := range collector.Names() {
		if slices.ContainsFunc(clusters, func(c config.Cluster) bool { return slices.Contains(c.Collectors, name) }) {
			on = append(on, name)
		}
	}
	fmt.Fprintf(stdout, `# The least role for the collectors %s.
# Run this on a machine with the qq command line, logged in to the cluster as an administrator.
qq auth_add_user --name qumulo-exporter
%sqq auth_create_role -r Monitoring -d "Prometheus exporter" -p privileges.txt
qq auth_assign_role -r Monitoring -t local:qumulo-exporter
`, strings.Join(on, ", "), listPrivileges(on))
}

// listPrivileges is the command that writes the privileges of the named collectors to a file,
// as far as the cluster's release has them.
func listPrivileges(names []string) string {
	var needed []string
	for _, c := range collector.All() {
		if slices.Contains(names, c.Name) {
			needed = append(needed, c.Privileges()...)
		}
	}
	slices.Sort(needed)
	var b strings.Builder
	b.WriteString("qq auth_list_privileges | grep -ow")
	for _, p := range slices.Compact(needed) {
		b.WriteString(" \\\n    -e " + p)
	}
	b.WriteString(" | sort -u > privileges.txt\n")
	return b.String()
}
