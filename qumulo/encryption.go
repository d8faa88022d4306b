package qumulo

import (
	"cmp"
	"context"

	"github.com/go-json-experiment/json/jsontext"
)

// The forms of the status of encryption at rest; v1 knows no key management server (KMS).
var (
	EncryptionStatusEndpoint = Endpoint{
		Name: "get encryption status", Path: "/v2/encryption/key-store/status", Privilege: "PRIVILEGE_ENCRYPTION_READ", Since: "6.2.2",
	}
	EncryptionStatusV1Endpoint = Endpoint{Name: "get encryption status v1", Path: "/v1/encryption/status", Privilege: "PRIVILEGE_ENCRYPTION_READ"}
)

// EncryptionStatus is the state of encryption at rest.
type EncryptionStatus struct {
	Status           Text `json:"status"` // "Not Encrypted", "Encrypted", "KMS Available", ...
	CACertExpiry     Time `json:"ca_cert_expiry"`
	ClientCertExpiry Time `json:"client_cert_expiry"`
	LastKeyRotation  Time `json:"last_key_rotation_time"`
}

// UnmarshalJSON takes each field as it is, and as one of the object that the API makes of the key store:
// local_store or kms_store, as the definition has it, or config_details, as the vendor's page has it.
func (s *EncryptionStatus) UnmarshalJSON(data []byte) error {
	type plain EncryptionStatus
	var union struct {
		plain

		Local   jsontext.Value `json:"local_store"`
		KMS     jsontext.Value `json:"kms_store"`
		Details jsontext.Value `json:"config_details"`
	}
	err := unmarshal(data, &union)
	var store plain
	for _, member := range []jsontext.Value{union.Local, union.KMS, union.Details} {
		if store == (plain{}) {
			_ = unmarshal(member, &store) // what is no object says nothing
		}
	}
	*s = EncryptionStatus{
		Status:           cmp.Or(union.Status, store.Status),
		CACertExpiry:     cmp.Or(union.CACertExpiry, store.CACertExpiry),
		ClientCertExpiry: cmp.Or(union.ClientCertExpiry, store.ClientCertExpiry),
		LastKeyRotation:  cmp.Or(union.LastKeyRotation, store.LastKeyRotation),
	}
	return err
}

// EncryptionStatus asks for the state: GET /v2/encryption/key-store/status, since 6.2.2, else GET
// /v1/encryption/status.
func (c *Client) EncryptionStatus(ctx context.Context) (EncryptionStatus, error) {
	return firstSupported(ctx,
		func(ctx context.Context) (EncryptionStatus, error) {
			return getObject[EncryptionStatus](ctx, c, EncryptionStatusEndpoint)
		},
		func(ctx context.Context) (EncryptionStatus, error) {
			return getObject[EncryptionStatus](ctx, c, EncryptionStatusV1Endpoint)
		})
}
