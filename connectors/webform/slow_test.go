package webform

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ctihub/connectors/vendors/posted"
)

// Parts that are no input count too, whether the form takes files or not.
func TestPartsAreCounted(t *testing.T) {
	for _, settings := range []string{"", "files: {count: 1}"} {
		s, _ := newFileSite(t, settings)
		nothing := strings.Repeat("--b\r\nX: y\r\n\r\n\r\n", posted.MaxInputs)
		body := nothing + "--b\r\nContent-Disposition: form-data; name=phone\r\n\r\n89161234567\r\n--b--\r\n"
		if w := s.post("multipart/form-data; boundary=b", body, "Sec-Fetch-Site", "same-origin"); w.Code != http.StatusRequestEntityTooLarge || s.inbox.Puts() > 0 {
			t.Errorf("%q: %d after %d Puts, want 413", settings, w.Code, s.inbox.Puts())
		}
	}
}

// Sixteen uploads of one address that never end leave room for a visitor's.
func TestUploadsThatNeverEnd(t *testing.T) {
	s, _ := newFileSite(t, "files: {count: 1}\nper_minute: 0")
	body, kind := parcel(t, "phone", "89161234567", "file:plan.pdf", pdf+strings.Repeat("x", 200_000))
	half := body[:strings.Index(body, pdf)+100_000] // more than is read ahead
	for i := range maxReceiving {
		never, end := io.Pipe()
		r := s.make(kind, "")
		r.Body, r.RemoteAddr = never, "198.51.100.7:4000"
		done := make(chan int, 1)
		go func() {
			w := httptest.NewRecorder()
			s.form.Handler(s.inbox).ServeHTTP(w, r)
			_ = never.Close()
			done <- w.Code
		}()
		_, err := io.WriteString(end, half)
		if refused := err != nil; refused != (i >= maxReceivingOfOne) {
			t.Fatalf("upload %d: %v", i, err)
		} else if refused && <-done != http.StatusServiceUnavailable {
			t.Errorf("upload %d was refused with another status", i)
		}
		t.Cleanup(func() { _ = end.Close() })
	}
	r := s.make(kind, body)
	r.RemoteAddr = "203.0.113.5:4000"
	if w := s.serve(s.inbox, r); w.Code != http.StatusSeeOther {
		t.Errorf("a visitor meanwhile: %d", w.Code)
	}
}
