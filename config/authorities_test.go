package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority makes a certificate of an authority of that name.
func authority(t *testing.T, name string) (cert *x509.Certificate, text string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return cert, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestAuthorities(t *testing.T) {
	a, textA := authority(t, "a")
	b, textB := authority(t, "b")
	stranger, _ := authority(t, "c")
	path := write(t, "ca_file: ./secrets/ca.pem\n")
	put(t, filepath.Join(filepath.Dir(path), "secrets", "ca.pem"), "# two roots\n"+textA+"\n"+textB, 0o644)
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for cert, trusted := range map[*x509.Certificate]bool{a: true, b: true, stranger: false} {
		if _, err := cert.Verify(x509.VerifyOptions{Roots: c.Roots}); (err == nil) != trusted {
			t.Errorf("%s: %v", cert.Subject, err)
		}
	}
	system, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	system.AddCert(a)
	system.AddCert(b)
	if !c.Roots.Equal(system) {
		t.Error("they do not stand beside the system's")
	}
	if w := c.Warnings(); len(w) != 0 {
		t.Errorf("certificates are no secret: %q", w)
	}
	if c, err := Load(write(t, "")); err != nil || c.Roots != nil {
		t.Errorf("%v %v", c.Roots, err)
	}
}

func TestAuthoritiesInWords(t *testing.T) {
	_, good := authority(t, "a")
	for name, c := range map[string]struct{ text, want string }{
		"missing":      {"", "ca.pem cannot be read"},
		"empty":        {" ", "holds no certificate in PEM"},
		"DER":          {"\x30\x82\x01", "openssl x509 -inform der"},
		"a key":        {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no certificate in PEM"},
		"a broken one": {good + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 2 cannot be read"},
		"too large":    {strings.Repeat("x", maxAuthorities+1), "larger than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, "listen: 127.0.0.1:8080\nca_file: ca.pem\n")
			if c.text != "" {
				put(t, filepath.Join(filepath.Dir(path), "ca.pem"), c.text, 0o644)
			}
			if _, err := Load(path); err == nil || !strings.Contains(err.Error(), ":2: ca_file: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
