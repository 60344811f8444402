// Package bench measures whole hubs; docs/performance.md has the figures.
package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/deploy/pbx/sip"
)

// table prints one line of the figures of docs/performance.md.
func table(format string, args ...any) { fmt.Printf("| "+format+" |\n", args...) }

// measureRings places 300 calls, the first from the given number, and returns the time
// from each call to its event.
func measureRings(b *testing.B, pbx *asterisktest.PBX, phone *sip.Phone, stream <-chan hubtest.Received, from int64, rate int) (took []time.Duration) {
	const calls = 300
	rang := map[string]time.Time{}
	loaded := make(chan error, 1)
	go func() { loaded <- pbx.Load("7001", from, calls, rate, 500*time.Millisecond) }()
	for range calls {
		r := asterisktest.Next(b, phone.Rings())
		rang["+"+r.Caller] = r.At
	}
	for len(rang) > 0 {
		e := hubtest.Await(b, stream, "a ring", func(hubtest.Received) bool { return true })
		if at, first := rang[e.Call.From]; first {
			took = append(took, e.At.Sub(at))
			delete(rang, e.Call.From)
		}
	}
	if err := <-loaded; err != nil {
		b.Fatal(err)
	}
	return took
}

// postFormsAtRate posts forms of new persons at a rate, without waiting for answers,
// until ctx ends.
func postFormsAtRate(ctx context.Context, b *testing.B, h *hubtest.Hub, rate int) {
	var posts sync.WaitGroup
	var all, refused atomic.Int64
	defer func() {
		posts.Wait()
		b.Logf("%d of %d forms were refused", refused.Load(), all.Load())
	}()
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	defer client.CloseIdleConnections()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			posts.Go(func() {
				all.Add(1)
				if _, err := postForm(client, h, nextPhone.Add(1), nextPhone.Load()); err != nil {
					refused.Add(1)
				}
			})
		}
	}
}

// postForm posts one form and returns how long the answer took.
func postForm(client *http.Client, h *hubtest.Hub, phone, n int64) (time.Duration, error) {
	return postAs(client, h.URL, person(phone), fmt.Sprintf("price %d?", n))
}

// postAs posts the form of a person with this number.
func postAs(client *http.Client, hub, phone, message string) (time.Duration, error) {
	body := fmt.Sprintf(`{"name":"Ivan","phone":"%s","message":"%s","utm_source":"bench"}`, phone, message)
	sent := time.Now()
	resp, err := client.Post(hub+"/in/site", "application/json", strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s %s", resp.Status, answer)
	}
	return time.Since(sent), nil
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

var nextPhone atomic.Int64
