package letter

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// header holds the fields in their order, names in lower case, values unfolded
// and otherwise raw.
type header []field

type field struct{ name, value string }

func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (h header) has(name string) bool {
	for _, f := range h {
		if f.name == name {
			return true
		}
	}
	return false
}

// mailFields are the fields of mail; the first seven occur in mail only.
var mailFields = []string{"from", "to", "subject", "message-id", "received", "sender", "return-path", "date", "content-type", "mime-version"}

// known counts which of the fields are present, each once.
func (h header) known(fields []string) int {
	n := 0
	for _, name := range fields {
		if h.has(name) {
			n++
		}
	}
	return n
}

// Bounds of what may stand above the header of a mail.
const (
	maxJunk      = 4 << 10 // bytes
	maxJunkLines = 20
)

// headerBegins returns where in the beginning of a mail its header begins, 0:
// at once, or nowhere. Mail servers, archives and gateways put lines above it:
// "From …" of an mbox, a byte order mark, an empty line, a line of a log or of
// HTTP, with fields of their own and an empty line below, or a lone word.
func headerBegins(b []byte) int {
	at := 0
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		at = 3
	}
	begin := at // of the block of fields that is being read
	alone := mailFields[:7]
	var block header
	for lines := 0; at < len(b); {
		line, _, _ := bytes.Cut(b[at:], []byte("\n"))
		next := at + len(line) + 1
		line = bytes.TrimRight(line, "\r")
		name, _, found := bytes.Cut(line, []byte(":"))
		name = bytes.TrimRight(name, " \t")
		switch {
		case len(line) > 0 && (line[0] == ' ' || line[0] == '\t') && len(block) > 0: // goes on
		case found && fieldName(name):
			if block = append(block, field{name: strings.ToLower(string(name))}); block.known(alone) >= 2 {
				return begin
			}
		case len(bytes.TrimSpace(line)) == 0:
			if block.known(alone) > 0 { // a short header
				return begin
			}
			block = nil
		case len(block) > 0 && block.known(alone) > 0: // inside of a header readHeader passes over it
		default:
			block = nil
		}
		if at = next; len(block) == 0 {
			begin = at
			if lines++; lines > maxJunkLines || at > maxJunk {
				return 0
			}
		}
	}
	if block.known(alone) > 0 {
		return begin
	}
	return 0
}

// readHeader reads the header that a body begins with. A line that is no field
// is passed over; where there is none before it, the header is missing and the
// line belongs to the text.
func readHeader(b *body) (header, error) {
	var h header
	var value []byte // of the last field so far
	size := 0
	open := false // the last field may go on
	end := func() {
		if open {
			h[len(h)-1].value = string(bytes.TrimSpace(value))
		}
		open = false
	}
	defer end()
	for {
		line, begins, err := b.line()
		if errors.Is(err, io.EOF) {
			return h, nil
		}
		if err != nil {
			return nil, err
		}
		if size += len(line); size > maxHeader {
			return nil, fmt.Errorf("%w: its header is longer than %d KB", Unreadable, maxHeader>>10)
		}
		text := bytes.TrimRight(line, "\r\n")
		switch {
		case !begins:
			if open {
				value = append(value, text...)
			}
			continue
		case len(text) == 0:
			return h, nil
		case text[0] == ' ' || text[0] == '\t':
			if len(bytes.TrimSpace(text)) == 0 && len(line)-len(text) > 0 && !open {
				return h, nil // a blank line with spaces
			}
			if open {
				value = append(append(value, ' '), bytes.TrimSpace(text)...)
			}
			continue
		}
		end()
		name, rest, found := bytes.Cut(text, []byte(":"))
		name = bytes.TrimRight(name, " \t")
		open = found && fieldName(name)
		switch {
		case open:
			h = append(h, field{name: strings.ToLower(string(name))})
			value = append(value[:0], rest...)
		case len(h) > 0 && text[0] == '<' && slices.Contains(mailFields[:2], h[len(h)-1].name):
			h[len(h)-1].value += " " + string(text) // the blank that continues a field was lost
		case len(h) == 0 && !bytes.HasPrefix(text, []byte("From ")) && !bytes.HasPrefix(text, []byte(">From ")):
			b.unread(line)
			return h, nil
		}
	}
}

// headerOf reads the header of a mail that is nested in another one.
func headerOf(r io.Reader) (header, error) {
	s := newSource(r)
	defer s.close()
	return readHeader(&body{lines: s})
}

// fieldName reports whether b can be the name of a field (RFC 5322, 3.6.8).
func fieldName(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(b) > 0 && len(b) < 100
}

// firstID returns the first Message-ID of a field, with its brackets.
func firstID(s string) string {
	if all := ids(s); len(all) > 0 {
		return all[0]
	}
	return ""
}

// ids returns the Message-IDs of a field, each once.
func ids(s string) []string {
	var all []string
	for {
		_, rest, found := strings.Cut(s, "<")
		id, rest, closed := strings.Cut(rest, ">")
		if !found || !closed {
			return all
		}
		if id = strings.Join(strings.Fields(id), ""); id != "" && len(id) < 500 && !strings.Contains(id, "<") {
			all = append(without(all, "<"+id+">"), "<"+id+">")
		}
		if len(all) > 4*maxRefs {
			all = all[maxRefs:]
		}
		s = rest
	}
}

// idsOf reads In-Reply-To, which some clients fill without brackets.
func idsOf(s string) []string {
	all := ids(s)
	if bare := strings.TrimSpace(s); len(all) == 0 && strings.Contains(bare, "@") && !strings.ContainsAny(bare, " <>") && len(bare) < 500 {
		all = []string{"<" + bare + ">"}
	}
	return all[:min(len(all), maxRefs)]
}

func without(all []string, one string) []string {
	kept := all[:0]
	for _, s := range all {
		if s != one {
			kept = append(kept, s)
		}
	}
	return kept
}

// cutLast cuts s around its last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
