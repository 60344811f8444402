package posted

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// split splits a name into lower-case words without accents: at every character that is neither a
// letter nor a digit, between a letter and a digit, and before the capitals of camelCase.
// Apostrophes are left out.
func split(name string) []string {
	if len(name) > 200 {
		return nil
	}
	if isPlainASCII(name) {
		return splitASCII(name)
	}
	return splitRunes(name)
}

// splitRunes is split for a name in any script.
func splitRunes(name string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = nil
		}
	}
	var last rune
	for _, r := range fold(name) {
		switch {
		case r == '\'' || r == '’' || r == 'ʼ' || r == '`':
			continue
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
		case len(word) > 0 && unicode.IsDigit(r) != unicode.IsDigit(last), unicode.IsLower(last) && unicode.IsUpper(r):
			end()
			fallthrough
		default:
			word = append(word, unicode.ToLower(r))
		}
		last = r
	}
	end()
	return words
}

// isPlainASCII reports whether a text has only ASCII and no apostrophes.
func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '\'' || s[i] == '`' {
			return false
		}
	}
	return true
}

// splitASCII is split for a name in ASCII without apostrophes. Its words are parts of the name.
func splitASCII(name string) []string {
	const (
		other = iota
		small
		capital
		digit
	)
	words, last, begin := make([]string, 0, 4), other, 0
	for i := range len(name) {
		kind := other
		switch c := name[i]; {
		case c >= 'a' && c <= 'z':
			kind = small
		case c >= 'A' && c <= 'Z':
			kind = capital
		case c >= '0' && c <= '9':
			kind = digit
		}
		if last != other && (kind == other || (kind == digit) != (last == digit) || kind == capital && last == small) {
			words = append(words, strings.ToLower(name[begin:i]))
			begin = i
		}
		if last == other {
			begin = i
		}
		last = kind
	}
	if last != other {
		words = append(words, strings.ToLower(name[begin:]))
	}
	return words
}

// fold removes the accents of Latin letters and the dots of ё.
func fold(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "ё", "е"), "Ё", "Е")
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 0xc0 && r < 0x370 }) {
		return s
	}
	latin := false
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && latin {
			return -1
		}
		latin = unicode.Is(unicode.Latin, r)
		return r
	}, norm.NFD.String(s)))
}
