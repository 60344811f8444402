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
	smallBody  = 16 << 10         // up to so many bytes a body is not counted
	readWithin = 30 * time.Second // for a body to arrive
)

// ErrCrowded says that no memory for a body became free in time; the sender is to post
// it again later.
var ErrCrowded = errors.New("too many large bodies are being handled")

// Bodies bounds the memory of posted bodies. A large body reserves its bytes before it
// is read, and keeps them until it is stored; a small one is not counted.
type Bodies struct {
	slots *Slots // one for each byte
	wait  time.Duration
}

// NewBodies bounds the bytes of large bodies in memory: all in total, each for one address. A
// body waits up to wait for its bytes.
func NewBodies(all, each int, wait time.Duration) *Bodies {
	return &Bodies{slots: NewSlots(all, each), wait: wait}
}

// Take reserves memory for a request's body, of which the caller keeps up to most bytes. release
// frees it and is never nil. The error is ErrCrowded. A nil *Bodies bounds nothing.
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

// small reads the beginning of a body without Content-Length, and reports whether the whole body
// is small.
func small(r *http.Request) bool {
	head, err := io.ReadAll(io.LimitReader(r.Body, smallBody+1))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(head), r.Body), r.Body}
	return err != nil || len(head) <= smallBody
}

// Read reads a body of up to most bytes, after Take. The error is ErrCrowded, an
// [http.MaxBytesError], or the one of a body that is incomplete or too slow.
func (b *Bodies) Read(w http.ResponseWriter, r *http.Request, most int64) (body []byte, release func(), err error) {
	release, err = b.Take(r, most)
	if err != nil {
		return nil, release, err
	}
	slow := http.NewResponseController(w)
	_ = slow.SetReadDeadline(time.Now().Add(readWithin)) // not every writer supports it
	body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	_ = slow.SetReadDeadline(time.Time{})
	return body, release, err
}
