package letter

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// anchored is an expression that begins with "^" and is asked of many lines, of which few match.
// Most of the others are known by their first letters, which is cheaper than the expression.
type anchored struct {
	*regexp.Regexp
	// begins returns with what a match begins, folded; less than maxBegin letters may go on with
	// anything. It is found at the first use, because that takes a millisecond.
	begins func() map[string]bool
}

const (
	maxBegin = 3  // letters
	maxClass = 16 // letters of a character class that are tried one by one
)

// newAnchored compiles an expression. It panics if the expression is wrong; its first use panics if
// it is not anchored.
func newAnchored(expression string) *anchored {
	return &anchored{
		Regexp: regexp.MustCompile(expression),
		begins: sync.OnceValue(func() map[string]bool { return beginnings(expression) }),
	}
}

// beginnings returns the beginnings of the matches of an expression.
func beginnings(expression string) map[string]bool {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		panic(err)
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		panic(err)
	}
	w := walker{prog: prog, begins: map[string]bool{}}
	w.walk(prog.Start, false, "", map[int]bool{})
	if w.loose {
		panic("a match need not be at the beginning: " + expression)
	}
	return w.begins
}

// walker walks through a compiled expression for the beginnings of its matches.
type walker struct {
	prog   *syntax.Prog
	begins map[string]bool
	loose  bool // there is a match that needs no "^"
}

// walk goes on at an instruction after some letters. anchored: "^" was passed. seen are the
// instructions since the last letter.
func (w *walker) walk(pc int, anchored bool, letters string, seen map[int]bool) {
	if seen[pc] {
		return
	}
	seen[pc] = true
	in := w.prog.Inst[pc]
	switch in.Op {
	case syntax.InstFail:
		return
	case syntax.InstAlt, syntax.InstAltMatch:
		w.walk(int(in.Out), anchored, letters, seen)
		w.walk(int(in.Arg), anchored, letters, seen)
		return
	case syntax.InstEmptyWidth:
		anchored = anchored || syntax.EmptyOp(in.Arg)&syntax.EmptyBeginText != 0
		w.walk(int(in.Out), anchored, letters, seen)
		return
	case syntax.InstCapture, syntax.InstNop:
		w.walk(int(in.Out), anchored, letters, seen)
		return
	}
	w.loose = w.loose || !anchored
	class := foldedClass(in)
	if len(class) == 0 || utf8.RuneCountInString(letters) == maxBegin {
		w.begins[letters] = true
		return
	}
	for _, r := range class {
		w.walk(int(in.Out), anchored, letters+string(r), map[int]bool{})
	}
}

// foldedClass returns the letters that an instruction takes, folded; none: they are too many, or
// the match ends.
func foldedClass(in syntax.Inst) (class []rune) {
	ranges := in.Rune
	if in.Op != syntax.InstRune && in.Op != syntax.InstRune1 {
		return nil
	}
	if len(ranges) == 1 {
		return []rune{fold(ranges[0])}
	}
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1]-ranges[i] > 2*maxClass {
			return nil
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if f := fold(r); !slices.Contains(class, f) {
				class = append(class, f)
			}
		}
	}
	if len(class) > maxClass {
		return nil
	}
	return class
}

// fold returns the first of the letters that an expression of any case takes for r.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// mayMatch reports whether a text begins as a match does.
func (a *anchored) mayMatch(s string) bool {
	begins := a.begins()
	var begin [maxBegin * utf8.UTFMax]byte
	n, letters := 0, 0
	for _, r := range s {
		if begins[string(begin[:n])] {
			return true
		}
		if letters++; letters > maxBegin {
			return false
		}
		n += utf8.EncodeRune(begin[n:], fold(r))
	}
	return begins[string(begin[:n])]
}

// MatchString is that of the expression.
func (a *anchored) MatchString(s string) bool { return a.mayMatch(s) && a.Regexp.MatchString(s) }

// FindString is that of the expression.
func (a *anchored) FindString(s string) string {
	if !a.mayMatch(s) {
		return ""
	}
	return a.Regexp.FindString(s)
}

// anyAtBegin is anyOf of expressions that begin with "^".
func anyAtBegin(expressions ...string) *anchored {
	return newAnchored(`(?i)` + strings.Join(expressions, `|`))
}
