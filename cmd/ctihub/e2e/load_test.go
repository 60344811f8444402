package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// send posts forms until ctx ends, and repeats those that were not accepted under the
// same idempotency key, at another hub if there is one. Some are sent twice at once, to
// two hubs if there are two.
func send(ctx context.Context, t *testing.T, truth *oracle, urls []string, sender int) {
	var twins sync.WaitGroup
	defer twins.Wait()
	client := &http.Client{Timeout: 6 * time.Second}
	defer client.CloseIdleConnections()
	at := sender // the hub that this sender uses
	for n := 0; ctx.Err() == nil; n++ {
		key, person := fmt.Sprintf("s%d-%d", sender, n), truth.nextPerson()
		if err := truth.recordSent(key, person); err != nil {
			t.Error(err)
			return
		}
		body := formOf(person).Encode() // the same under one key, however often it is sent
		try := func(at int) (bool, error) {
			accepted, err := post(client, urls[at%len(urls)]+"/in/site", key, body)
			if accepted {
				if err := truth.recordAccepted(key); err != nil {
					t.Error(err)
				}
			}
			return accepted, err
		}
		if rand.IntN(8) == 0 {
			other := at + 1
			twins.Go(func() { _, _ = try(other) })
		}
		for range 3 {
			accepted, err := try(at)
			if accepted {
				break
			}
			if err == nil || ctx.Err() != nil {
				break // refused with 503, or ctx has ended
			}
			at++
			select {
			case <-ctx.Done():
			case <-time.After(time.Duration(rand.IntN(50)) * time.Millisecond):
			}
		}
	}
}

var errAway = errors.New("no answer")

// post sends one form; after an error it is not known whether it was stored.
func post(client *http.Client, url, key, body string) (accepted bool, err error) {
	resp, _, err := sendForm(client, url, key, body)
	switch {
	case err != nil:
		return false, errAway
	case resp.StatusCode == http.StatusOK:
		return true, nil
	case resp.StatusCode >= 500:
		return false, errAway
	}
	return false, nil
}

// sendForm sends a form with an idempotency key, as a script does, and reads the answer.
func sendForm(client *http.Client, url, key, body string) (*http.Response, []byte, error) {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Idempotency-Key", key)
	resp, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	return resp, answer, nil
}
