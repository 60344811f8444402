package vendors

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"ctihub/leads"
)

func TestUnanswered(t *testing.T) {
	secret := "https://vendor.example/?key=secret"
	deadline, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for _, c := range []struct {
		err     error
		words   string
		notSent bool
	}{
		{&net.DNSError{Err: "no such host", Name: "vendor.example"}, "resolved", true},
		{&net.OpError{Op: "dial", Err: errors.New("connection refused")}, "reached", true},
		{&net.OpError{Op: "read", Err: errors.New("connection reset")}, "broke", false},
		{deadline.Err(), "in time", false},
		{io.ErrUnexpectedEOF, "broke", false},
	} {
		err := Unanswered("V", &url.Error{Op: "Get", URL: secret, Err: c.err})
		if !strings.Contains(err.Error(), c.words) || errors.Is(err, leads.ErrNotSent) != c.notSent || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: %v", c.err, err)
		}
	}
	if err := Unanswered("V", context.Canceled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	defer tls.Close()
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, tls.URL, nil)
	res, err := (&http.Client{Transport: &http.Transport{}}).Do(req)
	if err == nil {
		res.Body.Close()
		t.Fatal("a strange certificate was accepted")
	}
	if err = Unanswered("V", err); !errors.Is(err, leads.ErrNotSent) || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}
