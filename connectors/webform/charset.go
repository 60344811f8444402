package webform

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeCharset puts the fields into UTF-8. The charset is the declared one,
// else the one that a browser writes into the input _charset_. A browser that
// declares nothing sends the page's own charset: what is not UTF-8 but makes
// Cyrillic words of windows-1251 is taken for that.
func decodeCharset(fields []field, declared string) []field {
	utf := true
	for _, f := range fields {
		utf = utf && utf8.ValidString(f.name) && utf8.ValidString(f.value)
		if f.name == "_charset_" && declared == "" {
			declared = f.value
		}
	}
	enc, err := htmlindex.Get(declared)
	if err != nil {
		if utf || !cyrillic(fields) {
			return fields
		}
		enc = charmap.Windows1251
	}
	if name, _ := htmlindex.Name(enc); name == "utf-8" {
		return fields
	}
	for i, f := range fields {
		fields[i].name, fields[i].value = decode(enc, f.name), decode(enc, f.value)
	}
	return fields
}

func decode(enc encoding.Encoding, s string) string {
	if d, err := enc.NewDecoder().String(s); err == nil {
		return d
	}
	return s
}

// cyrillic reports whether the bytes beyond ASCII, read as windows-1251, are
// mostly Russian letters.
func cyrillic(fields []field) bool {
	var all strings.Builder
	for _, f := range fields {
		all.WriteString(f.name + f.value)
	}
	letters, others := 0, 0
	for _, r := range decode(charmap.Windows1251, all.String()) {
		switch {
		case r < 0x80:
		case r >= 'А' && r <= 'я' || r == 'Ё' || r == 'ё':
			letters++
		case !unicode.IsSpace(r):
			others++
		}
	}
	return letters >= 2 && letters > 4*others
}
