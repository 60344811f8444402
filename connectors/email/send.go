package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"

	"ctihub/connectors"
	"ctihub/leads"
)

// verdictWithin is how long a server may take to answer after the end of a mail: ten
// minutes by RFC 5321. After an earlier time-out the mail was perhaps sent.
const verdictWithin = 10 * time.Minute

// Sends returns what Send is able to.
func (c *connector) Sends() connectors.Sending {
	return connectors.Sending{
		Channel: leads.ChannelMail, To: []leads.IdentityKind{leads.KindEmail}, Cold: true, Subject: true, MaxText: maxAnswer, MaxFile: maxAttachment,
	}
}

// Send hands an answer to the SMTP server and returns its Message-ID, which
// depends on Reply.ID alone.
func (c *connector) Send(ctx context.Context, r leads.Reply) (string, error) {
	if c.set.SMTP == nil {
		return "", leads.Refuse(leads.FaultSetup, "this source is not set up to send: smtp is missing in its settings")
	}
	path, err := c.spool(ctx, r)
	if err != nil {
		return "", err
	}
	defer os.Remove(path)
	id := c.messageID(r.ID)
	if err := c.transmit(ctx, r.To.Value, path); err != nil {
		return id, err
	}
	c.keepCopy(path)
	return id, nil
}

// transmit sends a spooled mail. A failure before the final dot means that it was not
// sent; after the dot only the server's answer counts.
func (c *connector) transmit(ctx context.Context, to, path string) error {
	s := c.set.SMTP
	content, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%w: %w", leads.ErrNotSent, err)
	}
	defer content.Close()
	token, err := c.token(ctx, &s.server)
	if err != nil {
		return fmt.Errorf("%w: %w", leads.ErrNotSent, err)
	}
	w := &wire{patience: c.times.patience}
	defer w.cut()
	defer context.AfterFunc(ctx, w.cut)()
	client, err := s.client(w, token, to)
	if err != nil {
		return fmt.Errorf("%w: %w", leads.ErrNotSent, err)
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		if t := c.tokens[&s.server]; t != nil {
			t.forget()
		}
		return fmt.Errorf("%w: %w", leads.ErrNotSent, s.inWords(err))
	}
	if err := checkSize(conn.Extension, content); err != nil {
		return leads.Permanent(err)
	}
	w.setDeadline(w.patience)
	if err := conn.Mail("<" + s.From + ">"); err != nil {
		return s.refused(atSender, err)
	}
	if err := conn.Rcpt("<" + to + ">"); err != nil {
		return s.refused(atRecipient, err)
	}
	data, err := conn.Data()
	if err != nil {
		return s.refused(atContent, err)
	}
	if _, err := io.Copy(progress{data, w}, content); err != nil {
		return fmt.Errorf("%w: %w", leads.ErrNotSent, s.inWords(err)) // cut, so that no dot follows
	}
	w.setDeadline(verdictWithin)
	if err := data.Close(); err != nil {
		if errors.As(err, new(*textproto.Error)) {
			return s.refused(atContent, err)
		}
		return fmt.Errorf("the connection broke after the whole mail was sent and before %s answered, so perhaps it went out: look into the folder of sent mail, or ask the customer (%w)", s.address(), err)
	}
	w.setDeadline(5 * time.Second)
	_ = conn.Quit()
	return nil
}

// client makes a client that works over the wire.
func (s *smtpServer) client(w *wire, token, to string) (*mail.Client, error) {
	_, domain, _ := strings.Cut(s.From, "@")
	o := []mail.Option{
		mail.WithPort(s.Port), mail.WithTimeout(w.patience), mail.WithHELO(domain), mail.WithTLSConfig(s.tlsConfig()),
		mail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) { return w.dial(ctx, s, address) }),
	}
	switch s.TLS {
	case tlsAtOnce:
		o = append(o, mail.WithSSL())
	case startTLS:
		o = append(o, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		o = append(o, mail.WithTLSPolicy(mail.NoTLS))
	}
	if !strings.ContainsFunc(s.From+to, func(r rune) bool { return r > '~' }) {
		o = append(o, mail.WithoutSMTPUTF8()) // the next server on the way may not know it
	}
	switch {
	case token != "":
		o = append(o, mail.WithSMTPAuth(mail.SMTPAuthXOAUTH2), mail.WithUsername(s.Username), mail.WithPassword(token))
	case s.Username != "" && s.TLS == noTLS:
		o = append(o, mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthCramMD5, mail.SMTPAuthPlainNoEnc, mail.SMTPAuthLoginNoEnc), mail.WithUsername(s.Username), mail.WithPassword(s.Password))
	case s.Username != "":
		o = append(o, mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin), mail.WithUsername(s.Username), mail.WithPassword(s.Password))
	}
	return mail.NewClient(s.Host, o...)
}

