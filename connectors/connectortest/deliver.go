package connectortest

import (
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Random returns a random source with a new seed, which it logs.
func Random(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
}

// DeliverAll posts bodies in random order, four at once, each until it is answered
// with 200, while storing touches, files and receipts fails, confirmations get lost,
// and the further faults happen. post returns the status of the answer.
func (d *Harness) DeliverAll(random *rand.Rand, bodies [][]byte, post func(body []byte) int, more ...func()) {
	random.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
	work := make(chan []byte)
	var wait sync.WaitGroup
	var refused atomic.Int64
	for range 4 {
		wait.Go(func() {
			for body := range work {
				for try := 0; ; try++ {
					code := post(body)
					if code == http.StatusOK {
						break
					}
					if code != http.StatusServiceUnavailable || try > 200 {
						d.t.Errorf("status %d at try %d", code, try)
						break
					}
					refused.Add(1)
				}
			}
		})
	}
	troubles := append([]func(){
		func() { d.Inbox.Fail(1 + random.IntN(3)) },
		func() { d.Inbox.Lose(1) },
		func() { d.Files.Fail(1) },
		func() { d.FailReceipts(1) },
	}, more...)
	for _, body := range bodies {
		if n := random.IntN(6); n < len(troubles) {
			troubles[n]()
		}
		work <- body
	}
	close(work)
	wait.Wait()
	d.t.Logf("%d deliveries, %d refused, files kept %d times", len(bodies), refused.Load(), d.Files.Kept())
}

// WantExactly checks that exactly the messages that were sent are stored (texts by
// key); one may be committed repeatedly. It logs the figures.
func (d *Harness) WantExactly(want map[string]string) {
	d.t.Helper()
	type message struct{ key, text string }
	stored := map[message]bool{}
	for _, t := range d.Inbox.Touches() {
		stored[message{t.ExternalID, t.Text}] = true
	}
	lost := 0
	for key, text := range want {
		if !stored[message{key, text}] {
			lost++
		}
	}
	doubled := len(stored) - (len(want) - lost) // under another key, or with another text
	d.t.Logf("N=%d lost=%d doubled=%d deliveries=%d", len(want), lost, doubled, len(d.Inbox.Touches()))
	if lost+doubled+len(d.Inbox.Quarantined()) > 0 || d.Inbox.Err() != nil {
		d.t.Errorf("lost %d, doubled %d, %d quarantined, %v", lost, doubled, len(d.Inbox.Quarantined()), d.Inbox.Err())
	}
}
