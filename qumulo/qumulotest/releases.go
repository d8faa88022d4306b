package qumulotest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// lifetime is which releases have the paths that begin with prefix: from since on, and before
// until. "" is no bound. Of two that fit a path both hold.
type lifetime struct {
	prefix, since, until string
}

// lifetimes is the one table of what came and went with the releases; what is not in it every
// release has. Where the vendor only says that an endpoint is older than the definition of 7.2.3,
// it has no row.
func lifetimes() []lifetime {
	return []lifetime{
		{"/v1/capacity/clamp", "7.3.0", ""},
		// Deprecated for uid-lights, and last seen in 7.8.0: here the newest release is without it.
		{"/v1/cluster/nodes/chassis/", "", "7.10.0"},
		{"/v1/cluster/nodes/uid-lights/", "6.2.1", ""},
		{"/v1/cluster/object-backed/protection/fault-tolerance", "7.3.1", ""},
		{"/v1/cluster/protection/restriper/status", "5.3.4", ""},
		{"/v2/time/", "7.8.4", ""},
		{"/v2/audit/", "7.9.0", ""},
		{"/v2/encryption/", "6.2.2", ""},
		{"/v1/analytics/time-series/", "4.3.0", ""},
		{"/v2/metrics/", "5.3.0", ""},
		{"/v3/upgrade/status", "5.1.5", ""},
		{"/v2/upgrade/blocked", "6.1.1", ""},
		{"/v1/cluster/node-replacement-plan/", "6.1.2", ""},
		{"/v3/network/status", "7.5.1", ""},
		{"/v1/nexus/registration", "7.7.1", ""},
		{"/v3/nfs/", "5.0.0", ""}, // when they came is not known: the old release, 2.14, has v2 alone
		{"/v3/smb/", "5.0.0", ""}, // likewise
		{accessTokensPath, "5.3.0", ""},
		{"/v1/portal/hubs/", "", "7.9.2"},
		{"/v1/portal/spokes/", "", "7.9.2"},
		{"/v2/portal/", "7.6.2", ""},
		{"/v3/snapshots/", "6.1.1", ""},
		{"/v4/snapshots/", "7.2.3", ""}, // it may have come earlier: so there is a release here that has v3 alone
	}
}

// exists reports whether a release has a path.
func exists(version, path string) bool {
	return !slices.ContainsFunc(lifetimes(), func(l lifetime) bool {
		return strings.HasPrefix(path, l.prefix) &&
			(l.since != "" && compareVersions(version, l.since) < 0 || l.until != "" && compareVersions(version, l.until) >= 0)
	})
}

// compareVersions compares "7.2.3" and "7.10.0" number by number; what is missing is 0.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if c := cmp.Compare(number(as, i), number(bs, i)); c != 0 {
			return c
		}
	}
	return 0
}

func number(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		panic(fmt.Sprintf("qumulotest: release %q", strings.Join(parts, ".")))
	}
	return n
}

// Releases are the releases of Core that the simulated clusters of Release are tested with.
func Releases() []string { return []string{"4.3.0", "5.3.0", "6.2.0", "7.2.3", "7.8.0", "7.10.0"} }

// Release is a cluster of four nodes in racks on that release of Core ("7.2.3"), with exactly the
// endpoints that it has. Little goes on in it.
func Release(version string) *Model {
	const count = 4
	c := cluster{
		name: "strata", uuid: "b7d0c1de-51f6-4d7e-93b4-0f6a92c8e377",
		release: core(version, "300000.1.1", "2026-01-02T03:04:05Z"),
		fileSystem: fileSystem{
			BlockSize: 4096, Total: "61203283968000", Free: "30601641984000", Snapshot: "1099511627776",
		},
	}
	for id := 1; id <= count; id++ {
		c.nodes = append(c.nodes, onlineNode(id, fmt.Sprintf("strata-%d", id), "Q0626", fmt.Sprintf("ST26A%04d", id),
			fmt.Sprintf("02:00:5e:70:00:%02x", id), fmt.Sprintf("4e9f2b60-7d13-4c58-8a0e-70a00000000%d", id)))
		c.slots = append(c.slots, q0626(id, 0, 0)...)
	}
	if compareVersions(version, "7.3.2") >= 0 {
		for i := range c.slots {
			c.slots[i].CommandCapacity = 32
		}
	}
	if compareVersions(version, "7.10.0") >= 0 {
		c.fileSystem.PortalCache = "107374182400"
	}
	return c.model()
}
