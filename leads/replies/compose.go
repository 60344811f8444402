package replies

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"ctihub/leads"
)

// Limits of one reply.
const (
	TextMost       = 20_000 // characters
	FilesMost      = 10
	FileMost       = 25 << 20 // bytes of one file
	signatureMost  = 2_000    // characters
	attachmentIDTo = 64       // bytes of the id of an upload
)

// Wanted is an author's request for a reply.
type Wanted struct {
	LeadID   string
	Key      string   // idempotency key
	Source   string   // empty: the channel in which the customer wrote last
	To       string   // one of the contact's addresses there; empty: the usual one
	Subject  string   // empty: that of what is answered
	Text     string   // may be empty beside files or a template
	Template string   // id of a template that is the text if there is none
	Files    []string // ids of the author's uploads
}

// compose fills in the text, the subject and the files.
func (s *Service) compose(ctx context.Context, v leads.Viewer, r *leads.Reply, w Wanted, lead leads.Lead, c leads.ReplyChannel) (err error) {
	r.Subject, r.Text = w.Subject, w.Text
	if w.Template != "" && r.Text == "" {
		if err := s.fromTemplate(ctx, v, r, w.Template, lead); err != nil {
			return err
		}
	}
	if r.Subject, err = subject(r.Subject, w, lead, c); err != nil {
		return err
	}
	if r.Text, err = leads.Prose("text", r.Text, TextMost); err != nil {
		return err
	}
	if r.Text == "" && len(w.Files) == 0 {
		return leads.Invalid("text", "Write something, or attach a file.")
	}
	if c.Subject {
		signature, err := s.Store.Signature(ctx, r.User.ID)
		if err != nil {
			return err
		}
		if signature != "" {
			r.Text += "\n\n-- \n" + signature
		}
	}
	if n := utf8.RuneCountInString(r.Text); c.MaxText > 0 && n > c.MaxText {
		return leads.Invalid("text", "It is too long for this channel: "+leads.OutOf(n, c.MaxText)+".")
	}
	return s.attach(ctx, r, w.Files, c)
}

func (s *Service) fromTemplate(ctx context.Context, v leads.Viewer, r *leads.Reply, id string, lead leads.Lead) error {
	t, err := s.Store.Template(ctx, id)
	if errors.Is(err, leads.ErrNotFound) {
		return leads.Invalid("template", "There is no such template (any more).")
	}
	if err != nil {
		return err
	}
	contact, err := s.Store.Contact(ctx, v, lead.ContactID)
	if err != nil {
		return err
	}
	if t, err = fill(t, lead, contact, r.User.Name); err != nil {
		return err
	}
	r.Text = t.Text
	if r.Subject == "" {
		r.Subject = t.Subject
	}
	return nil
}

// subject returns the subject of a reply, empty in a channel whose messages have none.
func subject(given string, w Wanted, lead leads.Lead, c leads.ReplyChannel) (string, error) {
	line, err := leads.Line("subject", given)
	switch {
	case err != nil:
		return "", err
	case !c.Subject && w.Subject != "" && line != "":
		return "", leads.Invalid("subject", "Messages of this channel have none.")
	case !c.Subject:
		return "", nil
	case line == "" && c.Title != "":
		return answerTo(c.Title), nil
	case line == "":
		return lead.Subject, nil
	}
	return line, nil
}

// answerTo returns the subject of an answer to a message with this subject.
func answerTo(title string) string {
	if lower := strings.ToLower(title); strings.HasPrefix(lower, "re:") {
		return title
	}
	answer := []rune("Re: " + title)
	return string(answer[:min(len(answer), leads.LineMost)])
}

// attach checks the files against the limits of the channel. A file that is not found
// was attached under the same key before, or is gone: [Tx.AddReply] decides.
func (s *Service) attach(ctx context.Context, r *leads.Reply, files []string, c leads.ReplyChannel) error {
	if len(files) > 0 && c.MaxFile == 0 {
		return leads.Invalid("attachments", "This channel takes no files.")
	}
	if len(files) > FilesMost {
		return leads.Invalid("attachments", "At most 10.")
	}
	for i, id := range files {
		if len(id) > attachmentIDTo || !leads.Printable(id) || slices.Contains(files[:i], id) {
			return leads.Invalid("attachments", "Each is the id of one uploaded file.")
		}
		r.Attachments = append(r.Attachments, leads.Attachment{ID: id})
	}
	for _, a := range r.Attachments {
		u, err := s.Store.Upload(ctx, r.User.ID, a.ID)
		if errors.Is(err, leads.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if u.Size > c.MaxFile {
			return leads.Invalid("attachments", "A file is too large for this channel: "+leads.OutOf(int(u.Size), int(c.MaxFile))+" bytes.")
		}
	}
	return nil
}
