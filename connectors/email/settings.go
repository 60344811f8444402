package email

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"ctihub/connectors"
)

// settings are the source's own keys, see schema.
type settings struct {
	Inboxes []inbox       `yaml:"inboxes"`
	Own     []string      `yaml:"own"`
	Since   time.Duration `yaml:"since"`
	Poll    time.Duration `yaml:"poll"`
	MaxMB   int64         `yaml:"max_mb"`
	SMTP    *smtpServer   `yaml:"smtp"`
}

// server is how to reach one and sign in.
type server struct {
	Host       string `yaml:"host"`
	Port       int    `yaml:"port"`
	TLS        string `yaml:"tls"`
	AllowPlain bool   `yaml:"allow_plain"`
	CA         string `yaml:"ca"`
	Username   string `yaml:"username"`
	Password   string `yaml:"password"`
	OAuth      *oauth `yaml:"oauth"`

	roots *x509.CertPool // of the hub; nil: the system's
}

// inbox is one account of an IMAP server.
type inbox struct {
	Name    string `yaml:"name"`
	server  `yaml:",inline"`
	Folders []string `yaml:"folders"`
	Sent    string   `yaml:"sent"`
}

// smtpServer takes the answers.
type smtpServer struct {
	server   `yaml:",inline"`
	From     string `yaml:"from"`
	FromName string `yaml:"from_name"`
	Copy     string `yaml:"copy"`
}

// oauth gets access tokens by a refresh token.
type oauth struct {
	ClientID     string `yaml:"client_id"`
	ClientSecret string `yaml:"client_secret"`
	RefreshToken string `yaml:"refresh_token"`
	TokenURL     string `yaml:"token_url"`
}

// Ways of encryption.
const (
	tlsAtOnce = "tls"
	startTLS  = "starttls"
	noTLS     = "none"
)

// check reports the settings that make no sense, and fills in what is
// left out.
func (s *settings) check() error {
	var wrong connectors.Mistakes
	wrong.Add(schema.Check(s))
	wrong.If(len(s.Inboxes) == 0 && s.SMTP == nil, "inboxes: is empty")
	var names []string
	for i := range s.Inboxes {
		b := &s.Inboxes[i]
		for _, err := range b.check() {
			wrong.Add(fmt.Errorf("inboxes[%d].%w", i, err))
		}
		wrong.If(slices.Contains(names, b.Name), "inboxes[%d].name: %q is there twice", i, b.Name)
		names = append(names, b.Name)
	}
	if s.SMTP != nil {
		for _, err := range s.SMTP.check(s.Inboxes) {
			wrong.Add(fmt.Errorf("smtp.%w", err))
		}
	}
	return wrong.Err()
}

func (b *inbox) check() []error {
	var wrong connectors.Mistakes
	wrong.If(b.Username == "", "username: is empty")
	b.server.check(993, 143, &wrong)
	wrong.If(b.Password == "" && b.OAuth == nil, "password: is empty; give password, password_file or oauth")
	if b.Name == "" {
		b.Name = b.Username
	}
	wrong.If(len(b.Name) > 200 || strings.ContainsAny(b.Name, "/\r\n"), "name: is longer than 200 bytes or has a slash")
	for i, f := range b.Folders {
		wrong.If(f == "" || f == b.Sent || slices.Contains(b.Folders[:i], f), "folders: %q is empty or there twice", f)
	}
	return wrong.All()
}

func (s *smtpServer) check(inboxes []inbox) []error {
	var wrong connectors.Mistakes
	s.server.check(465, 587, &wrong)
	a, err := mail.ParseAddress(s.From)
	wrong.If(err != nil || a.Address != s.From, "from: %q is not an address such as info@example.com", s.From)
	wrong.If(strings.ContainsAny(s.FromName, "\r\n"), "from_name: has a line break")
	wrong.If(s.Copy != "" && !slices.ContainsFunc(inboxes, func(b inbox) bool { return b.Name == s.Copy && b.Sent != "" }), "copy: %q is no inbox with a folder \"sent\"", s.Copy)
	return wrong.All()
}

// check fills in the port, which differs with TLS from the beginning.
func (s *server) check(withTLS, without int, wrong *connectors.Mistakes) {
	if s.Port == 0 {
		if s.Port = without; s.TLS == tlsAtOnce {
			s.Port = withTLS
		}
	}
	wrong.If(s.Host == "" || strings.ContainsAny(s.Host, "/@ "), "host: %q is not a host name", s.Host)
	wrong.If(s.Port < 1 || s.Port > 65535, "port: %d is none", s.Port)
	wrong.If(s.TLS == noTLS && !s.AllowPlain && !loopback(s.Host), "tls: without encryption anybody on the way reads mail and password; use tls or starttls, or set allow_plain: true")
	wrong.If(s.Password != "" && s.OAuth != nil, "oauth: there is a password too; keep one of them")
	wrong.If(s.CA != "" && !x509.NewCertPool().AppendCertsFromPEM([]byte(s.CA)), "ca: holds no certificate in PEM")
	if o := s.OAuth; o != nil {
		u, err := url.Parse(o.TokenURL)
		wrong.If(err != nil || u.Host == "" || u.Scheme != "https" && !loopback(u.Hostname()), "oauth.token_url: %q is not a full https address", o.TokenURL)
		wrong.If(o.ClientID == "" || o.RefreshToken == "", "oauth: client_id and refresh_token (or refresh_token_file) are needed")
	}
}

// address is host:port.
func (s *server) address() string { return net.JoinHostPort(s.Host, fmt.Sprint(s.Port)) }

// tlsConfig trusts the hub's authorities and those of the settings.
func (s *server) tlsConfig() *tls.Config {
	c := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: s.roots}
	if s.CA != "" {
		pool, err := x509.SystemCertPool()
		switch {
		case s.roots != nil:
			pool = s.roots.Clone()
		case err != nil:
			pool = x509.NewCertPool()
		}
		pool.AppendCertsFromPEM([]byte(s.CA))
		c.RootCAs = pool
	}
	return c
}

// ownAddresses are the addresses and domains that are never a customer's.
func (s *settings) ownAddresses() []string {
	own := slices.Clone(s.Own)
	for _, b := range s.Inboxes {
		if strings.Contains(b.Username, "@") {
			own = append(own, b.Username)
		}
	}
	if s.SMTP != nil {
		own = append(own, s.SMTP.From)
	}
	return own
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
