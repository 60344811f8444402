package email

import (
	"crypto/x509"
	"fmt"
	"testing"

	"ctihub/connectors/connectortest"
	"ctihub/connectors/email/mailtest"
)

// The hub's own authorities are trusted for mail too, beside those of the
// settings.
func TestRealAuthoritiesOfTheHub(t *testing.T) {
	smtp := mailtest.StartSMTP(t)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(smtp.CA)) {
		t.Fatal("the test authority is no certificate")
	}
	for _, way := range []string{fmt.Sprintf("port: %d, tls: tls", smtp.TLSPort), fmt.Sprintf("port: %d, tls: starttls", smtp.Port)} {
		for ca, trusted := range map[*x509.CertPool]bool{roots: true, x509.NewCertPool(): false} {
			env := connectortest.Env(t, "mail", fmt.Sprintf("smtp: {host: %s, %s, username: info, password: secret, from: info@firm.example}", smtp.Host, way))
			env.Net.Roots = ca
			c, err := newConnector(env, hasty)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Send(t.Context(), reply()); (err == nil) != trusted {
				t.Errorf("%s, trusted %v: %v", way, trusted, err)
			}
		}
	}
	imap := mailtest.Start(t)
	s := newSubject(t, fmt.Sprintf("inboxes: [{name: info, username: info, password: secret, host: %s, port: %d, tls: tls}]", imap.Host, imap.TLSPort))
	s.env.Net.Roots = x509.NewCertPool()
	s.env.Net.Roots.AppendCertsFromPEM([]byte(imap.CA))
	s.start()
	s.awaitHealth()
	// An authority of the settings is added, and leaves the hub's own alone.
	own := server{Host: "h", CA: smtp.CA, roots: roots}
	if pool := own.tlsConfig().RootCAs; pool == roots || pool.Equal(x509.NewCertPool()) {
		t.Error("the hub's authorities were changed, or none is trusted")
	}
}
