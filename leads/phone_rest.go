package leads

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// rest returns the words that belong to no number, as written.
func (r *phoneReader) rest() string {
	if len(r.taken) == 0 {
		return r.text
	}
	var words []string
	from := 0
	for i := range len(r.taken) + 1 {
		to := len(r.text)
		if i < len(r.taken) {
			to = r.byteAt(r.taken[i].from)
		}
		if from < to {
			if w := trimLabels(r.text[from:to], i > 0, i < len(r.taken)); w != "" {
				words = append(words, w)
			}
		}
		if i < len(r.taken) {
			from = max(from, r.byteAt(r.taken[i].to))
		}
	}
	return strings.Join(words, ", ")
}

func (r *phoneReader) byteAt(cell int) int {
	if cell < len(r.cells) {
		return int(r.cells[cell].at)
	}
	return len(r.text)
}

// trimLabels returns a text between numbers without the signs at its ends, and without
// words that only announce or join numbers.
func trimLabels(s string, behind, before bool) string {
	for {
		s = trimSigns(s)
		cut := s
		if before {
			whole := strings.TrimRight(s, ".:=\"' ")
			head := strings.TrimRightFunc(whole, unicode.IsLetter)
			if isLabel(whole[len(head):], behind) {
				cut = head
			}
		}
		if behind && cut == s {
			tail := strings.TrimLeftFunc(s, unicode.IsLetter)
			if isLabel(s[:len(s)-len(tail)], before) {
				cut = tail
			}
		}
		if cut == s {
			break
		}
		s = cut
	}
	if !strings.ContainsFunc(s, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
		return ""
	}
	return s
}

// isLabel reports whether a word only announces a number, or joins two.
func isLabel(w string, joins bool) bool {
	w = strings.ReplaceAll(strings.ToLower(w), "ё", "е")
	return phoneWords[w] || joins && joinWords[w]
}

// trimSigns cuts separators off both ends, and brackets and quotation marks
// that have no partner or enclose the whole.
func trimSigns(s string) string {
	for {
		s = strings.TrimLeftFunc(s, func(c rune) bool { return isSeparator(c) || c == '.' })
		s = strings.TrimRightFunc(s, isSeparator)
		first, n := utf8.DecodeRuneInString(s)
		last, m := utf8.DecodeLastRuneInString(s)
		opens, closes, quotes := 0, 0, 0
		for _, c := range s {
			switch bracketOf(c) {
			case '(':
				opens++
			case ')':
				closes++
			case '"':
				quotes++
			}
		}
		f, l := bracketOf(first), bracketOf(last)
		switch {
		case s == "":
			return s
		case f == ')' || f == '(' && opens > closes || f == '"' && quotes%2 == 1:
			s = s[n:]
		case l == '(' || l == ')' && closes > opens || l == '"' && quotes%2 == 1:
			s = s[:len(s)-m]
		case f == '(' && l == ')' && opens == 1, f == '"' && l == '"' && quotes == 2:
			s = s[n : len(s)-m]
		default:
			return s
		}
	}
}

func isSeparator(c rune) bool {
	return unicode.IsSpace(c) || unicode.IsControl(c) || strings.ContainsRune(",;:/|\\=+*_№#", c) || unicode.In(c, unicode.Pd, unicode.Cf, unicode.So)
}

// bracketOf returns '(' for an opening bracket, ')' for a closing one, '"' for a mark that
// is either, else 0.
func bracketOf(c rune) rune {
	switch {
	case unicode.In(c, unicode.Ps, unicode.Pi) || c == '<':
		return '('
	case unicode.In(c, unicode.Pe, unicode.Pf) || c == '>':
		return ')'
	case c == '"' || c == '\'' || c == '`':
		return '"'
	}
	return 0
}
