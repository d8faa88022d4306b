package qumulo

import "context"

// What clients reach the file system by. Exports, shares and buckets are only counted, but their
// lists are not paged: up to 64,000 exports, 40,000 shares, 16,000 buckets.
var (
	NFSExportsEndpoint = Endpoint{
		Name: "list NFS exports", Path: "/v3/nfs/exports/", Privilege: "PRIVILEGE_NFS_EXPORT_READ", MaxBytes: 128 << 20, MaxRows: 128_000,
	}
	NFSExportsV2Endpoint = Endpoint{
		Name: "list NFS exports (v2)", Path: "/v2/nfs/exports/", Privilege: "PRIVILEGE_NFS_EXPORT_READ", MaxBytes: 128 << 20, MaxRows: 128_000,
	}
	SMBSharesEndpoint = Endpoint{
		Name: "list SMB shares", Path: "/v3/smb/shares/", Privilege: "PRIVILEGE_SMB_SHARE_READ", MaxBytes: 128 << 20, MaxRows: 80_000,
	}
	SMBSharesV2Endpoint = Endpoint{
		Name: "list SMB shares (v2)", Path: "/v2/smb/shares/", Privilege: "PRIVILEGE_SMB_SHARE_READ", MaxBytes: 128 << 20, MaxRows: 80_000,
	}
	S3BucketsEndpoint = Endpoint{
		Name: "list S3 buckets", Path: "/v1/s3/buckets/", Privilege: "PRIVILEGE_S3_BUCKETS_READ", MaxBytes: 32 << 20, MaxRows: 32_000,
	}
	S3SettingsEndpoint = Endpoint{Name: "get S3 settings", Path: "/v1/s3/settings", Privilege: "PRIVILEGE_S3_SETTINGS_READ"}
	FTPStatusEndpoint  = Endpoint{Name: "get FTP status", Path: "/v0/ftp/status", Privilege: "PRIVILEGE_FTP_READ"}
	// SMBSessionsEndpoint lists in pages.
	SMBSessionsEndpoint = Endpoint{
		Name: "list SMB sessions", Path: "/v1/smb/sessions/?limit=1000", Privilege: "PRIVILEGE_SMB_SESSION_READ", MaxBytes: 16 << 20, MaxRows: 2_000_000,
	}
)

// Row is an element of a list that is only counted.
type Row struct{}

// NFSExports lists the NFS exports, for their number: GET /v3/nfs/exports/, else the v2 form.
func (c *Client) NFSExports(ctx context.Context) (List[Row], error) {
	return c.countedEntries(ctx, NFSExportsEndpoint, NFSExportsV2Endpoint)
}

// SMBShares lists the SMB shares, for their number: GET /v3/smb/shares/, else the v2 form.
func (c *Client) SMBShares(ctx context.Context) (List[Row], error) {
	return c.countedEntries(ctx, SMBSharesEndpoint, SMBSharesV2Endpoint)
}

// countedEntries asks for the entries of an object or, in the older form, a bare list.
func (c *Client) countedEntries(ctx context.Context, newer, older Endpoint) (List[Row], error) {
	return firstSupported(ctx,
		func(ctx context.Context) (List[Row], error) { return getMember[Row](ctx, c, newer, "entries") },
		func(ctx context.Context) (List[Row], error) { return getList[Row](ctx, c, older) })
}

// S3Buckets lists the S3 buckets, for their number: GET /v1/s3/buckets/.
func (c *Client) S3Buckets(ctx context.Context) (List[Row], error) {
	return getMember[Row](ctx, c, S3BucketsEndpoint, "buckets")
}

// protocolSettings say whether clients can use a protocol.
type protocolSettings struct {
	Enabled Bool `json:"enabled"`
}

// S3Enabled reports whether clients can use S3: GET /v1/s3/settings.
func (c *Client) S3Enabled(ctx context.Context) (Bool, error) {
	settings, err := getObject[protocolSettings](ctx, c, S3SettingsEndpoint)
	return settings.Enabled, err
}

// FTPEnabled reports whether clients can use FTP: GET /v0/ftp/status.
func (c *Client) FTPEnabled(ctx context.Context) (Bool, error) {
	status, err := getObject[struct {
		Settings Object[protocolSettings] `json:"settings"`
	}](ctx, c, FTPStatusEndpoint)
	return status.Settings.value.Enabled, err
}

// SMBSession is one client's session.
type SMBSession struct {
	Encrypted Bool   `json:"is_encrypted"`
	Opens     Number `json:"num_opens"` // files, directories and pipes
}

// SMBSessions lists the open SMB sessions: GET /v1/smb/sessions/. each is given those of one page
// after the other.
func (c *Client) SMBSessions(ctx context.Context, each func(List[SMBSession]) error) error {
	type page struct {
		Sessions List[SMBSession] `json:"session_infos"`
		Paging   Object[paging]   `json:"paging"`
	}
	return getPages(ctx, c, SMBSessionsEndpoint, "session_infos",
		func(p page) (List[SMBSession], Text) { return p.Sessions, p.Paging.value.Next }, each)
}
