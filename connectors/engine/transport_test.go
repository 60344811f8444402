package engine

import (
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/vendors"
)

// Authorities of the hub are trusted by its clients, and nobody else's are.
func TestAuthorities(t *testing.T) {
	private := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer private.Close()
	roots := x509.NewCertPool()
	roots.AddCert(private.Certificate())
	for name, c := range map[string]struct {
		roots   *x509.CertPool
		trusted bool
	}{"named": {roots, true}, "the system's": {nil, false}, "others": {x509.NewCertPool(), false}} {
		client := newHTTP(c.roots)
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, private.URL, nil)
		res, err := client.Do(req)
		if err == nil {
			res.Body.Close()
		}
		if (err == nil) != c.trusted || client.Timeout == 0 {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && !strings.Contains(vendors.Unanswered("MAX", err).Error(), "ca_file") {
			t.Errorf("%s: no remedy: %v", name, vendors.Unanswered("MAX", err))
		}
	}
	var given connectors.Env
	if _, err := NewSink(connectors.Kind{Out: func(env connectors.Env) (connectors.Sink, error) { given = env; return connectors.Sink{}, nil }}, connectors.Env{Name: "s", Net: connectors.Net{Roots: roots}}); err != nil || given.Net.HTTP.Transport.(*http.Transport).TLSClientConfig.RootCAs != roots {
		t.Error("a sink's client does not trust them")
	}
}
