package letter

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	utf "golang.org/x/text/encoding/unicode"
)

// guessed are the single-byte charsets of Russian mail that does not declare its
// charset, the commonest first.
var guessed = []*charmap.Charmap{charmap.Windows1251, charmap.KOI8R, charmap.CodePage866, charmap.ISO8859_5, charmap.Windows1252}

// decodeText converts text to UTF-8. The declared charset counts only if the bytes fit it: many
// senders declare a wrong one.
func decodeText(b []byte, declared string) string {
	if s, found := decodeMarked(b); found {
		return s
	}
	declared = strings.ToLower(strings.Trim(strings.TrimSpace(declared), `"'`))
	enc := lookup(declared)
	single, isSingle := enc.(*charmap.Charmap)
	switch {
	case ascii(b) && !stateful(declared):
		return string(b)
	case enc != nil && !isSingle && !isUTF8(declared):
		if s, err := enc.NewDecoder().Bytes(b); err == nil {
			return string(s)
		}
	case utf8.Valid(b):
		return string(b)
	case nearlyUTF8(b):
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return guess(b, single)
}

// decodeMarked decodes UTF-8 and UTF-16 recognised by a byte order mark, and UTF-16 recognised by
// its zeros.
func decodeMarked(b []byte) (string, bool) {
	if rest, found := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); found && utf8.Valid(rest) {
		return string(rest), true
	}
	order := utf.LittleEndian
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		order = utf.BigEndian
	default:
		even, odd := 0, 0
		head := b[:min(len(b), 512)]
		for i, c := range head {
			if c <= 4 && i%2 == 0 {
				even++
			} else if c <= 4 {
				odd++
			}
		}
		if enough := len(head) / 3; len(head) < 4 || even <= enough && odd <= enough || even > odd/4 && odd > even/4 {
			return "", false
		}
		if even > odd {
			order = utf.BigEndian
		}
	}
	s, err := utf.UTF16(order, utf.UseBOM).NewDecoder().Bytes(b)
	return string(s), err == nil
}

// lookup finds an encoding by any name in use, nil if there is none.
func lookup(name string) encoding.Encoding {
	switch name {
	case "":
		return nil
	case "cp-866", "cp866", "866", "dos-866", "oem866":
		return charmap.CodePage866
	case "cp1251", "cp-1251", "1251", "win-1251", "win1251", "windows1251", "windows-cp1251":
		return charmap.Windows1251
	case "koi8r", "koi-8-r", "koi8", "koi-8", "koi8-u", "koi8-ru":
		return charmap.KOI8U
	case "utf8", "utf-8", "us-ascii", "ascii", "unicode-1-1-utf-8":
		return utf.UTF8
	}
	if e, err := htmlindex.Get(name); err == nil {
		if canonical, _ := htmlindex.Name(e); canonical != "replacement" {
			return e
		}
		return nil
	}
	if e, err := ianaindex.MIME.Encoding(name); err == nil {
		return e
	}
	return nil
}

// stateful charsets hide their letters in ASCII.
func stateful(name string) bool {
	return strings.HasPrefix(name, "iso-2022") || strings.HasPrefix(name, "hz") || strings.HasPrefix(name, "utf-16")
}

func isUTF8(name string) bool { return lookup(name) == utf.UTF8 }

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// nearlyUTF8 reports whether b is UTF-8 that was damaged here and there.
func nearlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else if size > 1 {
			good++
		}
		i += size
	}
	return good > 4*bad
}

// guess decodes b in the single-byte charset that scores best as words. declared may be nil; it
// wins over one that is only slightly better.
func guess(b []byte, declared *charmap.Charmap) string {
	sample := b[:min(len(b), 16<<10)]
	best, most := declared, -1<<30
	if declared != nil {
		most = score(sample, declared) + len(sample)/50 + 2
	}
	for _, c := range guessed {
		if c == charmap.KOI8R && declared == charmap.KOI8U {
			continue
		}
		if n := score(sample, c); n > most {
			best, most = c, n
		}
	}
	s, err := best.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

// foreignScripts are scripts that no guessed charset has.
var foreignScripts = []*unicode.RangeTable{unicode.Greek, unicode.Hebrew, unicode.Arabic, unicode.Thai, unicode.Armenian, unicode.Georgian}

// score rates how much b looks like words in a charset: common Russian letters raise it; capitals
// inside words, boxes and symbols, and Cyrillic next to Latin letters lower it.
func score(b []byte, c *charmap.Charmap) int {
	n := 0
	var last rune
	for _, x := range b {
		r := c.DecodeByte(x)
		if x >= 0x80 {
			n += letterScore(r, last)
		} else if latin(r) && cyrillic(last) {
			n -= 2
		}
		last = r
	}
	return n
}

func letterScore(r, last rune) int {
	lower := r >= 'а' && r <= 'я' || r == 'ё' || r == 'і' || r == 'ї' || r == 'є' || r == 'ў'
	upper := r >= 'А' && r <= 'Я' || r == 'Ё' || r == 'І' || r == 'Ї' || r == 'Є' || r == 'Ў'
	n := 0
	switch {
	case lower && strings.ContainsRune("оеаинтсрвлкмдпу", r):
		n = 4
	case lower:
		n = 2
	case upper && last >= 'а' && last <= 'я':
		return -4
	case upper:
		n = 1
	case r >= 0xc0 && r <= 0x17f && r != '×' && r != '÷': // Western letters
		n = -1
		if latin(last) {
			n = 3
		}
		return n
	case unicode.In(r, foreignScripts...):
		return 4 // only the declared charset has them
	case r == '«' || r == '»' || r == '—' || r == '–' || r == '№' || r == '…' || r == '“' || r == '”' || r == '„' || r == '’' || r == '\u00a0' || r == '€' || r == '£':
		return 1
	default:
		return -5
	}
	if latin(last) {
		n -= 4
	}
	return n
}

func latin(r rune) bool    { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
func cyrillic(r rune) bool { return r >= 0x400 && r <= 0x45f }
