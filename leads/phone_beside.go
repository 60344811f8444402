package leads

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// wordBefore returns the word that ends before a cell, and the cell of its first letter;
// empty if there is none.
func (r *phoneReader) wordBefore(end int) (word string, from int) {
	from = end
	for isWord(r.at(from - 1)) {
		from--
	}
	if from == end-1 && r.at(from-1) == '/' && isWord(r.at(from-2)) && !isWord(r.at(from-3)) {
		from -= 2 // р/с
	}
	return r.folded(from, end), from
}

func (r *phoneReader) wordAfter(from int) (word string, end int) {
	end = from
	for isWord(r.at(end)) {
		end++
	}
	return r.folded(from, end), end
}

// isSeparate reports whether the cells of a number are not part of an identifier, an
// address or a channel name of an exchange.
func (r *phoneReader) isSeparate(begin, end int) bool {
	if r.at(begin-1) == '(' {
		begin--
	}
	switch c := r.at(begin - 1); {
	case c == '_' || c == '@' || c == '&' || c == '*':
		return false
	case c == '/':
		if w, _ := r.wordBefore(begin - 1); exchangeWords[w] {
			return false
		}
	case isWord(c):
		w, from := r.wordBefore(begin)
		if !phoneWords[w] && !r.isAttachedWord(w, from, begin, from-1) || r.at(end) == '@' {
			return false
		}
	}
	switch c := r.at(end); {
	case c == '&' || c == '=' || c == '%':
		return false
	case c == '_': // "+7 (916) 123-45-67_" comes from an input mask
		return !isDigit(r.at(end+1)) && !isWord(r.at(end+1))
	case c == '@':
		before := r.at(begin - 1)
		return before != '.' && before != '-' && r.folded(end+1, min(end+5, len(r.cells))) != "g.us" // a group of WhatsApp
	case isWord(c):
		w, to := r.wordAfter(end)
		return extensionWords[w] || r.isAttachedWord(w, end, to, to)
	}
	return true
}

// isAttachedWord reports whether a word directly beside the number is a word of a language
// and not part of an identifier: "Ольга89161234567".
func (r *phoneReader) isAttachedWord(w string, from, to, beyond int) bool {
	if c := r.at(beyond); isDigit(c) || c == '_' || c == '@' {
		return false
	}
	if w[0] >= 0x80 {
		return to-from >= 2
	}
	written := r.text[r.cells[from].at:r.cells[to-1].end]
	return to-from >= 3 && written != strings.ToUpper(written)
}

// isOtherNumber reports whether the words or signs beside the digits show that they are not
// a phone number: "ИНН 7707083893", "заказ № 12345678", "1 500 000 руб".
func (r *phoneReader) isOtherNumber(begin, end int, groups []digitGroup) bool {
	next := end
	for r.at(next) == ' ' {
		next++
	}
	if w, _ := r.wordAfter(next); isCurrency(r.at(next)) || r.at(next) == '%' || unitWords[w] && (w != "р" || end-begin < 10) {
		return true
	}
	sign := false
	for i, words := begin, 0; words < 3; words++ {
		for ; ; i-- {
			switch c := r.at(i - 1); {
			case isCurrency(c):
				return true
			case c == '№' || c == '#':
				sign = true
				continue
			case c == '.' && r.at(i) == ' ':
				if w, _ := r.wordBefore(i - 1); len([]rune(w)) > 4 {
					return sign // the end of a sentence
				}
				continue
			case strings.ContainsRune(" .:-(\"=/", c):
				continue
			}
			break
		}
		w, from := r.wordBefore(i)
		switch {
		case accountWords[w]:
			return true
		case isOrderWord(w):
			return len(groups) <= 2 || sign
		case w == "" && end-begin >= 11: // "№ 89161234567" without a noun before it
			return false
		case w == "" || !numberWords[w]:
			return sign && !phoneWords[w]
		}
		i = from
	}
	return sign
}

func isCurrency(c rune) bool { return unicode.Is(unicode.Sc, c) }

func countryOf(region string) int { return phonenumbers.GetCountryCodeForRegion(region) }

// extension parses the extension after a number and returns its digits, empty if there is
// none, and the cell after it.
func (r *phoneReader) extension(end int) (digits string, next int) {
	i := end
	for r.at(i) == ',' || r.at(i) == ';' { // a dialling pause before the extension: "+74951234567,12"
		i++
	}
	if i > end && i-end <= 3 && isDigit(r.at(i)) {
		if d, to := r.shortNumber(i, 6); d != "" && r.isLast(to) {
			if strings.Trim(d, "0") == "" {
				return "", to // a table's decimals: "79161234567,00"
			}
			return d, to
		}
	}
	for i = end; strings.ContainsRune(" ,;.(-/\n", r.at(i)) && i < len(r.cells) && i < end+5; {
		i++
	}
	w, to := r.wordAfter(i)
	if c := r.at(i); c == '#' || c == '*' {
		w, to = string(c), i+1
	}
	if !extensionWords[w] {
		return "", end
	}
	for words := 0; to < len(r.cells); to++ {
		if c := r.at(to); strings.ContainsRune(" .:=-№#(", c) {
			continue
		}
		if more, behind := r.wordAfter(to); words == 0 && (numberWords[more] || phoneWords[more]) {
			words++
			to = behind - 1
			continue
		}
		break
	}
	d, to := r.shortNumber(to, 7)
	if d == "" {
		return "", end
	}
	if r.at(to) == '#' {
		to++
	}
	return d, to
}

// shortNumber returns at most limit digits that begin at a cell, if neither letters nor
// further digits follow them.
func (r *phoneReader) shortNumber(from, limit int) (digits string, end int) {
	end = from
	for isDigit(r.at(end)) {
		end++
	}
	if end == from || end-from > limit || isWord(r.at(end)) || r.at(end) == '_' || r.at(end) == '@' ||
		strings.ContainsRune("-.:", r.at(end)) && isDigit(r.at(end+1)) {
		return "", from
	}
	return r.folded(from, end), end
}

// isLast reports whether no digits follow a cell, blanks skipped.
func (r *phoneReader) isLast(i int) bool {
	for r.at(i) == ' ' && i < len(r.cells) {
		i++
	}
	return !isDigit(r.at(i)) && r.at(i) != '(' && r.at(i) != ':'
}
