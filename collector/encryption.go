package collector

import (
	"context"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

const fromEncryption = ", from /v2/encryption/key-store/status or, before Qumulo Core 6.2.2, /v1/encryption/status, read at most every 5m."

var (
	encryptionStatus = states("qumulo_encryption_status",
		"Whether encryption at rest is in the state named by the label (1) or not (0)"+fromEncryption,
		words{known: []string{
			"not_encrypted", "encrypted", "configuration_corrupted", "kms_available", "kms_authentication_error",
			"cannot_connect_to_kms_server", "kms_key_not_found", "kms_key_inactive",
		}}, "status")
	encryptionCertificate = gauge("qumulo_encryption_kms_certificate_not_after_timestamp_seconds",
		"Expiry of the certificate of the key management server's authority (ca) or of the cluster as its client, as Unix time in seconds, "+
			"from /v2/encryption/key-store/status, read at most every 5m.",
		"certificate")
	encryptionRotation = gauge("qumulo_encryption_last_key_rotation_timestamp_seconds",
		"When the current key of encryption at rest became active, as Unix time in seconds"+fromEncryption)
)

func encryption() Collector {
	return Collector{
		Name: "encryption", Help: "Encryption at rest and its key management server.", Enabled: true, Interval: 5 * time.Minute,
		Cost: "nothing", Query: `qumulo_encryption_kms_certificate_not_after_timestamp_seconds - time() < 30 * 86400`,
		Endpoints: []qumulo.Endpoint{qumulo.EncryptionStatusEndpoint, qumulo.EncryptionStatusV1Endpoint},
		Metrics:   []*Metric{encryptionStatus, encryptionCertificate, encryptionRotation},
		Read:      readEncryption,
	}
}

func readEncryption(ctx context.Context, src *Source, out *Output) error {
	s, err := src.EncryptionStatus(ctx)
	if err != nil {
		return err
	}
	out.stateSet(encryptionStatus, s.Status)
	out.timestamp(encryptionCertificate, "ca_cert_expiry", s.CACertExpiry, "ca")
	out.timestamp(encryptionCertificate, "client_cert_expiry", s.ClientCertExpiry, "client")
	out.timestamp(encryptionRotation, "last_key_rotation_time", s.LastKeyRotation)
	return nil
}
