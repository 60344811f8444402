package search

import "strings"

// Letters of a snippet around the first word that was found.
const (
	snippetBefore = 40
	snippetAfter  = 100
)

// Snippet returns the piece of a text around the first of its words that has one of the
// terms, on one line; the beginning of the text if none has.
func Snippet(text string, terms []Term) string {
	at := 0
	for s := range spans(text) {
		w := wordOf(text[s.from:s.to])
		if hasAny(terms, w) {
			at = s.from
			break
		}
	}
	from := 0
	if before := []rune(text[:at]); len(before) > snippetBefore {
		from = len(string(before[:len(before)-snippetBefore]))
		if blank := strings.IndexAny(text[from:at], " \n\t"); blank >= 0 {
			from += blank + 1 // a whole word
		}
	}
	piece, ending := firstLetters(text[from:], snippetBefore+snippetAfter), ""
	if from+len(piece) < len(text) {
		ending = "…"
		if blank := strings.LastIndexAny(piece, " \n\t"); blank > at-from {
			piece = piece[:blank]
		}
	}
	piece = strings.Join(strings.Fields(piece), " ")
	if from > 0 {
		piece = "…" + piece
	}
	return piece + ending
}

func hasAny(terms []Term, word string) bool {
	for _, t := range terms {
		if t.is(word, false) {
			return true
		}
	}
	return false
}
