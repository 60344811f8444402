package letter

import (
	"io"
	"strings"
	"unicode/utf8"
)

// decodeWords reads a header field that may hold encoded words (RFC 2047) and
// raw letters of any charset. hint is the charset that the mail declares.
func decodeWords(s, hint string) string {
	var out strings.Builder
	var pending []byte // of the encoded words so far, which may split a letter
	charset := ""
	flush := func() {
		if len(pending) > 0 {
			out.WriteString(decodeText(pending, charset))
			pending = nil
		}
	}
	for s != "" {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		w, size, ok := encodedWord(s[start:])
		if !ok {
			flush()
			out.WriteString(plainWords(s[:start+2], hint))
			s = s[start+2:]
			continue
		}
		if between := s[:start]; strings.TrimSpace(between) != "" || len(pending) == 0 {
			flush()
			out.WriteString(plainWords(between, hint))
		}
		if !strings.EqualFold(charset, w.charset) {
			flush()
			charset = w.charset
		}
		pending = append(pending, w.bytes...)
		s = s[start+size:]
	}
	flush()
	out.WriteString(plainWords(s, hint))
	return strings.Join(strings.Fields(controls(out.String())), " ")
}

func plainWords(s, hint string) string {
	if utf8.ValidString(s) {
		return s
	}
	if lookup(strings.ToLower(hint)) == nil {
		hint = ""
	}
	return decodeText([]byte(s), hint)
}

// maxWord is how long an encoded word may be; RFC 2047 allows 75.
const maxWord = 8 << 10

type word struct {
	charset string
	bytes   []byte
}

// encodedWord reads the encoded word that s begins with. It may hold blanks,
// and its end may be missing.
func encodedWord(s string) (w word, size int, ok bool) {
	charset, rest, found := strings.Cut(s[2:], "?")
	if !found || charset == "" || len(charset) > 40 || strings.ContainsAny(charset, " \t=") || len(rest) < 2 || rest[1] != '?' {
		return w, 0, false
	}
	charset, _, _ = strings.Cut(charset, "*") // RFC 2231 adds a language
	method, text := rest[0]|0x20, rest[2:]
	text = text[:min(len(text), maxWord)]
	end, skip := strings.Index(text, "?="), 2
	// In a Q word "?=" may be the beginning of "?==D0…", which is no end.
	for method == 'q' && end >= 0 && end+4 <= len(text) && text[end+1] == '=' && hex(text[end+2]) >= 0 && hex(text[end+3]) >= 0 {
		next := strings.Index(text[end+1:], "?=")
		if next < 0 {
			break
		}
		end += 1 + next
	}
	if end < 0 {
		end, skip = len(text), 0
		if next := strings.Index(text, "=?"); next >= 0 {
			end = next
		}
	}
	size = len(s) - len(rest) + 2 + end + skip
	text = text[:end]
	var r io.Reader
	switch method {
	case 'b':
		r = &base64Reader{in: strings.NewReader(text)}
	case 'q':
		r = decodeTransfer(strings.NewReader(strings.ReplaceAll(text, "_", " ")), "quoted-printable")
	default:
		return w, 0, false
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return w, 0, false
	}
	return word{charset, b}, size, true
}

// controls replaces line breaks and tabs by blanks, and removes other control characters.
func controls(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == 0x200b:
			return -1
		}
		return r
	}, s)
}
