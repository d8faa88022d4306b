package qumulotest

// encryption is the state of encryption at rest: none in the cloud, where the volumes are encrypted, a local key on
// premises, and of a busy cluster a key management server that can't be reached.
func encryption(c cluster, m *Model) {
	const rotated = "2025-11-20T12:15:25.683207795Z"
	v1 := map[string]string{"status": "Encrypted", "last_key_rotation_time": rotated}
	v2 := map[string]string{"type": "Local", "status": "Encrypted", "last_key_rotation_time": rotated}
	switch {
	case c.busy:
		v2["type"], v2["status"] = "KMS", "Cannot connect to KMS server."
		v2["ca_cert_expiry"], v2["client_cert_expiry"] = "2031-04-18T19:55:17Z", "2026-04-18T19:55:17Z"
		v2["last_status_update_time"] = "2026-02-03T04:00:58.108120131Z"
	case c.platform != onPremises:
		v1 = map[string]string{"status": "Not Encrypted"}
		v2 = map[string]string{"type": "Local", "status": "Not Encrypted"}
	}
	m.Set("/v1/encryption/status", v1).Set("/v2/encryption/key-store/status", v2)
}
