package web

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"ctihub/web/api"
)

// wantProblem sends a request and returns the problem that answers it.
func wantProblem(t *testing.T, c *http.Client, req *http.Request, status int) api.Problem {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return problemOf(t, res, status)
}

// problemOf checks that an answer is a complete problem of the given status.
func problemOf(t *testing.T, res *http.Response, status int) (p api.Problem) {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := res.Request.Method + " " + res.Request.URL.Path
	if res.StatusCode != status {
		t.Errorf("%s: %s %s, want %d", name, res.Status, b, status)
	}
	if ct := res.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("%s: %s is %q, want a problem: %s", name, res.Status, ct, b)
		return p
	}
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if p.Status != res.StatusCode || p.Title == "" || p.Detail == "" || p.Code == "" {
		t.Errorf("%s: incomplete problem %s", name, b)
	}
	return p
}

// client returns a client whose connections end with the test.
func (h *streamHub) client(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}
