package search

import (
	"cmp"
	"math/bits"
	"slices"
	"unicode"
)

const (
	correctionsMost = 8 // of one term
	// VocabularyMost is how many words are known, so that a hub needs some 20 MB for them at
	// most. Those of contacts come first.
	VocabularyMost = 500_000
)

// edits is how many typing errors a word of so many letters may have.
func edits(letters int) int {
	switch {
	case letters < 4:
		return 0
	case letters < 8:
		return 1
	}
	return 2
}

// Known reports whether a word belongs to the vocabulary: words of 4 to 24 letters.
func Known(word string) bool {
	n := 0
	for _, r := range word {
		if !unicode.IsLetter(r) {
			return false
		}
		n++
	}
	return n >= 4 && n <= 24
}

// Vocabulary holds the words of the records, by which typing errors are corrected. The zero
// value is empty. It is not safe for concurrent use.
type Vocabulary struct {
	words []string
	masks []uint32 // of the letters of each word
}

// Add adds a word, which must be new.
func (v *Vocabulary) Add(word string) {
	v.words, v.masks = append(v.words, word), append(v.masks, maskOf(word))
}

// maskOf has a bit for each letter of a word; several letters share one.
func maskOf(word string) (m uint32) {
	for _, r := range word {
		m |= 1 << (uint32(r) % 32)
	}
	return m
}

// Near returns the words nearest to a typed one: those that it, or the beginning of it so
// far, may have been meant as. The nearest come first, at most so many.
func (v *Vocabulary) Near(typed string, most int) (near []string) {
	want := []rune(typed)
	allowed := edits(len(want))
	if allowed == 0 || !Known(typed) {
		return nil
	}
	type found struct {
		word           string
		errors, longer int
	}
	var all []found
	mask, m := maskOf(typed), measure{}
	for i, w := range v.words {
		if bits.OnesCount32(mask&^v.masks[i]) > allowed || len(w) < len(typed)-2*allowed {
			continue
		}
		if n := m.beginning(want, w, allowed); n > 0 && n <= allowed {
			all = append(all, found{w, n, letters(w) - len(want)})
		}
	}
	slices.SortFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(max(a.longer, -a.longer)+2*a.errors, max(b.longer, -b.longer)+2*b.errors), cmp.Compare(a.word, b.word))
	})
	for _, f := range all[:min(len(all), most)] {
		near = append(near, f.word)
	}
	return near
}

// measure computes distances; it keeps its memory between words.
type measure struct {
	word              []rune
	before, row, next []int // of three letters of the word, by the number of typed letters
}

// beginning returns how many errors lie between what was typed and the nearest beginning of
// a word: a letter wrong, missing or too many, or two in the wrong order. It stops when
// there are more than allowed.
func (m *measure) beginning(typed []rune, word string, allowed int) int {
	m.word = append(m.word[:0], []rune(word)...)
	n := len(typed)
	for _, row := range []*[]int{&m.before, &m.row, &m.next} {
		*row = slices.Grow((*row)[:0], n+1)[:n+1]
	}
	for j := range m.row {
		m.row[j] = j
	}
	best := m.row[n]
	for i, r := range m.word {
		if i >= n+allowed {
			break
		}
		m.next[0] = i + 1
		least := m.next[0]
		for j, t := range typed {
			wrong := 1
			if r == t {
				wrong = 0
			}
			d := min(m.row[j]+wrong, m.row[j+1]+1, m.next[j]+1)
			if i > 0 && j > 0 && r == typed[j-1] && m.word[i-1] == t {
				d = min(d, m.before[j-1]+1)
			}
			m.next[j+1] = d
			least = min(least, d)
		}
		best = min(best, m.next[n])
		if least > allowed {
			break
		}
		m.before, m.row, m.next = m.row, m.next, m.before
	}
	return best
}
