package search

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"ctihub/leads"
)

// Limits of the words of a record.
const (
	wordLongest = 40 // letters; the rest of a word is not looked up
	wordsMost   = 1000
	endShortest = 2
	endLongest  = 24
)

// span is a word of a text: from and to are bytes of the text.
type span struct{ from, to int }

// spans yields the runs of letters and digits of a text.
func spans(text string) iter.Seq[span] {
	return func(yield func(span) bool) {
		from := -1
		for i, r := range text {
			switch part := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r); {
			case part && from < 0:
				from = i
			case !part && from >= 0:
				if !yield(span{from, i}) {
					return
				}
				from = -1
			}
		}
		if from >= 0 {
			yield(span{from, len(text)})
		}
	}
}

// wordOf is the form in which a word is looked up.
func wordOf(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && r != '\u0306' { // й may be written as и and a breve
			return -1
		}
		return r
	}, leads.Fold(s))
	return firstLetters(strings.NewReplacer("и\u0306", "й", "\u0306", "").Replace(s), wordLongest)
}

func firstLetters(s string, most int) string {
	for i := range s {
		if most == 0 {
			return s[:i]
		}
		most--
	}
	return s
}

// words collects distinct words.
type words struct {
	list []string
	seen map[string]bool
}

func (w *words) add(word string) {
	if word == "" || w.seen[word] || len(w.list) == wordsMost {
		return
	}
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	w.seen[word] = true
	w.list = append(w.list, word)
}

func (w *words) addText(text string) {
	for s := range spans(text) {
		if len(w.list) == wordsMost {
			return
		}
		w.add(wordOf(text[s.from:s.to]))
	}
}

// Words returns the distinct words of texts, the first thousand.
func Words(texts ...string) []string {
	var w words
	for _, t := range texts {
		w.addText(t)
	}
	return w.list
}

// ContactWords returns the words of a contact's texts: of names as they are, of numbers and
// mail addresses also each ending, so that any part of them is the beginning of a word.
func ContactWords(texts ...string) []string {
	var w words
	for _, text := range texts {
		w.addText(text)
		for part := range strings.FieldsSeq(text) {
			if isAddress(part) {
				for _, end := range endings(part) {
					w.add(end)
				}
			}
		}
	}
	return w.list
}

// isAddress reports whether a text without blanks is a number or a mail address.
func isAddress(s string) bool {
	return strings.Contains(s, "@") || len(digitsOf(s)) >= 5 && strings.Trim(s, "+0123456789()-.") == ""
}

// endings returns the endings of a text without its punctuation.
func endings(s string) (all []string) {
	letters := []rune(compact(s))
	for i := range max(0, len(letters)-endShortest+1) {
		all = append(all, string(letters[i:min(i+endLongest, len(letters))]))
	}
	return all
}

// compact is a text without its punctuation.
func compact(s string) string {
	return wordOf(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			return r
		}
		return -1
	}, s))
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func letters(s string) int { return utf8.RuneCountInString(s) }
