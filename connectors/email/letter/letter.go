// Package letter is a stand-in until the branch of the same name is merged.
package letter

import (
	"errors"
	"io"
	"net/mail"
	"strings"

	"ctihub/leads"
)

// Unreadable stands in.
var Unreadable = errors.New("the mail cannot be read") //nolint:errname,revive,staticcheck // a stand-in

// Options stands in.
type Options struct {
	Own    []string
	Region string
	Keep   func(n int, name string, content io.Reader) (leads.Attachment, error)
}

// Read stands in.
func Read(r io.Reader, o Options) (leads.Touch, error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return leads.Touch{}, errors.Join(Unreadable, err)
	}
	t := leads.Touch{Channel: leads.ChannelMail, Direction: leads.In, Subject: m.Header.Get("Subject"), MessageID: m.Header.Get("Message-ID")}
	if a, err := mail.ParseAddress(m.Header.Get("From")); err == nil {
		t.From = []leads.Identity{{Kind: leads.KindEmail, Value: a.Address}}
		t.Name = a.Name
	}
	t.References = strings.Fields(m.Header.Get("References"))
	if strings.Contains(m.Header.Get("Content-Type"), "report") {
		t.Automatic = leads.Bounce
	}
	b, err := io.ReadAll(io.LimitReader(m.Body, 256<<10))
	if err != nil {
		return t, err
	}
	t.Text = string(b)
	if strings.Contains(t.Text, "PANIC") {
		panic("as the test wants it")
	}
	_, err = io.Copy(io.Discard, m.Body)
	return t, err
}
