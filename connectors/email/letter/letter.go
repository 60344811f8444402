// Package letter reads one mail (RFC 5322) as a touch: its author, its new text, its
// files, and whether a person wrote it.
//
// Mail is read while it streams by. Texts are held up to a limit, files go to
// [Options].Keep, so that memory does not grow with the mail. Whatever is
// broken is read as far as it can be understood.
//
// # Who wrote it
//
// The author is the first of From who is not one of the office's own addresses.
//
//   - If a group or list of the office put its own address there: the address in
//     X-Original-From, Reply-To, X-Original-Sender or Cc.
//   - If a colleague forwards a letter: the author in the header of that letter,
//     inside the text or in an attached mail.
//   - If a form or a telephone system writes: the owner of the address or number in
//     its text.
//
// Return-Path is the envelope sender, never the author. An unreadable address goes
// to the intake as written; no address is joined from separate words.
//
// # Whether a person wrote it
//
// Evidence of the author decides: a mail server's name with its words, the type of a
// report, Auto-Submitted, List-Id with an address to leave. Requests to the recipient
// (X-Auto-Response-Suppress, Precedence) do not count. A reply to a mail of the
// office is a person's, also over a list.
package letter

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
)

// Unreadable marks an input that is no mail at all, or exceeds a limit: a retry
// does not help.
var Unreadable = errors.New("this cannot be read as mail") //nolint:revive,staticcheck // a verdict, asked for by errors.Is

// Limits of one mail.
const (
	maxHeader = 256 << 10 // bytes of the header of the mail, or of a part
	maxParts  = 1000
	maxDepth  = 20        // multiparts inside each other
	maxText   = 1 << 20   // bytes of a text part that are read as text, twice that of all; a longer one is kept as a file too
	maxFresh  = 256 << 10 // bytes of Text, Whole and HTML
	maxInner  = 256 << 10 // bytes of an attached mail that are read to find its author
	maxTNEF   = 16 << 20  // bytes of a winmail.dat that is unpacked; a larger one stays packed
	maxRefs   = 50        // References
)

// Options say what the reader cannot know from the mail.
type Options struct {
	// Own are our own addresses ("sales@firm.example") and whole domains
	// ("@firm.example"), in any case.
	Own []string
	// Region is the country of national phone numbers, ISO 3166-1 alpha-2.
	Region string
	// Keep stores the n-th file (from 0) while it is read; the content must not
	// be used after it returns. The same mail gives the same n and names. Nil:
	// files are counted only and have no ID.
	Keep func(n int, name string, content io.Reader) (leads.Attachment, error)
}

// Read reads one mail of any size and returns its touch without Source and
// ExternalID; At is zero if the mail does not say when it was sent. Errors:
// [Unreadable], with Raw set in the touch; what r or Keep returned, as it is:
// nothing is known of the mail then.
func Read(r io.Reader, o Options) (leads.Touch, error) {
	return read(r, o, 0)
}

// read is Read of a mail that is nested inside so many others.
func read(r io.Reader, o Options, inside int) (leads.Touch, error) {
	m := mail{options: o, own: ownAddresses(o.Own), lines: newSource(r), inside: inside, room: 2 * maxText}
	defer m.lines.close()
	err := m.parse()
	if m.lines.err != nil {
		return leads.Touch{}, m.lines.err
	}
	raw := leads.Touch{Channel: leads.ChannelMail, Direction: leads.In, Raw: string(m.lines.raw)}
	if err != nil {
		return raw, err
	}
	return m.touch(), nil
}

// mail is one mail while it is read.
type mail struct {
	options  Options
	own      map[string]bool // see ownAddresses
	room     int             // bytes of text that may still be read
	lines    *source
	inside   int
	parts    int
	head     header
	charset  string // declared somewhere, a hint for raw headers
	segments []*segment
	files    []leads.Attachment
	kept     int               // files handed to Keep, also those that it did not take
	seen     map[[32]byte]bool // hashes of calendar files
	events   []string          // invitations in words
	inner    *leads.Touch      // the first attached mail
	returned string            // Message-ID of a mail that came back
	report   string            // report-type of a multipart/report
	failed   bool              // the delivery report tells of a failure or delay
}

// segment is one piece of the text in up to two forms.
type segment struct {
	plain, html string
	tidied      string // see text
	isTidied    bool
}

// add adds a plain text below the present one.
func (s *segment) add(plain string) {
	if s.plain != "" {
		s.plain += "\n"
	}
	s.plain += plain
	s.isTidied = false
}