// inWords explains why there is no connection to the SMTP server.
func (s *smtpServer) inWords(err error) error {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		if answer.Code/10 == 53 {
			return leads.Because(leads.FaultSetup, fmt.Errorf("%s refused the user name or the password: check smtp.username and password_file (%w)", s.address(), answer))
		}
		return fmt.Errorf("%s refuses: %w", s.address(), answer)
	}
	return inWords(&s.server, err)
}

// refused classifies a failed command by the server's answer: 5xx is final, 4xx and
// no answer are not.
func (s *smtpServer) refused(at step, err error) error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return fmt.Errorf("%w: %w", leads.ErrNotSent, s.inWords(err))
	}
	if answer.Code >= 500 {
		return leads.Permanent(leads.Because(faultOfRefusal(at, answer), fmt.Errorf("%s refuses the mail: %w", s.Host, answer)))
	}
	return leads.Because(leads.FaultBusy, fmt.Errorf("%w: %s does not take the mail now: %w", leads.ErrNotSent, s.Host, answer))
}

// checkSize compares the mail with the server's size limit (RFC 1870).
func checkSize(extension func(string) (bool, string), content *os.File) error {
	has, limit := extension("SIZE")
	most, _ := strconv.ParseInt(strings.TrimSpace(limit), 10, 64) // none: the server does not say
	info, err := content.Stat()
	if err != nil {
		return err
	}
	if has && most > 0 && info.Size() > most {
		return leads.Beyond(leads.FaultFileTooLarge, most, fmt.Errorf("with its attachments the mail has %d MB, more than the %d MB that the server takes", info.Size()>>20, most>>20))
	}
	return nil
}

// wire is the connection under the SMTP client. It is cut directly, because the
// client's own Close would first end the mail with a dot.
type wire struct {
	patience time.Duration

	mu    sync.Mutex
	conn  net.Conn // nil: not yet
	ended bool
}

func (w *wire) dial(ctx context.Context, s *smtpServer, address string) (net.Conn, error) {
	raw, err := (&net.Dialer{Timeout: w.patience}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	w.conn = raw
	if w.ended {
		_ = raw.Close()
	}
	w.mu.Unlock()
	if s.TLS != tlsAtOnce {
		return raw, nil
	}
	w.setDeadline(w.patience)
	c := tls.Client(raw, s.tlsConfig())
	if err := c.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

func (w *wire) setDeadline(d time.Duration) { _ = w.conn.SetDeadline(time.Now().Add(d)) }

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.conn != nil {
		_ = w.conn.Close()
	}
}

// progress sets a new deadline for each piece of a mail.
type progress struct {
	io.Writer
	wire *wire
}

// Write writes a piece.
func (p progress) Write(b []byte) (int, error) {
	p.wire.setDeadline(p.wire.patience)
	return p.Writer.Write(b)
}

// keepCopy spools a sent mail for the folder that gets the copies.
func (c *connector) keepCopy(path string) {
	if c.set.SMTP.Copy == "" {
		return
	}
	dir := filepath.Join(c.smtpPath, "sent")
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = os.Rename(path, filepath.Join(dir, filepath.Base(path)))
	}
	if err != nil {
		c.env.Log.Warn("a sent answer gets no copy in the mailbox", "error", err)
		return
	}
	select {
	case c.copyKick <- struct{}{}:
	default:
	}
}
