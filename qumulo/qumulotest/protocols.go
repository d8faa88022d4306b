package qumulotest

import (
	"fmt"
	"strconv"
)

// protocols are the answers on how clients reach the file system. The busy cluster has all there
// is: three exports, two shares, two buckets and five sessions in two pages, some encrypted.
func protocols(c cluster, m *Model) {
	counts := map[string]int{}
	if c.busy {
		counts = map[string]int{"exports": 3, "shares": 2, "buckets": 2, "sessions": 5}
	}
	rows := func(what string, row func(i int) map[string]any) []map[string]any {
		made := make([]map[string]any, counts[what])
		for i := range made {
			made[i] = row(i)
		}
		return made
	}
	exports := rows("exports", func(i int) map[string]any {
		return map[string]any{
			"id": strconv.Itoa(i + 1), "export_path": fmt.Sprintf("/export-%d", i), "tenant_id": 1, "fs_path": fmt.Sprintf("/projects/%d", i),
			"description": "", "restrictions": []any{}, "fields_to_present_as_32_bit": []any{},
		}
	})
	shares := rows("shares", func(i int) map[string]any {
		return map[string]any{
			"id": strconv.Itoa(i + 1), "share_name": fmt.Sprintf("share-%d", i), "tenant_id": 1, "fs_path": fmt.Sprintf("/projects/%d", i),
			"description": "", "permissions": []any{}, "access_based_enumeration_enabled": false, "require_encryption": i == 0,
		}
	})
	buckets := rows("buckets", func(i int) map[string]any {
		return map[string]any{
			"name": fmt.Sprintf("bucket-%d", i), "creation_time": "2026-01-02T03:04:05.678Z", "path": fmt.Sprintf("/buckets/%d", i),
			"versioning": "Unversioned",
		}
	})
	sessions := rows("sessions", func(i int) map[string]any {
		return map[string]any{
			"location": strconv.Itoa(i + 1), "originator": fmt.Sprintf("192.0.2.%d", 10+i), "num_opens": 3 * i, "is_guest": false, "is_encrypted": i%2 == 0,
			"time_open": map[string]string{"nanoseconds": "7200000000000"}, "time_idle": map[string]string{"nanoseconds": "1000000000"},
		}
	})
	statuses := make([]map[string]any, len(c.nodes))
	for i, n := range c.nodes {
		statuses[i] = map[string]any{"node_id": n.ID, "status": "OK"}
	}
	m.Set("/v3/nfs/exports/", map[string]any{"entries": exports}).
		Set("/v2/nfs/exports/", exports).
		Set("/v3/smb/shares/", map[string]any{"entries": shares}).
		Set("/v2/smb/shares/", shares).
		Set("/v1/s3/buckets/", map[string]any{"buckets": buckets}).
		Set("/v1/s3/settings", map[string]any{"enabled": c.busy, "base_path": "/buckets/", "multipart_upload_expiry_interval": "1days", "secure": true}).
		Set("/v0/ftp/status", map[string]any{"settings": map[string]any{"enabled": c.busy}, "statuses": statuses}).
		SetPages("/v1/smb/sessions/", "session_infos", sessions, 3)
}
