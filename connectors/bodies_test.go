package connectors_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
)

// senders posts bodies to a receiver that stores each body when the test releases it.
type senders struct {
	t       *testing.T
	posts   *vendors.SignedReceiver
	storing int // bodies that are read, and being stored
}

// posted is one request and its response.
type posted struct {
	*httptest.ResponseRecorder
	store      chan struct{} // closed when the body may be stored
	read, done bool
}

// watched is a body that records that it was read.
type watched struct {
	io.Reader
	read *bool
}

func (w watched) Read(p []byte) (int, error) {
	*w.read = true
	return w.Reader.Read(p)
}

// post posts a body and returns when nothing more happens. withLength: the request has a
// Content-Length.
func (c *senders) post(from string, size int, withLength bool) *posted {
	a := &posted{ResponseRecorder: httptest.NewRecorder(), store: make(chan struct{})}
	r := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, "/", watched{strings.NewReader(strings.Repeat("x", size)), &a.read})
	if r.RemoteAddr = from; withLength {
		r.ContentLength = int64(size)
	}
	go func() {
		c.posts.Serve(a, r, func([]byte) bool { return true }, func(_ context.Context, body []byte) error {
			if len(body) != size {
				c.t.Errorf("%d bytes of %d were read", len(body), size)
			}
			if size > connectors.SmallBody {
				c.storing++
				<-a.store
				c.storing--
			}
			return nil
		})
		a.done = true
	}()
	synctest.Wait()
	return a
}

// end lets the receiver store the body.
func (a *posted) end() {
	close(a.store)
	synctest.Wait()
}

func TestLargeBodiesWait(t *testing.T) {
	const mine, large, small = "198.51.100.7", 900 << 10, 5 << 10
	synctest.Test(t, func(t *testing.T) {
		bodies := connectors.NewBodies(8<<20, 2<<20, 10*time.Second)
		c := &senders{t: t, posts: vendors.NewSignedReceiver(bodies, 64, 1<<20)}
		first, second := c.post(mine, large, true), c.post(mine, large, true)
		third := c.post(mine, large, true)
		if c.storing != 2 || !first.read || !second.read || third.read {
			t.Fatalf("%d large bodies of one address are in hand; the third is read: %v", c.storing, third.read)
		}
		for withLength, name := range map[bool]string{true: "a small one", false: "a small one of unknown length"} {
			if a := c.post(mine, small, withLength); !a.done || a.Code != http.StatusOK {
				t.Errorf("%s waits for large ones: %v %d", name, a.done, a.Code)
			}
		}
		another := c.post("203.0.113.5", large, false)
		if c.storing != 3 {
			t.Error("a large body of another address waits for those of the first")
		}
		first.end()
		if c.storing != 3 || !third.read || !first.done {
			t.Errorf("after one was stored the one that waited is read: %v", third.read)
		}
		late := c.post(mine, large, true)
		time.Sleep(10 * time.Second) // of the bubble's clock
		synctest.Wait()
		if !late.done || late.read || late.Code != http.StatusServiceUnavailable || late.Header().Get("Retry-After") == "" {
			t.Errorf("after the longest wait: answered %v with %d %v, read %v", late.done, late.Code, late.Header(), late.read)
		}
		for _, a := range []*posted{second, third, another} {
			a.end()
		}
		if n := bodies.Taken(); c.storing != 0 || n != 0 {
			t.Errorf("at the end %d bodies are in hand, %d bytes taken", c.storing, n)
		}
	})
}

// A free slot goes to the address that has the fewest, and a smaller request does not overtake
// the one whose turn it is.
func TestSlotsAreSharedByWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := connectors.NewSlots(4, 3)
		var order []string
		releases := map[string]func(){}
		wait := func(name, from string, n int) {
			go func() {
				release, ok := s.Wait(t.Context(), from, n)
				if !ok {
					t.Errorf("%s got no place", name)
					return
				}
				order = append(order, name)
				releases[name] = release
			}()
			synctest.Wait()
		}
		wait("a1", "198.51.100.1", 2)
		wait("a2", "198.51.100.1", 1)
		wait("a3", "198.51.100.1", 2) // beyond the share of its address
		wait("b1", "198.51.100.2", 1)
		wait("b2", "198.51.100.2", 1)
		wait("c1", "198.51.100.3", 9) // as many as one address may have
		if _, ok := s.Take("198.51.100.4"); ok {
			t.Error("who does not wait overtakes who waits")
		}
		for _, name := range []string{"a1", "a2", "a3", "b1"} {
			releases[name]()
			synctest.Wait()
		}
		if got := strings.Join(order, " "); got != "a1 a2 b1 a3 c1 b2" {
			t.Errorf("order %s", got)
		}
	})
}
