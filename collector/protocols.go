package collector

import (
	"context"
	"time"

	"github.com/qumulo-exporter/qumulo_exporter/qumulo"
)

var (
	nfsExports  = gauge("qumulo_nfs_exports", "How many NFS exports there are, from /v3/nfs/exports/ (else v2), read every 5m by default.")
	smbShares   = gauge("qumulo_smb_shares", "How many SMB shares there are, from /v3/smb/shares/ (else v2), read every 5m by default.")
	s3Buckets   = gauge("qumulo_s3_buckets", "How many S3 buckets there are, from /v1/s3/buckets/, read every 5m by default.")
	s3Enabled   = gauge("qumulo_s3_enabled", "Whether clients can use S3 (1) or not (0), from /v1/s3/settings, read every 5m by default.")
	ftpEnabled  = gauge("qumulo_ftp_enabled", "Whether clients can use FTP (1) or not (0), from /v0/ftp/status, read every 5m by default.")
	smbSessions = gauge("qumulo_smb_sessions", "How many SMB sessions are open, from /v1/smb/sessions/, read every 5m by default.")
	smbSecure   = gauge("qumulo_smb_sessions_encrypted", "How many of the open SMB sessions are encrypted, from /v1/smb/sessions/, read every 5m by default.")
	smbHandles  = gauge("qumulo_smb_open_handles",
		"How many files, directories and pipes SMB sessions have open, from /v1/smb/sessions/, read every 5m by default.")
)

func protocols() Collector {
	return Collector{
		Name: "protocols", Help: "Exports, shares, buckets and SMB sessions, and which protocols are on.", Enabled: true, Interval: 5 * time.Minute,
		Cost: "exports, shares, buckets and SMB sessions", Query: `qumulo_smb_sessions - qumulo_smb_sessions_encrypted`,
		Endpoints: []qumulo.Endpoint{
			qumulo.NFSExportsEndpoint, qumulo.NFSExportsV2Endpoint, qumulo.SMBSharesEndpoint, qumulo.SMBSharesV2Endpoint,
			qumulo.S3BucketsEndpoint, qumulo.S3SettingsEndpoint, qumulo.FTPStatusEndpoint, qumulo.SMBSessionsEndpoint,
		},
		Metrics: []*Metric{nfsExports, smbShares, s3Buckets, s3Enabled, ftpEnabled, smbSessions, smbSecure, smbHandles},
		Read:    readProtocols,
	}
}

func readProtocols(ctx context.Context, src *Source, out *Output) error {
	exports := async(src, func() (qumulo.List[qumulo.Row], error) { return src.NFSExports(ctx) })
	shares := async(src, func() (qumulo.List[qumulo.Row], error) { return src.SMBShares(ctx) })
	buckets := async(src, func() (qumulo.List[qumulo.Row], error) { return src.S3Buckets(ctx) })
	s3 := async(src, func() (qumulo.Bool, error) { return src.S3Enabled(ctx) })
	ftp := async(src, func() (qumulo.Bool, error) { return src.FTPEnabled(ctx) })
	var sessions sessionCount
	sessionsErr := src.SMBSessions(ctx, sessions.add)
	nfsList, nfsErr := exports()
	smbList, smbErr := shares()
	bucketList, bucketErr := buckets()
	s3On, s3Err := s3()
	ftpOn, ftpErr := ftp()
	if err := noneRead(nfsErr, smbErr, bucketErr, s3Err, ftpErr, sessionsErr); err != nil {
		return err
	}
	out.countOf(nfsExports, "no NFS exports", nfsList, nfsErr)
	out.countOf(smbShares, "no SMB shares", smbList, smbErr)
	out.countOf(s3Buckets, "no S3 buckets", bucketList, bucketErr)
	if out.Part("no S3 settings", s3Err) {
		out.flag(s3Enabled, "enabled", s3On)
	}
	if out.Part("no FTP status", ftpErr) {
		out.flag(ftpEnabled, "enabled", ftpOn)
	}
	if out.Part("no SMB sessions", sessionsErr) {
		sessions.show(out)
	}
	return nil
}

// countOf adds how many elements a list has, if it was read.
func (o *Output) countOf(m *Metric, what string, list qumulo.List[qumulo.Row], err error) {
	if o.Part(what, err) {
		o.malformed(list.Malformed)
		o.Add(m, float64(len(list.Items)))
	}
}

// sessionCount counts SMB sessions, page by page.
type sessionCount struct {
	sessions, encrypted int
	handles             float64
	malformed           []error
	oddEncrypted        int
	oddOpens            int
}

func (c *sessionCount) add(page qumulo.List[qumulo.SMBSession]) error {
	c.malformed = append(c.malformed, page.Malformed[:min(len(page.Malformed), maxWarnings-min(len(c.malformed), maxWarnings))]...)
	for _, s := range page.Items {
		c.sessions++
		switch encrypted, ok := s.Encrypted.Value(); {
		case !ok:
			c.oddEncrypted++
		case encrypted:
			c.encrypted++
		}
		opens, ok := s.Opens.Value()
		if !ok || opens < 0 {
			c.oddOpens++
			continue
		}
		c.handles += opens
	}
	return nil
}

// show adds the counts. One that lacks a session would be wrong.
func (c *sessionCount) show(out *Output) {
	out.malformed(c.malformed)
	out.Add(smbSessions, float64(c.sessions))
	if c.oddEncrypted > 0 {
		out.warnf("is_encrypted of an SMB session is missing or could not be parsed: no count of the encrypted ones")
	} else {
		out.Add(smbSecure, float64(c.encrypted))
	}
	if c.oddOpens > 0 {
		out.warnf("num_opens of an SMB session is missing or could not be parsed: no sum of the open handles")
	} else {
		out.Add(smbHandles, c.handles)
	}
}
