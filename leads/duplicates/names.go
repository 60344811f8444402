package duplicates

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctihub/leads"
)

// comparison is how the names of two contacts compare.
type comparison int

const (
	namesDiffer  comparison = iota // other people
	namesGiven                     // one given name, other family names
	namesUnknown                   // one of them has no name
	namesPart                      // one is a part of the other, a given name only
	namesTypo                      // one with a typing error
	namesNear                      // one with initials, a short form, or without the patronymic
	namesEqual                     // in any order of the words and either alphabet
)

// word is a part of a name.
type word struct {
	latin      string
	initial    bool
	patronymic bool
	given      []int // groups of forms of a given name that it may be one of
}

type name []word

// wordsMost is the most words of the name of a person.
const wordsMost = 5

// readName reads a name; that of a firm, a number or an address is none.
func readName(text string) (n name) {
	text = foldedName(text)
	if strings.ContainsAny(text, "@0123456789_") {
		return nil
	}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if legalForms[w] && utf8.RuneCountInString(w) > 1 {
			return nil
		}
		l := latin(w)
		if l == "" {
			continue
		}
		n = append(n, word{latin: l, initial: utf8.RuneCountInString(w) == 1, patronymic: isPatronymic(l), given: givenNames[l]})
	}
	if len(n) > wordsMost {
		return nil
	}
	return n
}

// foldedName is a text in small letters without accents of the Latin alphabet's kind.
func foldedName(text string) string { return leads.Fold(strings.TrimSpace(text)) }

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isPatronymic(l string) bool {
	for _, end := range []string{"ovich", "evich", "ovna", "evna", "ichna", "inichna"} {
		if strings.HasSuffix(l, end) && len(l) > len(end)+1 {
			return true
		}
	}
	return l == "ilich" || l == "kuzmich" || l == "lukich" || l == "fomich" || l == "nikitich"
}

// otherGiven reports whether both words are given names, of different people.
func (w word) otherGiven(o word) bool {
	return len(w.given) > 0 && len(o.given) > 0 && !slices.ContainsFunc(w.given, func(g int) bool { return slices.Contains(o.given, g) })
}

// Ways in which two words of names fit, the surest first.
var fits = []func(a, b word) bool{
	func(a, b word) bool { return a.latin == b.latin && a.initial == b.initial },
	func(a, b word) bool {
		return len(a.given) > 0 && len(b.given) > 0 && !a.otherGiven(b)
	},
	func(a, b word) bool {
		return !a.initial && !b.initial && !a.otherGiven(b) && a.patronymic == b.patronymic && !otherGender(a.latin, b.latin) && nearWords(a.latin, b.latin, errorsIn(a.latin, b.latin))
	},
	func(a, b word) bool {
		return a.initial != b.initial && (a.initial && strings.HasPrefix(b.latin, a.latin) || b.initial && strings.HasPrefix(a.latin, b.latin))
	},
}

// Places in fits.
const (
	fitsEqual = iota
	fitsForm
	fitsTypo
	fitsInitial
)

// otherGender reports whether two family names are those of a man and a woman of one family.
func otherGender(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return a+"a" == b || strings.HasSuffix(a, "ski") && strings.TrimSuffix(a, "i")+"aia" == b
}

// compareNames compares the words of two names: each fits one of the other at most.
func compareNames(a, b name) comparison {
	if len(a) == 0 || len(b) == 0 {
		return namesUnknown
	}
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	count := [4]int{}
	family, given := false, false
	for how, fit := range fits {
		for i := range a {
			for j := range b {
				if usedA[i] || usedB[j] || !fit(a[i], b[j]) {
					continue
				}
				usedA[i], usedB[j] = true, true
				count[how]++
				isGiven := len(a[i].given) > 0 || len(b[j].given) > 0
				given = given || isGiven
				family = family || how != fitsInitial && !isGiven && !a[i].patronymic
			}
		}
	}
	leftA, leftB := left(a, usedA), left(b, usedB)
	matched := count[fitsEqual] + count[fitsForm] + count[fitsTypo] + count[fitsInitial]
	switch {
	case len(leftA) > 0 && len(leftB) > 0:
		if matched > 0 && onlyPatronymics(leftA) != onlyPatronymics(leftB) {
			return namesPart
		}
		if given && !slices.ContainsFunc(append(leftA, leftB...), func(w word) bool { return w.patronymic || len(w.given) > 0 }) {
			return namesGiven
		}
		return namesDiffer
	case matched == 0:
		return namesDiffer
	case matched == 1, !family && count[fitsInitial] > 0:
		if len(a) == 1 && len(b) == 1 && count[fitsTypo] > 0 {
			return namesDiffer
		}
		return namesPart
	case count[fitsTypo] > 1:
		return namesPart
	case count[fitsTypo] > 0:
		return namesTypo
	case count[fitsForm]+count[fitsInitial]+len(leftA)+len(leftB) > 0:
		return namesNear
	}
	return namesEqual
}

func onlyPatronymics(words []word) bool {
	return !slices.ContainsFunc(words, func(w word) bool { return !w.patronymic })
}

func left(n name, used []bool) (words []word) {
	for i, w := range n {
		if !used[i] {
			words = append(words, w)
		}
	}
	return words
}

// keyLetters is how many letters of a family name a key has: an error behind them is found.
const keyLetters = 3

// words are the beginnings of the family name, and the forms of the given name.
func (n name) words() (all []string) {
	for _, w := range n {
		switch {
		case w.initial || w.patronymic:
		case len(w.given) > 0:
			for _, g := range w.given {
				all = append(all, formOf(g))
			}
		default:
			all = append(all, w.latin[:min(len(w.latin), keyLetters)])
		}
	}
	return all
}

// typoWords are the words of a name beside a piece of a number: the family name, else all.
func (n name) typoWords() (all []string) {
	for _, w := range n {
		if !w.initial && !w.patronymic && len(w.given) == 0 {
			all = append(all, w.latin[:min(len(w.latin), keyLetters)])
		}
	}
	if len(all) > 0 || len(n) < 2 {
		return all
	}
	return n.words()
}

// errorsIn is how many typing errors two words may have.
func errorsIn(a, b string) int {
	switch n := max(len(a), len(b)); {
	case n < 4:
		return 0
	case n < 9:
		return 1
	}
	return 2
}

// nearWords reports whether two words differ by so many errors at most: a letter that is wrong,
// missing or too many, or two in the wrong order.
func nearWords(a, b string, allowed int) bool {
	if len(a)-len(b) > allowed || len(b)-len(a) > allowed {
		return false
	}
	if allowed == 0 {
		return a == b
	}
	var rows [3][48]int
	if len(b) >= len(rows[0]) {
		return a == b
	}
	before, row, next := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			wrong := 1
			if a[i] == b[j] {
				wrong = 0
			}
			next[j+1] = min(row[j]+wrong, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)] <= allowed
}
