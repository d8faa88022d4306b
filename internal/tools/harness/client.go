package harness

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Client asks an exporter for pages as Prometheus does.
type Client struct {
	addr    string
	timeout time.Duration
	http    *http.Client
}

// NewClient returns a client of the exporter at addr. Each request says that it has timeout; one that takes longer than
// twice that fails. Up to idle connections stay open.
func NewClient(addr string, timeout time.Duration, idle int) *Client {
	return &Client{addr: addr, timeout: timeout, http: &http.Client{
		Timeout: 2 * timeout, Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: idle},
	}}
}

// Close gives up the idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Get returns a page as it came. A status other than 200 is an error.
func (c *Client) Get(ctx context.Context, path string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.addr+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", strconv.FormatFloat(c.timeout.Seconds(), 'f', -1, 64))
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %.100s", resp.Status, bytes.TrimSpace(body))
	}
	return body, nil
}

// Scrape returns a page of metrics.
func (c *Client) Scrape(ctx context.Context, path string) (Page, error) {
	body, err := c.Get(ctx, path)
	if err != nil {
		return nil, err
	}
	return ParsePage(string(body))
}
