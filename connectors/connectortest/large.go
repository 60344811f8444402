package connectortest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// bodiesMost limits the bytes of large bodies that a source under test has in memory
// at once.
const bodiesMost = 1 << 20

// trackedBody is a body that records whether it was read.
type trackedBody struct {
	io.ReadCloser
	read atomic.Bool
}

func (u *trackedBody) Read(p []byte) (int, error) {
	u.read.Store(true)
	return u.ReadCloser.Read(p)
}

// largeBody takes all memory for large bodies. A post with a large Content-Length is
// then refused unread, and a small one is accepted. Sources that do not receive over
// HTTP are skipped.
func largeBody(t *testing.T, subject Subject) {
	src, up := subject.open(t)
	defer src.stop()
	if src.Handler == nil {
		return
	}
	release, err := src.bodies.Take(&http.Request{ContentLength: bodiesMost}, bodiesMost)
	if err != nil {
		t.Fatal(err)
	}
	posts := 0
	receive := src.Handler
	src.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posts++
		body := &trackedBody{ReadCloser: r.Body}
		r.Body, r.ContentLength = body, bodiesMost
		answer := httptest.NewRecorder()
		receive.ServeHTTP(answer, r.WithContext(expired(r.Context())))
		if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" {
			t.Errorf("while every place is taken a large body is answered with %d %v, want 503 and Retry-After", answer.Code, answer.Header())
		}
		if body.read.Load() {
			t.Error("a large body is read before it has its place")
		}
		w.WriteHeader(answer.Code)
	})
	if err := up.Deliver(t.Context(), src, 0); err == nil && posts > 0 {
		t.Error("a large body is acknowledged while every place is taken")
	}
	src.Handler = receive
	deliver(t, up, src, 0)
	await(t, src, 1)
	release()
}

// expired returns a context that has ended, so that waiting in it ends at once.
func expired(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}
