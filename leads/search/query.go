package search

import (
	"slices"
	"strings"
	"unicode"

	"ctihub/leads"
)

// Term is a part of a query: a record has it if one of its words begins with one of these.
type Term []string

// Query is what somebody looks for.
type Query struct {
	contact, text []Term
	typed         string
}

// Parse reads a query. ok is false if it has fewer than two letters or digits.
func Parse(typed string) (q Query, ok bool) {
	q.typed = firstLetters(strings.TrimSpace(typed), LettersMost)
	var found []Term
	for _, w := range Words(q.typed) {
		found = append(found, Term{w})
	}
	if len(found) > 1 { // a single letter or digit beside words finds too much
		longer := slices.DeleteFunc(slices.Clone(found), func(t Term) bool { return letters(t[0]) < 2 })
		if len(longer) > 0 {
			found = longer
		}
	}
	q.contact, q.text = found, found
	if n, is := number(q.typed); is {
		q.contact = []Term{n}
	} else if ends := endings(q.typed); isAddress(q.typed) && !strings.ContainsFunc(q.typed, unicode.IsSpace) && len(ends) > 0 {
		// Half of all addresses end in the same words: a part of one is looked up as it is.
		q.contact = []Term{{ends[0]}}
	}
	return q, len(found) > 1 || len(found) == 1 && letters(found[0][0]) > 1
}

// number reads a text as a part of a phone number. Numbers are stored with the code of
// their country: a trunk prefix stands for it, or is left out.
func number(s string) (Term, bool) {
	digits := digitsOf(s)
	if len(digits) < 3 || strings.Trim(s, "+0123456789 ()-./\u00a0") != "" {
		return nil, false
	}
	t := Term{digits}
	switch {
	case strings.Contains(s, "+") || len(digits) < 4:
	case strings.HasPrefix(digits, "00"):
		t = append(t, digits[2:])
	case digits[0] == '8':
		t = append(t, "7"+digits[1:])
	case digits[0] == '0':
		t = append(t, digits[1:])
	}
	return t, true
}

// IsNumber reports whether the query is a part of a phone number.
func (q Query) IsNumber() bool {
	_, is := number(q.typed)
	return is
}

// Terms are those for records of a kind.
func (q Query) Terms(k Kind) []Term {
	if k == KindContact {
		return q.contact
	}
	return q.text
}

// Corrected returns the query with the words of the vocabulary that each of its terms may
// have been meant as, beside the term itself; ok is false if there are none.
func (q Query) Corrected(v *Vocabulary) (_ Query, ok bool) {
	correct := func(terms []Term) (all []Term) {
		for _, t := range terms {
			t = slices.Clone(t)
			for _, near := range v.Near(t[0], correctionsMost) {
				if !slices.Contains(t, near) {
					t, ok = append(t, near), true
				}
			}
			all = append(all, t)
		}
		return all
	}
	if q.IsNumber() {
		return q, false
	}
	q.text = correct(q.text)
	q.contact = q.text
	return q, ok
}

// The keys of the two layouts, in one order.
const (
	latinKeys    = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
	cyrillicKeys = "йцукенгшщзхъфывапролджэячсмитьбюе" // ё is е
)

// Swapped returns the query as if it had been typed with the other layout, Latin or
// Cyrillic; ok is false if it has no key of a letter.
func (q Query) Swapped() (_ Query, ok bool) {
	latin, cyrillic := []rune(latinKeys), []rune(cyrillicKeys)
	folded := leads.Fold(q.typed)
	from, to := latin, cyrillic
	if strings.ContainsFunc(folded, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		from, to = cyrillic, latin
	}
	swapped := strings.Map(func(r rune) rune {
		if i := slices.Index(from, r); i >= 0 {
			ok = ok || unicode.IsLetter(r)
			return to[i]
		}
		return r
	}, folded)
	if !ok || q.IsNumber() {
		return q, false
	}
	return Parse(swapped)
}

// In reports whether each of the terms is in a record: whether one of its words begins with
// it or, if whole is set, is it.
func In(record []string, terms []Term, whole bool) bool {
	for _, t := range terms {
		if !slices.ContainsFunc(record, func(w string) bool { return t.is(w, whole) }) {
			return false
		}
	}
	return true
}

// is reports whether a word has the term.
func (t Term) is(word string, whole bool) bool {
	for _, s := range t {
		if word == s || !whole && strings.HasPrefix(word, s) {
			return true
		}
	}
	return false
}

// Any reports whether a text has one of the terms; contact: as [ContactWords] does.
func Any(text string, terms []Term, contact bool) bool {
	of := Words
	if contact {
		of = ContactWords
	}
	found := of(text)
	return slices.ContainsFunc(terms, func(t Term) bool { return In(found, []Term{t}, false) })
}
