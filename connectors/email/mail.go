package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"

	"ctihub/connectors/email/letter"
	"ctihub/leads"
)

// arrival is a mail as fetched from the server.
type arrival struct {
	uid         imap.UID
	size        int64         // as the server counts it
	received    time.Time     // INTERNALDATE; zero: none
	literal     int64         // bytes that came
	cut         bool          // it is larger than the limit, only its beginning came
	begin       []byte        // its first bytes, up to maxShort
	long        bool          // there are more, so it was read while it was fetched
	held        int64         // bytes of room that it holds until it is in a batch
	read        chan struct{} // closed when the fields below are set
	fingerprint fingerprint   // how it begins
	digest      string        // SHA-256 of its body, hex
	touch       *leads.Touch  // nil: nothing to store
	fault       error         // the hub could not read it
}

// maxShort is the longest mail, in bytes, that is held as a whole until it is read.
const maxShort = keyHeader + keyBody

// stream is the content of a mail while it is fetched. When the connection breaks,
// the client returns io.EOF: only the length shows that the mail is incomplete.
type stream struct {
	r    io.Reader
	left int64
	err  error     // why the rest did not come
	body hash.Hash // of what is read after the beginning; nil before
}

// Read reads on; what breaks off is io.ErrUnexpectedEOF.
func (s *stream) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	s.left -= int64(n)
	if s.body != nil {
		s.body.Write(b[:n])
	}
	if errors.Is(err, io.EOF) && s.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// broke reports whether the connection broke in the stream. There may be none.
func (s *stream) broke() bool { return s != nil && s.err != nil }

// drain reads on to the end of the stream, if there is one. A broken one is left alone: the client
// reads from the connection as well then.
func (s *stream) drain() {
	if s != nil && s.err == nil {
		_, _ = io.Copy(io.Discard, s)
	}
}

// receive takes a mail from the connection, and reads a long one while it is fetched. An error means
// that the connection broke, or that the files of a long mail cannot be stored.
func (r *reading) receive(content imap.LiteralReader, size, limit int64) (*arrival, error) {
	a := &arrival{size: size, literal: content.Size(), read: make(chan struct{})}
	a.cut, a.long, a.held = a.literal > limit, a.literal > maxShort, min(a.literal, largeMail)
	if err := r.room.Acquire(r.ctx, a.held); err != nil {
		return nil, err
	}
	s := &stream{r: content, left: a.literal}
	a.begin = make([]byte, min(a.literal, maxShort))
	if _, err := io.ReadFull(s, a.begin); err != nil || !a.long {
		r.brokeInMail = err != nil
		return a, err
	}
	defer close(a.read)
	err := r.readMail(a, s)
	r.brokeInMail = s.err != nil
	if err == nil {
		return a, s.err
	}
	r.ownFault = true
	return a, err
}

// readMail makes a touch of a mail. rest is what follows its beginning and is still being fetched,
// nil: nothing; if it breaks off, there is no touch. An error means that the files cannot be stored.
func (r *reading) readMail(a *arrival, rest *stream) error {
	a.fingerprint = fingerprintOf(a.begin)
	body := sha256.New()
	body.Write(a.begin[a.fingerprint.size:])
	whole := io.Reader(bytes.NewReader(a.begin))
	if rest != nil {
		rest.body = body
		whole = io.MultiReader(whole, rest)
	}
	if r.sent && r.isOwnReply(a.fingerprint) { // an answer of ours is stored from its beginning on
		rest.drain()
		return nil
	}
	r.maskForeignMark(a.begin, a.fingerprint)
	var kept error
	o := letter.Options{Own: r.ownAddresses, Region: r.env.Hub.Region}
	key := a.key(r.inbox.Name)
	if !a.cut && r.env.Files != nil {
		o.Keep = func(n int, name string, content io.Reader) (leads.Attachment, error) {
			f, err := r.env.Files.Keep(r.ctx, key, n, name, content)
			if err != nil {
				kept = err
			}
			return f, err
		}
	}
	t, err := r.parse(whole, o)
	broke := rest.broke()
	if kept != nil && rest != nil {
		r.link.conn.cut() // the rest need not come
	}
	rest.drain() // the digest is of the whole body
	switch {
	case !broke && kept != nil:
		return fmt.Errorf("a file that came by mail cannot be stored, so the mail waits in its folder: is there room on the disk of the hub? (%w)", kept)
	case rest.broke():
		return nil
	case err != nil:
		r.log.Warn("a mail cannot be read, it is in quarantine", "error", unreadable(err))
		t = unreadableTouch(a.fingerprint, a.begin, err)
	}
	a.touch, a.digest = &t, hex.EncodeToString(body.Sum(nil))
	return nil
}

// key names the mail, see [fingerprint.key].
func (a *arrival) key(inbox string) string {
	size := a.literal
	if a.cut && a.size > 0 {
		size = a.size
	}
	return a.fingerprint.key(inbox, size)
}

// errPanic is a panic of the hub in reading a mail.
var errPanic = errors.New("the hub cannot cope with it")

// parse reads a mail; a panic in it is the fault of that mail alone.
func (r *reading) parse(content io.Reader, o letter.Options) (t leads.Touch, err error) {
	defer func() {
		if v := recover(); v != nil {
			r.log.Error("reading a mail panicked", "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return letter.Read(content, o)
}

// unreadable returns the error of a mail that cannot be read, without its content.
func unreadable(err error) error {
	if errors.Is(err, errPanic) {
		return errPanic
	}
	return letter.Unreadable
}

// unreadableTouch returns the touch of a mail that cannot be read, for quarantine.
func unreadableTouch(o fingerprint, begin []byte, err error) leads.Touch {
	return leads.Touch{
		Channel: leads.ChannelMail, Direction: leads.In, Subject: o.header["subject"], MessageID: o.header["message-id"],
		Text:    "This mail cannot be read; the original is in its folder.",
		Raw:     string(begin[:min(len(begin), leads.RawLimit)]),
		Suspect: "the mail cannot be read: " + unreadable(err).Error(),
	}
}

// finish fills in what only the folder knows.
func (c *collector) finish(a *arrival) *leads.Touch {
	t := a.touch
	t.ExternalID, t.Digest = a.key(c.inbox.Name), a.digest
	t.Channel = leads.ChannelMail
	if !a.received.IsZero() {
		t.At = a.received // the sender's clock may be anything
	}
	if t.Raw == "" {
		t.Raw = string(a.begin[:min(a.fingerprint.size, leads.RawLimit)])
	}
	if a.cut {
		t.Attachments = nil
		note := fmt.Sprintf("[This mail has %d MB, more than the %d MB that are taken in. Only its beginning is here, without attachments; the original is in the folder %q of %s.]",
			a.size>>20, c.set.MaxMB, c.name, c.inbox.Name)
		t.Text = strings.TrimSpace(t.Text + "\n\n" + note)
	}
	switch {
	case c.sent:
		c.outgoing(t, a.fingerprint)
	case c.isOwnReply(a.fingerprint):
		t.Automatic = leads.Loop
	}
	return t
}

// outgoing makes the touch one of a sent mail: its recipient is the customer.
func (f *folder) outgoing(t *leads.Touch, o fingerprint) {
	t.Direction = leads.Out
	t.From, t.Name, t.Offered, t.Automatic = nil, "", nil, ""
	// Several customers of one mail must not become one person.
	if name, address := letter.Recipient(o.header["to"], f.ownAddresses); address != "" {
		t.Name, t.From = name, []leads.Identity{{Kind: leads.KindEmail, Value: address}}
	}
	t.To = o.header["to"]
}
