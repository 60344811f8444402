package config

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
)

// maxAuthorities bounds the file of authorities, in bytes.
const maxAuthorities = 1 << 20

// authorities adds the certificates of ca_file to those of the system.
func (d *decoder) authorities(c *Config, file string) {
	if file == "" {
		return
	}
	name := resolve(c.Path, file)
	f, err := os.Open(name)
	if err != nil {
		d.bad("ca_file", fmt.Sprintf("file %s cannot be read: %s", name, plain(err)), "name a file with the certificates of the authorities, in PEM")
		return
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxAuthorities+1))
	switch {
	case err != nil:
		d.bad("ca_file", fmt.Sprintf("file %s cannot be read: %s", name, plain(err)), "name a file with the certificates of the authorities, in PEM")
		return
	case len(b) > maxAuthorities:
		d.bad("ca_file", fmt.Sprintf("file %s is larger than 1 MiB", name), "is this the right file?")
		return
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	found := 0
	for n := 1; ; n++ {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		authority, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			d.bad("ca_file", fmt.Sprintf("file %s: certificate %d cannot be read", name, n), "take the file anew from the authority")
			return
		}
		pool.AddCert(authority)
		found++
	}
	if found == 0 {
		d.bad("ca_file", fmt.Sprintf("file %s holds no certificate in PEM", name), "it begins with -----BEGIN CERTIFICATE-----; one in DER becomes that by: openssl x509 -inform der -in FILE -out FILE.pem")
		return
	}
	c.Roots = pool
}
