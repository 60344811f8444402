package docs_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// link is one to a file of the repository, with its heading.
var link = regexp.MustCompile(`\]\(([^)\s#:]*)(?:#([^)\s]+))?\)`)

// Every link of the documentation leads to a file that exists and, where it
// names a heading, to one of that page.
func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	all, found := pages(t), 0
	for page, text := range all {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			found++
			to := page
			if m[1] != "" {
				to = path.Join(path.Dir(page), m[1])
			}
			if _, err := os.Stat(filepath.Join("..", to)); err != nil {
				t.Errorf("%s: there is no %s", page, m[1])
			} else if m[2] != "" && !headings(all[to])[m[2]] {
				t.Errorf("%s: %s has no heading #%s", page, to, m[2])
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d links found: are they still read?", found)
	}
}

// headings returns the names by which links reach the headings of a page.
func headings(text string) map[string]bool {
	names := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		names[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, m[1])] = true
	}
	return names
}