// text returns the plain text tidied.
func (s *segment) text() string {
	if !s.isTidied {
		s.tidied, s.isTidied = tidy(s.plain), true
	}
	return s.tidied
}

func (m *mail) parse() error {
	if err := m.lines.skipJunk(); err != nil {
		return err
	}
	whole := &body{lines: m.lines}
	head, err := readHeader(whole)
	if err != nil {
		return err
	}
	m.head = head
	if head.known(mailFields) == 0 {
		return fmt.Errorf("%w: it has no header", Unreadable)
	}
	m.charset = parameters(head.get("content-type")).get("charset")
	if err := m.walk(head, whole, 0, nil, ""); err != nil {
		return err
	}
	return whole.drain()
}

// touch returns the touch of the mail that was read.
func (m *mail) touch() leads.Touch {
	t := leads.Touch{
		Channel: leads.ChannelMail, Direction: leads.In, At: m.sent(),
		Subject: m.text("subject"), MessageID: firstID(m.head.get("message-id")), References: m.references(),
		Attachments: m.files, Raw: string(m.lines.raw),
	}
	whole, page := m.texts()
	t.HTML = leads.Clip(page, maxFresh)
	m.resolvePeople(&t, whole)
	return t
}

// texts joins the pieces of the text, as plain text with quotations marked and
// as HTML, which is empty if no piece has any.
func (m *mail) texts() (whole, page string) {
	return m.words(htmlText), m.page()
}

// page joins the pieces as HTML, "" if no piece has any.
func (m *mail) page() string {
	if !slices.ContainsFunc(m.segments, func(s *segment) bool { return s.html != "" }) {
		return ""
	}
	var pages []string
	for _, s := range m.segments {
		if s.html != "" {
			pages = append(pages, s.html)
		} else if plain := s.text(); !blank(plain) {
			pages = append(pages, "<pre>"+escape(plain)+"</pre>")
		}
	}
	return strings.Join(pages, "\n")
}

// words joins the pieces as plain text; read converts the HTML of a piece without plain text.
func (m *mail) words(read func(page string) string) string {
	var plains []string
	for _, s := range m.segments {
		plain := s.text()
		if s.html != "" && (blank(plain) || len(plain) < 400 && noHTML.MatchString(plain)) {
			if page := read(s.html); !blank(page) {
				plain = page
			}
		}
		if !blank(plain) {
			plains = append(plains, plain)
		}
	}
	return leads.Clip(strings.Join(append(plains, m.events...), "\n\n"), maxFresh)
}

// noHTML matches the placeholder that programs write in place of a plain text.
var noHTML = anyOf(`html.{0,60}(?:support|capable|enabled|compatible|aware|viewer|view|client)|(?:support|view|enable|display|compatible).{0,60}html`,
	`html.{0,60}(?:поддерж|просмотр|формат)|(?:поддерж|просмотр|отображ|включите|формат).{0,60}html|(?:підтрим|перегляд).{0,60}html|html.{0,60}(?:підтрим|anzeig|darstell|unterstütz)|(?:anzeig|darstell|unterstütz).{0,60}html`)

// htmlForm is the text of the HTML parts alone: some forms say less in their
// plain text.
func (m *mail) htmlForm() string {
	var all []string
	for _, s := range m.segments {
		if s.html != "" {
			all = append(all, htmlText(s.html))
		}
	}
	return strings.Join(all, "\n")
}

// text returns a header field as text.
func (m *mail) text(name string) string { return decodeWords(m.head.get(name), m.charset) }

// references returns the Message-IDs that this mail answers, the nearest last.
func (m *mail) references() []string {
	ids := ids(m.head.get("references"))
	for _, id := range idsOf(m.head.get("in-reply-to")) {
		ids = append(without(ids, id), id)
	}
	if m.returned != "" {
		ids = append(without(ids, m.returned), m.returned)
	}
	return ids[max(0, len(ids)-maxRefs):]
}

// sent is the time when the mail was sent, or when it arrived if its own date is impossible.
func (m *mail) sent() time.Time {
	date, received := parseDate(m.head.get("date")), time.Time{}
	if _, stamp, found := cutLast(m.head.get("received"), ";"); found {
		received = parseDate(stamp)
	}
	switch {
	case received.IsZero():
		return date
	case date.IsZero(), date.After(received.Add(10 * time.Minute)), date.Before(received.AddDate(0, 0, -7)):
		return received
	}
	return date
}
