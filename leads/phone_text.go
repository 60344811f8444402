package leads

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// phoneCell is one character of a folded text: digits of every script become ASCII, letters
// lower case, and signs of one meaning one sign.
type phoneCell struct {
	r       rune
	at, end uint16 // byte offsets in the text
}

// maskedCell replaces a character that cannot be part of a number.
const maskedCell = '\x00'

// foldPhone appends the cells of a text to the buffer. Invisible
// characters (direction marks, joiners, parts of emoji) have none.
func foldPhone(text string, cells []phoneCell) []phoneCell {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == '%' { // percent-encoding in an address: "viber://chat?number=%2B7…"
			if c, ok := percent[text[i:min(i+3, len(text))]]; ok {
				r, n = c, 3
			}
		}
		if f := foldRune(r); f >= 0 {
			cells = append(cells, phoneCell{f, uint16(i), uint16(i + n)})
		}
		i += n
	}
	return cells
}

var percent = map[string]rune{"%2B": '+', "%2b": '+', "%20": ' ', "%28": '(', "%29": ')', "%2D": '-', "%2d": '-'}

func foldRune(r rune) rune {
	switch {
	case r < 0x80:
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r == '<' || r == '[' || r == '{':
			return '('
		case r == '>' || r == ']' || r == '}':
			return ')'
		case r == '\'' || r == '`':
			return '"'
		case r == '\\':
			return '/'
		case r == '\r' || r == '\v' || r == '\f':
			return '\n'
		case r == '\t' || r == '~':
			return ' '
		case r < ' ' && r != '\n' || r == 0x7f:
			return '|'
		}
		return r
	case r >= 0xFF01 && r <= 0xFF5E: // full width
		return foldRune(r - 0xFEE0)
	case unicode.IsLetter(r):
		if r == 'ё' || r == 'Ё' {
			return 'е'
		}
		if r == 'ー' { // a long vowel in Japanese, typed for a hyphen
			return '-'
		}
		return unicode.ToLower(r)
	case unicode.IsDigit(r):
		return digitOf(r)
	case unicode.IsSpace(r):
		if r == 0x85 || r == 0x2028 || r == 0x2029 {
			return '\n'
		}
		return ' '
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me):
		return -1
	case strings.ContainsRune("⁺➕﹢₊", r):
		return '+'
	case unicode.Is(unicode.Pd, r) || r == '−' || r == '⁃':
		return '-'
	case strings.ContainsRune("·•∙․‧。・", r):
		return '.'
	case r == '⁄' || r == '∕' || r == '¦':
		return '/'
	case r == '、' || r == '،':
		return ','
	case r == '؛':
		return ';'
	case unicode.In(r, unicode.Pi, unicode.Pf) || r == '„' || r == '‚' || r == '´':
		return '"'
	case unicode.Is(unicode.Ps, r):
		return '('
	case unicode.Is(unicode.Pe, r):
		return ')'
	}
	return r
}

// digitOf converts a decimal digit of any script to ASCII. The digits of a script are
// consecutive code points from its zero on.
func digitOf(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// expandExponent converts a number that a spreadsheet wrote with an exponent,
// "7.9161234567E+10", to its digits. Other texts are returned unchanged, also
// "7,91612E+10", which has lost digits.
func expandExponent(s string) string {
	number := strings.Trim(s, "'\"")
	at := strings.IndexAny(number, "eE")
	if at < 10 || at > 17 || number[1] != '.' && number[1] != ',' {
		return s
	}
	fraction := number[2:at]
	power, err := strconv.Atoi(strings.TrimPrefix(number[at+1:], "+"))
	if err != nil || power < len(fraction) || power >= maxPhoneDigits || !allDigits(number[:1]+fraction) {
		return s
	}
	return number[:1] + fraction + strings.Repeat("0", power-len(fraction))
}

// blankCarrierMark blanks the "xx" of "0xx11 91234-5678": in Brazil it stands for the
// carrier code, which each caller chooses.
func (r *phoneReader) blankCarrierMark() {
	if r.region != "BR" {
		return
	}
	for i := range r.cells {
		if r.at(i) == '0' && r.at(i+1) == 'x' && r.at(i+2) == 'x' && !isWord(r.at(i+3)) && !isDigit(r.at(i-1)) && !isWord(r.at(i-1)) {
			r.cells[i+1].r, r.cells[i+2].r = ' ', ' '
		}
	}
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isWord(r rune) bool { return r > '9' && unicode.IsLetter(r) }

// looksLikeOtherNumber reports whether the digits are written like a number that is not a
// phone: a date, years, coordinates, a Russian SNILS, a Brazilian CPF or CNPJ, a bank card.
func looksLikeOtherNumber(s string) bool {
	var groups [8]int
	var signs [8]byte
	n, digits := 0, 0
	for i := range len(s) {
		if c := s[i]; c >= '0' && c <= '9' {
			groups[n]++
			digits++
		} else {
			if n == len(groups)-1 || groups[n] == 0 {
				return false
			}
			signs[n] = c
			n++
		}
	}
	g, sign := groups[:n+1], string(signs[:n])
	is := func(want ...int) bool {
		if len(want) > len(g) {
			return false
		}
		for i, w := range want {
			if g[i] != w {
				return false
			}
		}
		return true
	}
	number := func(i, n int) int { return int(s[i]-'0')*10 + int(s[i+n-1]-'0') }
	switch {
	case len(g) >= 3 && is(2, 2, 4) && sign[0] == sign[1] && sign[0] != ' ': // 27.11.2026
		day, month, century := number(0, 2), number(3, 2), number(6, 2)
		return (day <= 31 && month <= 12 || day <= 12 && month <= 31) && (century == 19 || century == 20)
	case len(g) >= 3 && is(4, 2, 2) && sign[0] == sign[1] && sign[0] != ' ': // 2026-11-27
		return (number(0, 2) == 19 || number(0, 2) == 20) && number(5, 2) <= 12 && number(8, 2) <= 31
	case len(g) == 2 && is(4, 4) && sign == "-": // 2020-2026
		return (number(0, 2) == 19 || number(0, 2) == 20) && (number(5, 2) == 19 || number(5, 2) == 20)
	case len(g) == 2 && sign == "." && g[0] <= 3 && g[1] >= 4 && s[0] != '0': // degrees: 37.617300
		return g[0] <= 2 || s[0] == '1'
	case len(g) == 4 && is(3, 3, 3, 2): // SNILS 112-233-445 95, CPF 112.233.445-95
		return sign == "-- " || sign == "---" || sign == "..-"
	case len(g) == 4 && is(4, 4, 4, 4), len(g) == 3 && is(4, 6, 5): // cards
		return true
	case len(g) == 5 && is(2, 3, 3, 4, 2): // CNPJ 12.345.678/0001-95
		return sign[0] == '.' && sign[2] == '/'
	}
	return false
}
