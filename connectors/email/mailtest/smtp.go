package mailtest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Sent is a mail that the receiver has accepted.
type Sent struct {
	From, To string
	Raw      string
	TLS      bool
}

// Mail is its parsed header and body.
func (s Sent) Mail(tb testing.TB) *mail.Message {
	tb.Helper()
	m, err := mail.ReadMessage(strings.NewReader(s.Raw))
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// Receiver is a real SMTP server that keeps the mails that it accepts. It has one user, "info"
// with [Password] or with the access token "token-good", and requires a login.
type Receiver struct {
	Host    string
	Port    int // with STARTTLS
	TLSPort int // TLS from the beginning
	CA      string

	servers   []*smtp.Server
	listeners []net.Listener // kept here: a server knows only the listeners that it serves already

	mu   sync.Mutex
	sent []Sent
	// refuse, if set, is called at each step ("mail", "rcpt", "data", "end") for
	// an error to answer with; "end" is after the whole mail.
	refuse func(step string) error
	silent bool // it accepts the mail and never answers
}

// StartSMTP starts a receiver that ends with the test.
func StartSMTP(tb testing.TB) *Receiver {
	tb.Helper()
	const host = "127.0.0.1"
	cert, key, ca := certificate(tb, host)
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		tb.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	r := &Receiver{Host: host, CA: ca}
	for _, port := range []*int{&r.Port, &r.TLSPort} {
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", host+":0")
		if err != nil {
			tb.Fatal(err)
		}
		*port = l.Addr().(*net.TCPAddr).Port
		s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{r: r, conn: c}, nil }))
		s.Domain, s.TLSConfig, s.AllowInsecureAuth = host, config, true
		s.MaxMessageBytes = 40 << 20
		s.ErrorLog = quiet{}
		if port == &r.TLSPort {
			l = tls.NewListener(l, config)
		}
		go func() { _ = s.Serve(l) }()
		r.servers, r.listeners = append(r.servers, s), append(r.listeners, l)
	}
	tb.Cleanup(r.Close)
	return r
}

// Close takes the receiver off the network.
func (r *Receiver) Close() {
	for i, s := range r.servers {
		_ = s.Close()
		_ = r.listeners[i].Close()
	}
}

// quiet drops what the server logs.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// Address is host:port with STARTTLS.
func (r *Receiver) Address() string { return net.JoinHostPort(r.Host, strconv.Itoa(r.Port)) }

// Sent returns the accepted mails, in order.
func (r *Receiver) Sent() []Sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Sent(nil), r.sent...)
}

// Refuse makes a step ("mail", "rcpt", "data", "end") fail from now on with a code and a text,
// which may begin with an enhanced status code. Code 0: the step succeeds again.
func (r *Receiver) Refuse(step string, code int, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuse = func(s string) error {
		if s != step || code == 0 {
			return nil
		}
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: text}
	}
}

// Silence makes the receiver accept mails without ever answering.
func (r *Receiver) Silence(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.silent = on
}

func (r *Receiver) ask(step string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse == nil {
		return nil
	}
	return r.refuse(step)
}

// session is one connection.
type session struct {
	r        *Receiver
	conn     *smtp.Conn
	in       bool
	from, to string
}

var errLogin = &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Authentication failed"}

// AuthMechanisms are what the server offers.
func (s *session) AuthMechanisms() []string { return []string{sasl.Plain, "XOAUTH2"} }

// Auth signs in.
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if mechanism == "XOAUTH2" {
		return bearer{s}, nil
	}
	return sasl.NewPlainServer(func(_, username, password string) error {
		if username != "info" || password != Password {
			return errLogin
		}
		s.in = true
		return nil
	}), nil
}

// bearer is the server's side of XOAUTH2.
type bearer struct{ s *session }

// Next judges the only message.
func (b bearer) Next(response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	if string(response) != "user=info\x01auth=Bearer token-good\x01\x01" {
		return nil, true, errLogin
	}
	b.s.in = true
	return nil, true, nil
}

// Mail is MAIL FROM.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return s.r.ask("mail")
}

// Rcpt is RCPT TO.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.r.ask("rcpt")
}

// Data is DATA and the mail.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.r.ask("end"); err != nil {
		return err
	}
	_, secure := s.conn.TLSConnectionState()
	s.r.mu.Lock()
	s.r.sent = append(s.r.sent, Sent{From: s.from, To: s.to, Raw: string(raw), TLS: secure})
	silent := s.r.silent
	s.r.mu.Unlock()
	if silent {
		_ = s.conn.Close()
		return errors.New("silent")
	}
	return nil
}

// Reset is RSET.
func (s *session) Reset() {}

// Logout is the end.
func (s *session) Logout() error { return nil }
