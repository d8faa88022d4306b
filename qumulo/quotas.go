package qumulo

import "context"

// QuotasEndpoint lists quotas and how much of each is used, in pages. A cluster may have
// millions: a page is in memory at a time.
var QuotasEndpoint = Endpoint{
	Name: "list quotas", Path: "/v1/files/quotas/status/?limit=1000", Privilege: "PRIVILEGE_QUOTA_READ",
	MaxBytes: 16 << 20, MaxRows: 1_000_000,
}

// Quota is the limit of a directory, and what is used of it.
type Quota struct {
	ID    Text   `json:"id"`             // file id of the directory
	Path  Text   `json:"path"`           // of the directory, with a slash at its end
	Limit Number `json:"limit"`          // bytes
	Used  Number `json:"capacity_usage"` // bytes: the directory and all below it
}

// Quotas lists all quotas: GET /v1/files/quotas/status/. each is given those of one page
// after the other.
func (c *Client) Quotas(ctx context.Context, each func(List[Quota]) error) error {
	type page struct {
		Quotas List[Quota]    `json:"quotas"`
		Paging Object[paging] `json:"paging"`
	}
	return getPages(ctx, c, QuotasEndpoint, "quotas", func(p page) (List[Quota], Text) { return p.Quotas, p.Paging.value.Next }, each)
}
