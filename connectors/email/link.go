package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// link is one connection to an IMAP server, signed in.
type link struct {
	*imapclient.Client
	conn    *watchdogConn
	caps    imap.CapSet
	changed chan struct{} // something changed in the folder
}

// dial connects and signs in. token is of OAuth, empty: by password.
func dial(ctx context.Context, b inbox, token string, patience time.Duration) (*link, error) {
	raw, err := (&net.Dialer{Timeout: patience}).DialContext(ctx, "tcp", b.address())
	if err != nil {
		return nil, err
	}
	l := &link{conn: &watchdogConn{Conn: raw, patience: patience}, changed: make(chan struct{}, 1)}
	stop := context.AfterFunc(ctx, l.conn.cut)
	defer stop()
	l.conn.startWatchdog()
	defer l.conn.stopWatchdog()
	if err := l.open(ctx, b); err != nil {
		l.conn.cut()
		if l.Client != nil {
			_ = l.Close()
		}
		return nil, l.conn.explain(err)
	}
	if err := l.login(b, token); err != nil {
		l.close()
		return nil, l.conn.explain(err)
	}
	if l.caps = l.Caps(); l.caps == nil {
		l.close()
		return nil, l.conn.explain(errors.New("the server does not say what it can do"))
	}
	return l, nil
}

func (l *link) open(ctx context.Context, b inbox) (err error) {
	o := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(*imapclient.UnilateralDataMailbox) {
			select {
			case l.changed <- struct{}{}:
			default:
			}
		},
	}}
	config := b.tlsConfig()
	switch b.TLS {
	case noTLS:
		l.Client = imapclient.New(l.conn, o)
	case startTLS:
		o.TLSConfig = config
		if l.Client, err = imapclient.NewStartTLS(l.conn, o); err != nil {
			return err
		}
	default:
		config.NextProtos = []string{"imap"}
		c := tls.Client(l.conn, config)
		if err := c.HandshakeContext(ctx); err != nil {
			return err
		}
		l.Client = imapclient.New(c, o)
	}
	return l.WaitGreeting()
}

// loginError is a refused login.
type loginError struct{ error }

func (e loginError) Unwrap() error { return e.error }

func (l *link) login(b inbox, token string) error {
	var err error
	switch {
	case token == "" && l.Caps().Has(imap.CapLoginDisabled):
		return loginError{errors.New("the server takes no password on this connection")}
	case token == "":
		err = l.Login(b.Username, b.Password).Wait()
	case l.Caps().Has(imap.AuthCap("OAUTHBEARER")):
		err = l.Authenticate(bearer{"OAUTHBEARER", fmt.Sprintf("n,a=%s,\x01host=%s\x01port=%d\x01auth=Bearer %s\x01\x01", b.Username, b.Host, b.Port, token), "\x01"})
	default:
		err = l.Authenticate(bearer{"XOAUTH2", "user=" + b.Username + "\x01auth=Bearer " + token + "\x01\x01", ""})
	}
	var refused *imap.Error
	if errors.As(err, &refused) && refused.Code != imap.ResponseCodeUnavailable && refused.Type != imap.StatusResponseTypeBye {
		return loginError{err}
	}
	return err
}

// bearer presents an access token (RFC 7628, or Google's older XOAUTH2).
type bearer struct{ mechanism, message, farewell string }

// Start gives the mechanism and its only message.
func (b bearer) Start() (string, []byte, error) { return b.mechanism, []byte(b.message), nil }

// Next answers the challenge that describes a failure, after which the server refuses.
func (b bearer) Next([]byte) ([]byte, error) { return []byte(b.farewell), nil }

// do runs one command under the watchdog.
func (l *link) do(command func() error) error {
	l.conn.startWatchdog()
	defer l.conn.stopWatchdog()
	return l.conn.explain(command())
}

// close ends the connection and everything that waits for it.
func (l *link) close() {
	l.conn.cut()
	_ = l.Close()
}

var errSilent = errors.New("the server stopped answering")

// watchdogConn is a connection with a watchdog: while an answer is awaited, it breaks
// when no byte comes for patience. The client's own deadlines are ignored: they would
// break a large mail in the middle, and not end a hung command.
type watchdogConn struct {
	net.Conn
	patience time.Duration

	mu      sync.Mutex
	awaited bool
	cause   error // why it broke
}

func (w *watchdogConn) startWatchdog() { w.setAwaited(true) }
func (w *watchdogConn) stopWatchdog()  { w.setAwaited(false) }

func (w *watchdogConn) setAwaited(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.awaited = on
	w.setReadLimit()
}

// setReadLimit sets the time by which the next byte must have come.
func (w *watchdogConn) setReadLimit() {
	var by time.Time
	if w.awaited {
		by = time.Now().Add(w.patience)
	}
	_ = w.Conn.SetReadDeadline(by)
}

// Read reads, and notes why it could not.
func (w *watchdogConn) Read(b []byte) (int, error) {
	w.mu.Lock()
	w.setReadLimit()
	w.mu.Unlock()
	n, err := w.Conn.Read(b)
	if err != nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		var timeout net.Error
		switch {
		case w.cause != nil:
		case errors.As(err, &timeout) && timeout.Timeout():
			w.cause = fmt.Errorf("%w for %s", errSilent, w.patience)
		default:
			w.cause = err
		}
	}
	return n, err
}

// SetReadDeadline is the client's, which does not know the watchdog.
func (w *watchdogConn) SetReadDeadline(time.Time) error { return nil }

// SetDeadline is the client's.
func (w *watchdogConn) SetDeadline(t time.Time) error { return w.SetWriteDeadline(t) }

func (w *watchdogConn) cut() { _ = w.Close() }

// explain adds the cause of a broken connection to the client's error.
func (w *watchdogConn) explain(err error) error {
	var said *imap.Error
	var login loginError
	if err == nil || errors.As(err, &said) || errors.As(err, &login) {
		return err
	}
	var cert *tls.CertificateVerificationError
	if errors.As(err, &cert) {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cause != nil {
		return fmt.Errorf("%w (%w)", w.cause, err)
	}
	return err
}
