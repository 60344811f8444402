package main

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

// list reads all pages of a list of the API.
func list[T any](h *hub, token, path string, filter url.Values) []T {
	h.t.Helper()
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
		h.get(token, path+"?"+q.Encode(), &page)
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		q.Set("cursor", page.Next)
	}
}

// get reads an answer, and asks again if the hub says that it cannot answer now.
func (h *hub) get(token, path string, into any) {
	h.t.Helper()
	status, body := h.request(http.MethodGet, token, path, nil)
	for began := time.Now(); status == http.StatusServiceUnavailable && time.Since(began) < patience; {
		time.Sleep(200 * time.Millisecond)
		status, body = h.request(http.MethodGet, token, path, nil)
	}
	if status != http.StatusOK {
		h.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, into); err != nil {
		h.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

func (h *hub) request(method, token, path string, body any) (int, []byte) {
	h.t.Helper()
	var b io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			h.t.Fatal(err)
		}
		b = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, h.url+path, b)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// received is a live event and the moment at which its last byte was read.
type received struct {
	leads.EventBody
	At time.Time
}

// events opens a live stream and returns once it is open.
func (h *hub) events(token string, types ...leads.EventType) <-chan received {
	h.t.Helper()
	return h.eventsOver(http.DefaultClient, token, types...)
}

// eventsOver is events with a client of the test's own.
func (h *hub) eventsOver(client *http.Client, token string, types ...leads.EventType) <-chan received {
	h.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	h.t.Cleanup(cancel)
	var names []string
	for _, t := range types {
		names = append(names, string(t))
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url+"/api/v1/events?types="+url.QueryEscape(strings.Join(names, ",")), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		h.t.Fatalf("the stream answers %s", resp.Status)
	}
	ch := make(chan received, 10000)
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
			e := received{At: time.Now()}
			if err := json.Unmarshal(data, &e.EventBody); err == nil && e.Type != "" {
				ch <- e
			}
		}
	}()
	return ch
}

// await returns the first event that fits.
func await(t testing.TB, ch <-chan received, what string, fits func(received) bool) received {
	t.Helper()
	limit := time.After(patience)
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
			t.Fatalf("no event within %v: %s", patience, what)
		}
	}
}

// compare asks for a comparison and waits for its result.
func (h *hub) compare(t *testing.T, token, day string) leads.Reconciliation {
	t.Helper()
	status, body := h.request(http.MethodPost, token, "/api/v1/reconciliations", map[string]string{"source": "pbx", "day": day})
	if status != http.StatusOK {
		t.Fatalf("asking: %d %s", status, body)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) { // it has no event
		var page struct{ Items []leads.Reconciliation }
		h.get(token, "/api/v1/reconciliations?source=pbx&day="+day, &page)
		if len(page.Items) == 1 && page.Items[0].Asked.IsZero() {
			return page.Items[0]
		}
		if time.Now().After(deadline) {
			t.Fatalf("no result: %+v", page.Items)
		}
	}
}
