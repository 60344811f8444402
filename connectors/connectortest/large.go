package connectortest

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// bodiesMost is how many bytes of large bodies a source under test has in hand
// at once.
const bodiesMost = 1 << 20

// unread is a body that notes that it was read.
type unread struct {
	io.ReadCloser
	read atomic.Bool
}

func (u *unread) Read(p []byte) (int, error) {
	u.read.Store(true)
	return u.ReadCloser.Read(p)
}

// largeBody takes every place for large bodies. A post that is declared to be
// large is refused without having been read, and a small one is taken. Sources
// that are not fed over HTTP receive nothing here.
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
		body := &unread{ReadCloser: r.Body}
		r.Body, r.ContentLength = body, bodiesMost
		answer := httptest.NewRecorder()
		receive.ServeHTTP(answer, r.WithContext(over(r.Context())))
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

// over is a context that has ended: who waits in it has waited long enough.
func over(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}
