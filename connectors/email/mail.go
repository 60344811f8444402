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
	size        int64        // as the server counts it
	received    time.Time    // INTERNALDATE; zero: none
	literal     int64        // bytes that came
	cut         bool         // it is larger than the limit, only its beginning came
	fingerprint fingerprint  // how it begins
	digest      string       // SHA-256 of its body, hex
	touch       *leads.Touch // nil: nothing to store
}

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

// readMail makes a touch of a mail while it is fetched. An error means that it was not
// read: the connection broke, or its files cannot be stored.
func (r *reading) readMail(a *arrival, content imap.LiteralReader, limit int64) error {
	a.literal = content.Size()
	a.cut = a.literal > limit
	s := &stream{r: content, left: a.literal}
	if r.beginning == nil {
		r.beginning = make([]byte, keyHeader+keyBody)
	}
	n, err := io.ReadFull(s, r.beginning)
	if r.brokeInMail = s.err != nil; r.brokeInMail {
		return s.err
	}
	begin := r.beginning[:n]
	a.fingerprint = fingerprintOf(begin)
	s.body = sha256.New()
	s.body.Write(begin[a.fingerprint.size:])
	if r.sent && r.isOwnReply(a.fingerprint) { // an answer of ours is stored from its beginning on
		_, _ = io.Copy(io.Discard, s)
		r.brokeInMail = s.err != nil
		return s.err
	}
	r.maskForeignMark(begin, a.fingerprint)
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
	whole := io.Reader(bytes.NewReader(begin))
	if err == nil { // there is more
		whole = io.MultiReader(whole, s)
	}
	t, err := r.parse(whole, o)
	broke := s.err
	if broke == nil {
		if kept != nil {
			r.link.conn.cut() // the rest need not come
		}
		_, _ = io.Copy(io.Discard, s)
	}
	r.brokeInMail = s.err != nil
	switch {
	case broke == nil && kept != nil:
		r.ownFault = true
		return fmt.Errorf("a file that came by mail cannot be stored, so the mail waits in its folder: is there room on the disk of the hub? (%w)", kept)
	case s.err != nil:
		return s.err
	case err != nil:
		r.log.Warn("a mail cannot be read, it is in quarantine", "error", unreadable(err))
		t = unreadableTouch(a.fingerprint, begin, err)
	}
	a.touch, a.digest = &t, hex.EncodeToString(s.body.Sum(nil))
	return nil
}

// key names the mail, see [outline.key].
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
func (r *reading) finish(a arrival) *leads.Touch {
	t := a.touch
	t.ExternalID, t.Digest = a.key(r.inbox.Name), a.digest
	t.Channel = leads.ChannelMail
	if !a.received.IsZero() {
		t.At = a.received // the sender's clock may be anything
	}
	if t.Raw == "" {
		t.Raw = string(r.beginning[:min(a.fingerprint.size, leads.RawLimit, int64(len(r.beginning)))])
	}
	if a.cut {
		t.Attachments = nil
		note := fmt.Sprintf("[This mail has %d MB, more than the %d MB that are taken in. Only its beginning is here, without attachments; the original is in the folder %q of %s.]",
			a.size>>20, r.set.MaxMB, r.name, r.inbox.Name)
		t.Text = strings.TrimSpace(t.Text + "\n\n" + note)
	}
	switch {
	case r.sent:
		r.outgoing(t, a.fingerprint)
	case r.isOwnReply(a.fingerprint):
		t.Automatic = leads.Loop
	}
	return t
}

// outgoing makes the touch one of a sent mail: its recipient is the customer.
func (r *reading) outgoing(t *leads.Touch, o fingerprint) {
	t.Direction = leads.Out
	t.From, t.Name, t.Offered, t.Automatic = nil, "", nil, ""
	// Several customers of one mail must not become one person.
	if name, address := letter.Recipient(o.header["to"], r.ownAddresses); address != "" {
		t.Name, t.From = name, []leads.Identity{{Kind: leads.KindEmail, Value: address}}
	}
	t.To = o.header["to"]
}
