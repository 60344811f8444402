package letter

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"ctihub/leads"
)

// walk reads one part, whose header was read, with the parts inside it. seg is the piece of text
// of which the part is one form; nil: the part is a piece of its own.
func (m *mail) walk(h header, b *body, depth int, seg *segment, parent string) error {
	if m.parts++; m.parts > maxParts {
		return fmt.Errorf("%w: it has more than %d parts", Unreadable, maxParts)
	}
	kind := mediaType(h.get("content-type"))
	params := parameters(h.get("content-type"))
	if strings.HasPrefix(kind, "multipart/") {
		declared := strings.TrimRight(params.extended("boundary", ""), " \t")
		if declared == "" {
			declared = strings.TrimRight(params.get("boundary"), " \t")
		}
		if boundary := m.lines.boundaryAhead(declared, b); boundary != "" && len(boundary) < 500 {
			if depth >= maxDepth {
				return fmt.Errorf("%w: its parts are nested more than %d deep", Unreadable, maxDepth)
			}
			if kind == "multipart/report" {
				m.report = strings.ToLower(params.get("report-type"))
			}
			return m.multipart(h, b, boundary, strings.TrimPrefix(kind, "multipart/"), depth, seg)
		}
		kind = "text/plain"
	}
	if kind == "" && parent == "digest" {
		kind = "message/rfc822"
	}
	err := m.leaf(part{h, kind, params, parent, decodeTransfer(b, h.get("content-transfer-encoding"))}, seg)
	if err != nil {
		return err
	}
	err = b.drain()
	m.lines.rawEnd = true
	return err
}

// multipart reads the parts between boundaries. The last boundary may be
// missing; where there is none at all, everything is text.
func (m *mail) multipart(h header, b *body, boundary, kind string, depth int, seg *segment) error {
	s := m.lines
	if b.done {
		return nil
	}
	s.bounds = append(s.bounds, boundary)
	mine := len(s.bounds) - 1
	closeUp := func() { s.bounds = s.bounds[:mine] }
	preamble, err := io.ReadAll(io.LimitReader(b, maxText))
	if err == nil {
		err = b.drain()
	}
	if err != nil {
		return err
	}
	if s.hit != mine {
		closeUp()
		p := part{h, "text/plain", parameters(h.get("content-type")), "", decodeTransfer(bytes.NewReader(preamble), h.get("content-transfer-encoding"))}
		return m.readText(p, seg)
	}
	if kind == "alternative" && seg == nil {
		seg = m.newSegment()
	}
	for first := true; s.hit == mine && !s.closing; first = false {
		inner := &body{lines: s}
		ih, err := readHeader(inner)
		if err != nil {
			return err
		}
		pass := seg
		if kind == "related" && !first && seg == nil && len(m.segments) > 0 {
			pass = m.segments[len(m.segments)-1]
		}
		if err := m.walk(ih, inner, depth+1, pass, kind); err != nil {
			return err
		}
		if err := inner.drain(); err != nil {
			return err
		}
	}
	closeUp()
	if s.hit == mine { // closed: the rest belongs to no part
		return (&body{lines: s}).drain()
	}
	return nil
}

// part is one part without parts inside.
type part struct {
	head   header
	kind   string // media type in lower case
	params params // of the Content-Type
	parent string // sort of the multipart around it
	in     io.Reader
}

// leaf reads one part as text, as a file, or as a report.
func (m *mail) leaf(p part, seg *segment) error {
	disposition := mediaType(p.head.get("content-disposition"))
	name := parameters(p.head.get("content-disposition")).fileName("filename", m.charset)
	if name == "" {
		name = p.params.fileName("name", m.charset)
	}
	alternative := p.parent == "alternative"
	lower := strings.ToLower(name)
	if main, sub, _ := strings.Cut(p.kind, "/"); main == "" || sub == "" || strings.ContainsAny(sub, "<>,:=") {
		if strings.Contains(p.kind, "html") {
			p.kind = "text/html"
		} else {
			p.kind = "" // not declared
		}
	}
	if alternative && (p.kind == "text/enriched" || p.kind == "text/richtext") {
		return nil // the plain text came as well
	}
	switch p.kind {
	case "", "text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown":
		first := len(m.segments) == 0 && m.kept == 0 // some programs name the text, too
		if disposition != "attachment" && (name == "" || alternative || first) {
			return m.readText(p, seg)
		}
	case "text/calendar", "application/ics":
		return m.calendar(p, name)
	case "message/rfc822", "message/global":
		return m.attached(p, name)
	case "text/rfc822-headers", "message/rfc822-headers":
		if m.report != "" {
			return m.returnedHeaders(p.in)
		}
	case "message/delivery-status", "message/disposition-notification", "message/global-delivery-status", "message/feedback-report":
		return m.status(p.in)
	case "application/ms-tnef", "application/vnd.ms-tnef":
		return m.tnef(p, name)
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		if p.parent == "signed" {
			return nil // a cryptographic signature: of no use to the reader
		}
	case "text/x-amp-html", "text/watch-html":
		if alternative {
			return nil
		}
	}
	switch {
	case lower == "winmail.dat":
		return m.tnef(p, name)
	case strings.HasSuffix(lower, ".ics"):
		return m.calendar(p, name)
	case strings.HasSuffix(lower, ".eml") && !strings.HasPrefix(p.kind, "image/"):
		return m.attached(p, name)
	}
	return m.file(p, name, p.in)
}

func (m *mail) newSegment() *segment {
	s := &segment{}
	m.segments = append(m.segments, s)
	return s
}

// enrichedTag is a command of text/enriched (RFC 1896).
var enrichedTag = regexp.MustCompile(`</?[A-Za-z][A-Za-z0-9-]{0,60}>`)

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})`)

// readText reads a part of the text. A text that is too long is also kept as a file.
func (m *mail) readText(p part, seg *segment) error {
	page := p.kind == "text/html"
	limit := min(maxText, m.room)
	b, err := io.ReadAll(io.LimitReader(p.in, int64(limit)+1))
	if err != nil {
		return err
	}
	if len(b) > limit {
		name := "message.txt"
		if page {
			name = "message.html"
		}
		if err := m.file(part{kind: p.kind}, name, io.MultiReader(bytes.NewReader(b), p.in)); err != nil {
			return err
		}
		b = b[:limit]
	}
	m.room -= len(b)
	charset := p.params.get("charset")
	if page && lookup(strings.ToLower(charset)) == nil {
		if found := metaCharset.FindSubmatch(b[:min(len(b), 4<<10)]); found != nil {
			charset = string(found[1])
		}
	}
	if m.charset == "" {
		m.charset = charset
	}
	s := decodeText(b, charset)
	if p.kind == "text/enriched" || p.kind == "text/richtext" {
		s = enrichedTag.ReplaceAllString(s, "")
	}
	if seg == nil {
		seg = m.newSegment()
	}
	switch {
	case page || p.kind == "" && looksHTML(s):
		seg.html += strings.ReplaceAll(s, "\x00", "")
	default:
		if strings.EqualFold(p.params.get("format"), "flowed") {
			s = unflow(s, strings.EqualFold(p.params.get("delsp"), "yes"))
		}
		seg.add(s)
	}
	return nil
}

func looksHTML(s string) bool {
	head := strings.ToLower(leads.Clip(strings.TrimSpace(s), 200))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html")
}
