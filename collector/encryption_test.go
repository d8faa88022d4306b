package collector_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/qumulo-exporter/qumulo_exporter/internal/apidir"
	"github.com/qumulo-exporter/qumulo_exporter/internal/testutil"
	"github.com/qumulo-exporter/qumulo_exporter/qumulo/qumulotest"
)

const (
	encryptionPath, encryptionV1Path = "/v2/encryption/key-store/status", "/v1/encryption/status"

	encryptionCA       = `qumulo_encryption_kms_certificate_not_after_timestamp_seconds{certificate="ca"}`
	encryptionClient   = `qumulo_encryption_kms_certificate_not_after_timestamp_seconds{certificate="client"}`
	encryptionRotation = "qumulo_encryption_last_key_rotation_timestamp_seconds"
)

func encryptionStatus(status string) string {
	return `qumulo_encryption_status{status="` + status + `"}`
}

func TestEncryption(t *testing.T) {
	const kms = `"status":"KMS Key Inactive","ca_cert_expiry":"2027-04-18T19:55:17Z","client_cert_expiry":"2027-04-18T21:55:18+02:00"`
	inactive := testutil.Page{encryptionStatus("kms_key_inactive"): 1, encryptionStatus("unknown"): 0, encryptionCA: 1808078117, encryptionClient: 1808078118}
	for name, r := range map[string]oneReading{
		"KMS":                       {answers: map[string]string{encryptionPath: `{"type":"KMS",` + kms + `}`}, want: inactive, absent: []string{encryptionRotation}},
		"as the definition's union": {answers: map[string]string{encryptionPath: `{"type":"KMS","local_store":null,"kms_store":{` + kms + `}}`}, want: inactive},
		"dates in the store": {
			answers: map[string]string{encryptionPath: `{"type":"KMS","status":"KMS Key Inactive","local_store":"","kms_store":{
				"ca_cert_expiry":"2027-04-18T19:55:17Z","client_cert_expiry":"2027-04-18T19:55:18Z","last_key_rotation_time":"2026-02-03T04:05:06Z"}}`},
			want: pages(inactive, testutil.Page{encryptionRotation: 1770091506}),
		},
		"status in the store": {
			answers: map[string]string{encryptionPath: `{"type":"KMS","local_store":{},"kms_store":{"status":"KMS Key Inactive","ca_cert_expiry":"2020-01-01T00:00:00Z"},
				"ca_cert_expiry":"2027-04-18T19:55:17Z","client_cert_expiry":"2027-04-18T19:55:18Z"}`},
			want: inactive,
		},
		"as the vendor's page": {answers: map[string]string{encryptionPath: `{"config_type":"KMS","config_details":{` + kms + `}}`}, want: inactive},
		"local": {
			answers: map[string]string{encryptionPath: `{"type":"Local","local_store":{"status":"Encrypted","last_key_rotation_time":"2026-02-03T04:05:06.5Z"}}`},
			want:    testutil.Page{encryptionStatus("encrypted"): 1, encryptionStatus("not_encrypted"): 0, encryptionRotation: 1770091506.5},
			absent:  []string{encryptionCA, encryptionClient},
		},
		"with and without a full stop": {
			answers: map[string]string{encryptionPath: `{"status":"Cannot connect to KMS server"}`}, want: testutil.Page{encryptionStatus("cannot_connect_to_kms_server"): 1},
		},
		"v1": {
			release: "6.2.0", answers: map[string]string{encryptionV1Path: `{"status":"Encrypted","last_key_rotation_time":"2026-02-03T04:05:06Z"}`},
			want: testutil.Page{encryptionStatus("encrypted"): 1, encryptionRotation: 1770091506}, absent: []string{encryptionCA, encryptionClient},
		},
		"nothing is said": {
			answers: map[string]string{encryptionPath: `{"status":null,"ca_cert_expiry":null,"client_cert_expiry":"","last_key_rotation_time":"0001-01-01T00:00:00Z"}`},
			want:    testutil.Page{encryptionStatus("unknown"): 1}, absent: []string{encryptionCA, encryptionClient, encryptionRotation},
		},
		"a new word, and what is no time": {
			answers: map[string]string{encryptionPath: `{"status":"KMS Throttled","ca_cert_expiry":"soon"}`},
			want:    testutil.Page{encryptionStatus("unknown"): 1, encryptionStatus("kms_available"): 0}, absent: []string{encryptionCA},
			said: []string{`the word \"KMS Throttled\" is new`, `ca_cert_expiry of ca is \"soon\"`},
		},
		"a store that is none": {
			answers: map[string]string{encryptionPath: `{"kms_store":5,"local_store":"x","config_details":{"status":"Encrypted"}}`},
			want:    testutil.Page{encryptionStatus("encrypted"): 1},
		},
		"403 of v2 is no reason for v1": {
			faults: map[string]qumulotest.Fault{encryptionPath: {Status: 403}}, absent: []string{"qumulo_encryption"}, failed: true,
			said: []string{"PRIVILEGE_ENCRYPTION_READ"},
		},
		"500": {faults: map[string]qumulotest.Fault{encryptionPath: {Status: 500}}, absent: []string{"qumulo_encryption"}, failed: true, said: []string{"500"}},
		"404": {faults: both(qumulotest.Fault{Status: 404}, encryptionPath, encryptionV1Path), absent: []string{"qumulo_encryption"}, missing: true},
	} {
		r.collector = "encryption"
		t.Run(name, r.check)
	}
}

// TestEncryptionOfTheVendor reads the vendor's own examples.
func TestEncryptionOfTheVendor(t *testing.T) {
	dir := filepath.Join(apidir.Find(t), "examples")
	for file, r := range map[string]oneReading{
		"doc.encryption_status_kms.json": {want: testutil.Page{
			encryptionStatus("kms_available"): 1, encryptionStatus("encrypted"): 0, encryptionCA: 1808078117, encryptionClient: 1808078117, encryptionRotation: 1693944940.068,
		}},
		"doc.encryption_status_local.json": {
			want: testutil.Page{encryptionStatus("encrypted"): 1, encryptionStatus("kms_available"): 0, encryptionRotation: 1668946525.683}, absent: []string{encryptionCA, encryptionClient},
		},
	} {
		answer, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		r.collector, r.answers = "encryption", map[string]string{encryptionPath: string(answer)}
		t.Run(file, r.check)
	}
}
