package posted

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	enc "golang.org/x/text/encoding/unicode"
)

// decodeBody converts a body to UTF-8: by its byte order mark, by the zeros of UTF-16, else by
// the declaration or the letters. A form with escaped bytes is decoded after unescaping.
func decodeBody(body []byte, declared string, json bool) string {
	s := string(body)
	utf16 := func(e enc.Endianness) string { return decode(enc.UTF16(e, enc.UseBOM), s) }
	switch {
	case strings.HasPrefix(s, "\xef\xbb\xbf"):
		return s[3:]
	case strings.HasPrefix(s, "\xff\xfe") && len(s) > 2:
		return utf16(enc.LittleEndian)
	case strings.HasPrefix(s, "\xfe\xff") && len(s) > 2:
		return utf16(enc.BigEndian)
	case len(s) >= 4 && s[0] != 0 && s[1] == 0 && s[3] == 0:
		return utf16(enc.LittleEndian)
	case len(s) >= 4 && s[0] == 0 && s[1] != 0 && s[2] == 0:
		return utf16(enc.BigEndian)
	case json || strings.ContainsAny(s[:min(1, len(s))], "{["):
		return decodeBytes(s, declared)
	}
	return s
}

func decodeBytes(s, declared string) string {
	return decode(charset(declared, s), s)
}

// decodePairs converts a form to UTF-8. The charset is that of the part or the body, else the one
// that a browser writes into the input _charset_; a browser that declares nothing uses the page's
// charset.
func decodePairs(pairs []Pair, declared string) []Pair {
	var all strings.Builder
	for _, p := range pairs {
		if p.Name == "_charset_" && declared == "" {
			declared = p.Value
		}
		if p.Charset == "" {
			all.WriteString(p.Name + "\n" + p.Value + "\n")
		}
	}
	of := charset(declared, all.String())
	out := make([]Pair, len(pairs))
	for i, p := range pairs {
		out[i] = Pair{Name: decode(of, p.Name), Value: decode(of, p.Value)}
		if p.Charset != "" {
			out[i].Value = decode(charset(p.Charset, p.Value), p.Value)
		}
		out[i].Name = strings.TrimPrefix(out[i].Name, "\ufeff")
	}
	return out
}

// charset returns the encoding of a text, nil for UTF-8. A declaration that the
// bytes contradict does not count: valid UTF-8 with several letters beyond ASCII
// is UTF-8, and what is not valid is none.
func charset(declared, s string) encoding.Encoding {
	valid, beyond := utf8.ValidString(s), 0
	for _, r := range s {
		if r >= utf8.RuneSelf {
			beyond++
		}
	}
	if valid && (beyond == 0 || beyond >= 4) {
		return nil
	}
	if e, err := htmlindex.Get(strings.TrimSpace(declared)); err == nil {
		switch name, _ := htmlindex.Name(e); name {
		case "utf-8", "utf-16le", "utf-16be", "replacement": // escaped bytes are never UTF-16
		default:
			return e
		}
	}
	if valid {
		return nil
	}
	return cyrillic(s)
}

func decode(e encoding.Encoding, s string) string {
	if e == nil {
		return s
	}
	if d, err := e.NewDecoder().String(s); err == nil {
		return strings.TrimPrefix(d, "\ufeff")
	}
	return s
}

// cyrillic returns windows-1251 or KOI8-R if the bytes beyond ASCII decode mostly to Cyrillic
// letters, else nil.
func cyrillic(s string) encoding.Encoding {
	win, koi := cyrillicScore(decode(charmap.Windows1251, s)), cyrillicScore(decode(charmap.KOI8R, s))
	switch {
	case koi >= 6 && koi > 2*win:
		return charmap.KOI8R
	case win > 0:
		return charmap.Windows1251
	}
	return nil
}

// cyrillicScore rates how much a text looks like Russian or Ukrainian, by its common letters and
// by capitals that do not follow small letters. 0: not at all.
func cyrillicScore(s string) int {
	letters, others, points := 0, 0, 0
	var last rune
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
		case unicode.Is(unicode.Cyrillic, r):
			letters++
			if strings.ContainsRune("оеаинтсрвлОЕАИНТСРВЛі", r) {
				points++
			}
			if unicode.IsUpper(r) && unicode.IsLower(last) {
				points -= 3
			}
		case !unicode.IsSpace(r) && !strings.ContainsRune("«»—–…№„“”’", r):
			others++
		}
		last = r
	}
	if letters < 2 || letters <= 4*others {
		return 0
	}
	return max(points, 1)
}
