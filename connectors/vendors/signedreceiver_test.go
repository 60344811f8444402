package vendors

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A post while every place is taken is refused with a request to post again.
func TestPostsAreBounded(t *testing.T) {
	p := NewSignedReceiver(nil, 1, 10)
	post := func(take func(context.Context, []byte) error) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("body"))
		p.Serve(w, r, func([]byte) bool { return true }, take)
		return w
	}
	nothing := func(context.Context, []byte) error { return nil }
	var second *httptest.ResponseRecorder
	first := post(func(context.Context, []byte) error {
		second = post(nothing)
		return nil
	})
	if second.Code != http.StatusServiceUnavailable || second.Header().Get("Retry-After") == "" {
		t.Errorf("while the only place is taken: %d %v", second.Code, second.Header())
	}
	if third := post(nothing); first.Code != http.StatusOK || third.Code != http.StatusOK {
		t.Errorf("the first: %d, afterwards: %d", first.Code, third.Code)
	}
}
