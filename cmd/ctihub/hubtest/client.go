package hubtest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// List reads all pages of a list of the API.
func List[T any](h *Hub, token, path string, filter url.Values) []T {
	h.T.Helper()
	var all []T
	q := url.Values{"limit": {"200"}}
	for k, v := range filter {
		q[k] = v
	}
	for {
		var page struct {
			Items []T
			Next  string
		}
		h.Get(token, path+"?"+q.Encode(), &page)
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		q.Set("cursor", page.Next)
	}
}

// Get reads an answer, and repeats the request while the hub answers 503.
func (h *Hub) Get(token, path string, into any) {
	h.T.Helper()
	status, body := h.Request(http.MethodGet, token, path, nil)
	for began := time.Now(); status == http.StatusServiceUnavailable && time.Since(began) < Patience; {
		time.Sleep(200 * time.Millisecond)
		status, body = h.Request(http.MethodGet, token, path, nil)
	}
	if status != http.StatusOK {
		h.T.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		h.T.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

// Request sends a request to the API and returns status and body. Without a token
// it is not authenticated; a nil body is none.
func (h *Hub) Request(method, token, path string, body any) (int, []byte) {
	h.T.Helper()
	var b io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			h.T.Fatal(err)
		}
		b = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, h.URL+path, b)
	if err != nil {
		h.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		h.T.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		h.T.Fatal(err)
	}
	return resp.StatusCode, answer
}

// Received is a live event and the moment at which its last byte was read.
type Received struct {
	leads.EventBody
	At time.Time
}

// Events opens a live stream and returns once it is open.
func (h *Hub) Events(token string, types ...leads.EventType) <-chan Received {
	h.T.Helper()
	return h.EventsOver(http.DefaultClient, token, types...)
}

// EventsOver is Events with the test's own client.
func (h *Hub) EventsOver(client *http.Client, token string, types ...leads.EventType) <-chan Received {
	h.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	h.T.Cleanup(cancel)
	var names []string
	for _, t := range types {
		names = append(names, string(t))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+"/api/v1/events?types="+url.QueryEscape(strings.Join(names, ",")), nil)
	if err != nil {
		h.T.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(r)
	if err != nil {
		h.T.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		h.T.Fatalf("the stream answers %s", resp.Status)
	}
	ch := make(chan Received, 10000)
	go func() {
		defer close(ch)
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
			if !ok {
				continue
			}
			e := Received{At: time.Now()}
			if err := json.Unmarshal(data, &e.EventBody); err == nil && e.Type != "" {
				ch <- e
			}
		}
	}()
	return ch
}

// Await returns the first event that fits.
func Await(t testing.TB, ch <-chan Received, what string, fits func(Received) bool) Received {
	t.Helper()
	limit := time.After(Patience)
	for {
		select {
		case e, ok := <-ch:
			if !ok {
				t.Fatalf("the stream ended before %s", what)
			}
			if fits(e) {
				return e
			}
		case <-limit:
			t.Fatalf("no event within %v: %s", Patience, what)
		}
	}
}

// Compare requests a reconciliation and waits for its result.
func (h *Hub) Compare(token, day string) leads.Reconciliation {
	h.T.Helper()
	status, body := h.Request(http.MethodPost, token, "/api/v1/reconciliations", map[string]string{"source": "pbx", "day": day})
	if status != http.StatusOK {
		h.T.Fatalf("asking: %d %s", status, body)
	}
	for deadline := time.Now().Add(Patience); ; time.Sleep(100 * time.Millisecond) { // it has no event
		var page struct{ Items []leads.Reconciliation }
		h.Get(token, "/api/v1/reconciliations?source=pbx&day="+day, &page)
		if len(page.Items) == 1 && page.Items[0].Asked.IsZero() {
			return page.Items[0]
		}
		if time.Now().After(deadline) {
			h.T.Fatalf("no result: %+v", page.Items)
		}
	}
}
