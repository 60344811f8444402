package engine

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"
)

// answerWithin is how long a vendor may take for a whole answer.
const answerWithin = 30 * time.Second

// newHTTP returns the client for a source's or sink's outgoing requests. roots
// are the authorities that it trusts; nil: the system's.
func newHTTP(roots *x509.CertPool) *http.Client {
	transport := http.DefaultTransport
	if t, ok := transport.(*http.Transport); ok && roots != nil {
		t = t.Clone()
		t.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
		transport = t
	}
	return &http.Client{Timeout: answerWithin, Transport: transport}
}
