package engine

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"ctihub/leads"
)

// What real connections say when they fail is known by a code, however often it
// was wrapped.
func TestFaultsOfSourcesAreKnown(t *testing.T) {
	_, noName := net.DefaultResolver.LookupHost(t.Context(), "nothing.invalid")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	_, refused := net.Dial("tcp", address)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	_, untrusted := (&http.Client{}).Get(secure.URL) //nolint:bodyclose // there is none
	gone := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer gone.Close()
	_, lost := http.Get(gone.URL) //nolint:bodyclose,noctx // there is none
	var seen []leads.SourceFault
	for _, x := range []struct {
		err  error
		want leads.SourceFault
	}{
		{leads.Because(leads.FaultSetup, errors.New("wrong token")), leads.SourceDenied},
		{noName, leads.SourceUnknownName},
		{refused, leads.SourceNotListening},
		{context.DeadlineExceeded, leads.SourceSilent},
		{net.UnknownNetworkError("x"), leads.SourceOther},
		{untrusted, leads.SourceCertificate},
		{x509.HostnameError{Host: "x"}, leads.SourceCertificate},
		{lost, leads.SourceLost},
		{leads.Because(leads.FaultBusy, errors.New("slower")), leads.SourceBusy},
	} {
		if got := faultOf(fmt.Errorf("in words: %w", fmt.Errorf("more: %w", x.err))); got != x.want {
			t.Errorf("%v: %s, want %s", x.err, got, x.want)
		}
		seen = append(seen, x.want)
	}
	for _, f := range leads.SourceFaults {
		if f != leads.SourceNoRoute && !slices.Contains(seen, f) {
			t.Errorf("%s was not seen", f)
		}
	}
}
