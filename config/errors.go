package config

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Error is one mistake in the configuration. It never holds a value that could
// be a secret.
type Error struct {
	File   string
	Line   int    // 1-based; 0: the file as a whole
	Path   string // of the field: "sources[1].url"; may be empty
	Msg    string // what is wrong
	Remedy string // what to do about it; may be empty
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ":%d", e.Line)
	}
	if e.Path != "" {
		b.WriteString(": " + e.Path)
	}
	b.WriteString(": " + e.Msg)
	if e.Remedy != "" {
		b.WriteString("; " + e.Remedy)
	}
	return b.String()
}

// Errors are all mistakes of one file, in the order of its lines.
type Errors []*Error

// Sorted returns them in the order of the lines, each once.
func (e Errors) Sorted() Errors {
	sorted := slices.Clone(e)
	slices.SortStableFunc(sorted, func(a, b *Error) int { return a.Line - b.Line })
	return slices.CompactFunc(sorted, func(a, b *Error) bool { return *a == *b })
}

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i := range e {
		lines[i] = e[i].Error()
	}
	return strings.Join(lines, "\n")
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntaxError turns the parser's message into ours.
func syntaxError(file string, err error) *Error {
	e := &Error{File: file, Msg: "is not valid YAML", Remedy: "check indentation, quotes and colons around this line"}
	m := yamlLine.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	if m == nil {
		return e
	}
	e.Line, _ = strconv.Atoi(m[1])
	if strings.Contains(m[2], "anchor") { // the parser's text would show part of a value
		e.Remedy = "a value that begins with * or & must stand in quotes"
		return e
	}
	e.Msg += ": " + m[2]
	return e
}

// plain strips the path and the operation from a file error.
func plain(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

var harmlessKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)

// quoteKey shows a key only if it looks like one: a slip of the colon can turn
// a secret into a part of a key.
func quoteKey(k string) string {
	if harmlessKey.MatchString(k) {
		return strconv.Quote(k)
	}
	return "of unusual characters"
}

// Nearest returns the candidate that word was probably meant to be, empty if
// none is near.
func Nearest(word string, candidates []string) string {
	best, limit := "", max(1, len(word)/3)+1
	word = strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(word))
	for _, c := range candidates {
		n := distance(word, strings.ReplaceAll(strings.ToLower(c), "-", "_"))
		if len(word) > 3 && (strings.HasPrefix(c, word) || strings.HasPrefix(word, c) && len(c) > 3) {
			n = min(n, 2) // a beginning is a weaker hint than a slip
		}
		if n < limit {
			best, limit = c, n
		}
	}
	return best
}

// distance is the number of edits between a and b, where a swap of neighbours
// is one edit (optimal string alignment).
func distance(a, b string) int {
	if len(a) > 60 || len(b) > 60 {
		return 60
	}
	var before []int
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
