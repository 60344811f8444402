package connectors_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
)

// A sender that never ends its bodies takes only its share of the slots; another sender is served
// meanwhile.
func TestPlacesAreShared(t *testing.T) {
	p := vendors.NewSignedReceiver(nil, 4, 10)
	post := func(from string, body io.Reader) int {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)
		r.RemoteAddr = from
		p.Serve(w, r, func([]byte) bool { return true }, func(context.Context, []byte) error { return nil })
		return w.Code
	}
	for i := range 4 {
		body, end := io.Pipe()
		defer end.Close()
		go func() {
			post("198.51.100.7", body)
			_ = body.Close()
		}()
		if _, err := end.Write([]byte("x")); (err != nil) != (i >= 2) {
			t.Fatalf("body %d: %v", i, err)
		}
	}
	if got := post("203.0.113.5", http.NoBody); got != http.StatusOK {
		t.Errorf("another sender meanwhile: %d", got)
	}
}

func TestSlots(t *testing.T) {
	s := connectors.NewSlots(3, 2)
	take := func(from string) func() {
		t.Helper()
		release, ok := s.Take(from)
		if !ok {
			t.Fatalf("no place for %s while %d are taken", from, s.Taken())
		}
		return release
	}
	first := take("[2001:db8::1]:4000")
	take("[2001:db8::2]:4000")
	if _, ok := s.Take("2001:db8::/64"); ok {
		t.Error("a third place for one network")
	}
	take("203.0.113.5")
	if _, ok := s.Take("203.0.113.6"); ok {
		t.Error("a place beyond all")
	}
	first()
	first() // counts once
	if take("203.0.113.6"); s.Taken() != 3 {
		t.Errorf("%d places are taken, want 3", s.Taken())
	}
}
