package connectors

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// Bounds of one posted body.
const (
	smallBody  = 16 << 10         // bytes of a body that takes no place
	readWithin = 30 * time.Second // for a body to arrive
)

// ErrCrowded says that a body has found no place in time: it is posted again
// later.
var ErrCrowded = errors.New("too many large bodies are in hand")

// Bodies bounds the memory of posted bodies. A large body has to have its place
// before it is read, and keeps it until it is stored; a small one passes by.
type Bodies struct {
	slots *Slots // one for each byte
	wait  time.Duration
}

// NewBodies bounds the bytes of the large bodies that are in hand at once, all
// and of one address. A body waits so long for its place.
func NewBodies(all, each int, wait time.Duration) *Bodies {
	return &Bodies{slots: NewSlots(all, each), wait: wait}
}

// Take waits for the place of a request's body, of which the caller has most
// bytes in memory at the most. release gives the place back; it is never nil.
// The error is ErrCrowded. Nil takes every body at once.
func (b *Bodies) Take(r *http.Request, most int64) (release func(), err error) {
	n := min(r.ContentLength, most)
	switch unknown := n < 0; {
	case b == nil, !unknown && n <= smallBody, unknown && small(r):
		return func() {}, nil
	case unknown:
		n = most
	}
	ctx, cancel := context.WithTimeout(r.Context(), b.wait)
	defer cancel()
	release, ok := b.slots.Wait(ctx, r.RemoteAddr, int(n))
	if !ok {
		return func() {}, ErrCrowded
	}
	return release, nil
}

// small reads the beginning of a body whose length the sender does not tell, and
// reports whether that is all of it.
func small(r *http.Request) bool {
	head, err := io.ReadAll(io.LimitReader(r.Body, smallBody+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), r.Body), r.Body}
	return err != nil || len(head) <= smallBody
}

// Read reads a body of most bytes at the most, in the place that Take gives it.
// The error is ErrCrowded, an [http.MaxBytesError], or that of a body that broke
// off or is too slow.
func (b *Bodies) Read(w http.ResponseWriter, r *http.Request, most int64) (body []byte, release func(), err error) {
	release, err = b.Take(r, most)
	if err != nil {
		return nil, release, err
	}
	slow := http.NewResponseController(w)
	_ = slow.SetReadDeadline(time.Now().Add(readWithin)) // not every writer can
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	_ = slow.SetReadDeadline(time.Time{})
	return body, release, err
}
