package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail"

	"ctihub/leads"
)

// Limits of an answer.
const (
	maxQuote      = 64 << 10 // bytes of the customer's text below it
	maxReferences = 20
	maxAnswer     = 200_000  // characters
	maxAttachment = 20 << 20 // bytes; most servers take mails of 25 MB, and files grow by a third on the way
)

// errNoFile says that an attachment is not there.
var errNoFile = errors.New("an attachment is not there any more")

// spool writes the answer as a mail into a file.
func (c *connector) spool(ctx context.Context, r leads.Reply) (path string, err error) {
	m, err := c.compose(ctx, r)
	if err != nil {
		return "", leads.Permanent(err)
	}
	if err := os.MkdirAll(c.smtpPath, 0o700); err != nil {
		return "", fmt.Errorf("%w: %w", leads.ErrNotSent, err)
	}
	path = filepath.Join(c.smtpPath, r.ID+".eml")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("%w: %w", leads.ErrNotSent, err)
	}
	_, err = m.WriteTo(f)
	if err = errors.Join(err, f.Close()); err == nil {
		return path, nil
	}
	_ = os.Remove(path)
	if errors.Is(err, errNoFile) {
		return "", leads.Permanent(leads.Because(leads.FaultFileGone, errNoFile))
	}
	return "", fmt.Errorf("%w: the mail cannot be put together: %w", leads.ErrNotSent, err)
}

// removeStaleSpool removes spooled answers that were left after a crash.
func (c *connector) removeStaleSpool() {
	left, _ := os.ReadDir(c.smtpPath)
	for _, l := range left {
		if info, err := l.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > 24*time.Hour {
			_ = os.Remove(filepath.Join(c.smtpPath, l.Name()))
		}
	}
}

// compose makes a mail of an answer.
func (c *connector) compose(ctx context.Context, r leads.Reply) (*mail.Msg, error) {
	s := c.set.SMTP
	for what, line := range map[string]string{"the subject": r.Subject, "the address": r.To.Value, "the id": r.ID} {
		if strings.ContainsAny(line, "\r\n\x00") {
			return nil, leads.Because(leads.FaultRefused, fmt.Errorf("%s has a line break", what))
		}
	}
	to, err := netmail.ParseAddress(r.To.Value)
	if err != nil || r.To.Kind != leads.KindEmail || to.Name != "" {
		return nil, leads.Because(leads.FaultNoAddress, errors.New("this is not an address that mail can be sent to"))
	}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: s.FromName, Address: s.From})
	m.ToMailAddress(to)
	m.Subject(answerSubject(r))
	m.SetDateWithValue(c.env.Now())
	m.SetGenHeader(mail.HeaderMessageID, c.messageID(r.ID))
	m.SetGenHeader(hubHeader, c.hubMark())
	if isMessageID(r.AnsweredID) {
		m.SetGenHeaderPreformatted(mail.HeaderInReplyTo, r.AnsweredID)
		m.SetGenHeaderPreformatted(mail.HeaderReferences, strings.Join(references(r), "\r\n "))
	}
	m.SetBodyString(mail.TypeTextPlain, strings.ReplaceAll(r.Text, "\r\n", "\n")+quotation(r))
	files := make([]*mail.File, len(r.Attachments))
	for i, a := range r.Attachments {
		files[i] = &mail.File{Name: fileName(a.Name), ContentType: mail.ContentType(mediaType(a.Type)), Header: map[string][]string{},
			Writer: func(w io.Writer) (int64, error) { return c.writeFile(ctx, w, a) }}
	}
	m.SetAttachments(files)
	return m, nil
}

func (c *connector) writeFile(ctx context.Context, w io.Writer, a leads.Attachment) (int64, error) {
	if c.env.Files == nil {
		return 0, errNoFile
	}
	f, err := c.env.Files.Open(ctx, a.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, errNoFile
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(w, f)
}

// replyPrefix matches what mail programs put before the subject of an answer, also
// with a count and in other languages.
var replyPrefix = regexp.MustCompile(`^(?i)\s*(?:re|aw|sv|antw|отв|ответ|на)(?:\[\d+\])?\s*:\s*`)

// answerSubject returns the reply's own subject, or the answered one with a single
// "Re:".
func answerSubject(r leads.Reply) string {
	given, answered := bareSubject(r.Subject), bareSubject(r.AnsweredTitle)
	switch {
	case r.AnsweredID == "" && r.AnsweredTitle == "", given != "" && given != answered:
		return r.Subject
	case answered == "":
		return "Re:"
	}
	return "Re: " + answered
}

func bareSubject(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for {
		cut := replyPrefix.ReplaceAllString(s, "")
		if cut == s {
			return s
		}
		s = cut
	}
}

func isMessageID(s string) bool {
	return len(s) > 4 && len(s) < 900 && s[0] == '<' && s[len(s)-1] == '>' && !strings.ContainsFunc(s[1:len(s)-1], func(r rune) bool {
		return r <= ' ' || r > '~' || r == '<' || r == '>'
	})
}

// references are the first and the last mails of the thread.
func references(r leads.Reply) []string {
	all := slices.DeleteFunc(append(slices.Clone(r.AnsweredRefs), r.AnsweredID), func(id string) bool { return !isMessageID(id) })
	all = slices.Compact(all)
	if n := len(all); n > maxReferences {
		all = append(all[:1], all[n-maxReferences+1:]...)
	}
	return all
}

// quotation is what the customer wrote, below the answer.
func quotation(r leads.Reply) string {
	text := strings.TrimSpace(strings.ReplaceAll(r.AnsweredText, "\r\n", "\n"))
	if text == "" {
		return "\n"
	}
	if len(text) > maxQuote {
		text = strings.ToValidUTF8(text[:maxQuote], "") + "…"
	}
	head := "You wrote:"
	if !r.AnsweredAt.IsZero() {
		head = "On " + r.AnsweredAt.Local().Format("2 January 2006 15:04") + " you wrote:"
	}
	if strings.ContainsFunc(r.Text, func(c rune) bool { return unicode.Is(unicode.Cyrillic, c) }) {
		head = "Вы писали:"
		if !r.AnsweredAt.IsZero() {
			head = r.AnsweredAt.Local().Format("02.01.2006 15:04") + " вы писали:"
		}
	}
	var b strings.Builder
	b.WriteString("\n\n" + head + "\n")
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(">")
		if !strings.HasPrefix(line, ">") {
			b.WriteString(" ")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// fileName is a name without a path and without what could end a header.
func fileName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\"<>:|?*`, r) {
			return '_'
		}
		return r
	}, strings.TrimSpace(s))
	if s == "" {
		return "file"
	}
	return s
}

var plainMediaType = regexp.MustCompile(`^[a-z]+/[a-z0-9.+-]+$`)

func mediaType(s string) string {
	if plainMediaType.MatchString(s) {
		return s
	}
	return "application/octet-stream"
}
