package qumulo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// What an answer may have where its Endpoint says nothing else.
const (
	defaultBytes = 1 << 20
	defaultRows  = 10_000
)

// Endpoint is one call of the API.
type Endpoint struct {
	// Name of the operation in words, for errors and metrics: "list nodes".
	Name string
	// Path from the root. Placeholders ("/v1/files/{path}/aggregates/?max-entries=0")
	// are filled with the arguments of the call, in order.
	Path string
	// Privilege that the user must have; "" if none.
	Privilege string
	// Since is the first release that has it ("7.3.0"); "": older than all in use.
	Since string
	// Public: it is answered without a token.
	Public bool
	// Missing is what a 404 means.
	Missing Missing
	// Text: its answer is text, and not JSON.
	Text bool
	// MaxBytes bounds an answer, or a page of it; 0: 1 MiB.
	MaxBytes int64
	// MaxRows bounds a list, all pages together; 0: 10,000.
	MaxRows int
}

// Missing is what a 404 of an endpoint means.
type Missing int

const (
	// NotSupported is that the cluster's release has no such endpoint (ErrNotSupported). It
	// is not asked again for an hour, or until the release changes. Where the same release has
	// answered it before, it is a failure (ErrVanished), but for a path with arguments.
	NotSupported Missing = iota
	// NoObject is that the object which the path names is not there (ErrNoObject).
	NoObject
	// NoAPI is that what answers is not the API, as every release has it (ErrNoAPI).
	NoAPI
	// vanished is that the release has the endpoint (ErrVanished).
	vanished
)

// cause is the error that a 404 stands for.
func (m Missing) cause() error {
	return [...]error{ErrNotSupported, ErrNoObject, ErrNoAPI, ErrVanished}[m]
}

// Endpoints returns every endpoint that the client calls.
func Endpoints() []Endpoint {
	return []Endpoint{
		LoginEndpoint,
		WhoAmIEndpoint,
		VersionEndpoint,
		ClusterSettingsEndpoint,
		NodeStateEndpoint,
		NodesEndpoint,
		SlotsEndpoint,
		FileSystemEndpoint,
		CapacityClampEndpoint,
		ChassisEndpoint,
		UIDLightsEndpoint,
		ProtectionEndpoint,
		FaultToleranceEndpoint,
		RestriperEndpoint,
		RestriperV1Endpoint,
		QuotasEndpoint,
		ConnectionsEndpoint,
		TimeStatusEndpoint,
		TimeStatusV1Endpoint,
		TimeSeriesEndpoint,
		CapacityHistoryEndpoint,
		UpgradeEndpoint,
		UpgradeV2Endpoint,
		UpgradeBlockedEndpoint,
		RebootEndpoint,
		ReplacementPlanEndpoint,
		NetworkStatusEndpoint,
		InterfacesEndpoint,
		InterfaceStatusEndpoint,
		SupportEndpoint,
		NexusEndpoint,
		ActivityEndpoint,
		NFSExportsEndpoint,
		NFSExportsV2Endpoint,
		SMBSharesEndpoint,
		SMBSharesV2Endpoint,
		S3BucketsEndpoint,
		S3SettingsEndpoint,
		FTPStatusEndpoint,
		SMBSessionsEndpoint,
		ADStatusEndpoint,
		LDAPStatusEndpoint,
		AuditDestinationsEndpoint,
		AuditDestinationStatusEndpoint,
		AuditSyslogStatusEndpoint,
		AuditCloudWatchStatusEndpoint,
		EncryptionStatusEndpoint,
		EncryptionStatusV1Endpoint,
		LicenseStatusEndpoint,
		SourceRelationshipsEndpoint,
		TargetRelationshipsEndpoint,
		ObjectRelationshipsEndpoint,
		AccessTokensEndpoint,
		TreeDeleteJobsEndpoint,
		DirectoryEndpoint,
		HubPortalsEndpoint,
		HubPortalsV1Endpoint,
		SpokePortalsEndpoint,
		SpokePortalsV1Endpoint,
		SnapshotsEndpoint,
		SnapshotsV3Endpoint,
		SnapshotsV2Endpoint,
		SnapshotPoliciesEndpoint,
		SnapshotPoliciesV2Endpoint,
		NativeMetricsEndpoint,
	}
}

// at returns the path with its placeholders filled. An argument fills one segment of the
// path, or one value of the query, whatever is in it.
func (e Endpoint) at(args []any) (string, error) {
	var path strings.Builder
	rest, escape := e.Path, url.PathEscape
	for _, arg := range args {
		before, placeholder, _ := strings.Cut(rest, "{")
		_, after, found := strings.Cut(placeholder, "}")
		text := fmt.Sprint(arg)
		switch {
		case !found:
			return "", fmt.Errorf("the path %s takes fewer than %d arguments", e.Path, len(args))
		case text == "", text == ".", text == "..":
			return "", fmt.Errorf("%q can't stand in the path %s", text, e.Path)
		case strings.Contains(before, "?"):
			escape = url.QueryEscape
		}
		path.WriteString(before + escape(text))
		rest = after
	}
	if strings.Contains(rest, "{") {
		return "", fmt.Errorf("the path %s takes more than %d arguments", e.Path, len(args))
	}
	return path.String() + rest, nil
}

// accept is what an answer may be, for the cluster.
func (e Endpoint) accept() string {
	if e.Text {
		return "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
	}
	return "application/json"
}

// request returns a read of e that takes any object.
func (e Endpoint) request(round Round, deadline func() time.Time) *request {
	return &request{Endpoint: e, method: http.MethodGet, uri: e.Path, round: round, decode: objectInto(new(struct{})), deadline: deadline}
}

// rows is how many rows a list may have.
func (c *Client) rows(e Endpoint) int { return cmp.Or(c.maxRows, e.MaxRows, defaultRows) }

// getObject asks for a JSON object.
func getObject[T any](ctx context.Context, c *Client, e Endpoint, args ...any) (T, error) {
	var object T
	err := c.get(ctx, e, objectInto(&object), args...)
	return object, err
}

// getList asks for a JSON list.
func getList[T any](ctx context.Context, c *Client, e Endpoint, args ...any) (List[T], error) {
	var list List[T]
	err := c.get(ctx, e, listInto(&list, c.rows(e)), args...)
	return list, err
}

// firstSupported returns the answer in the first of the forms, newest first, that the
// cluster's release has. Any other failure than ErrNotSupported is the answer: an older
// form may be there and say less.
func firstSupported[T any](ctx context.Context, forms ...func(context.Context) (T, error)) (answer T, err error) {
	for _, form := range forms {
		if answer, err = form(ctx); !errors.Is(err, ErrNotSupported) {
			break
		}
	}
	return answer, err
}
