package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// translated are the pages that an administrator needs.
var translated = []string{"README", "install", "people", "telephony", "mail", "messengers", "webform", "backup", "monitoring", "troubleshooting"}

// also is an English page whose steps a Russian page tells too.
var also = map[string]string{"telephony": "deploy/asterisk/README.md"}

// A Russian page shows the commands, log lines, settings and file names of the
// English one, in any order, and has as many rows in its tables. Comments and
// what stands in Russian are its own; the index and the page that tells the steps
// of two pages have their own tables.
func TestRussianPagesKeepUp(t *testing.T) {
	t.Parallel()
	for _, name := range translated {
		russian, english := "docs/ru/"+name+".md", "docs/"+name+".md"
		if _, err := os.Stat("ru/" + name + ".md"); err != nil {
			t.Error(err)
			continue
		}
		has, wanted := shown(read(t, russian)), shown(read(t, english))
		if r, e := rows(read(t, russian)), rows(read(t, english)); r != e && name != "README" && also[name] == "" {
			t.Errorf("%s has %d rows in its tables, %s has %d", russian, r, english, e)
		}
		known := wanted
		if more := also[name]; more != "" {
			known = slices.Concat(wanted, shown(read(t, more)))
		}
		for _, s := range wanted {
			if !slices.Contains(has, s) {
				t.Errorf("%s does not show what %s shows: %s", russian, english, s)
			}
		}
		for _, s := range has {
			if !slices.Contains(known, s) {
				t.Errorf("%s shows what %s does not: %s", russian, english, s)
			}
		}
	}
}

// rows counts the rows of a page's tables.
func rows(text string) int { return strings.Count(text, "\n|") }

var (
	comment  = regexp.MustCompile(`(?:^|\s+)# .*$`)
	cyrillic = regexp.MustCompile(`\p{Cyrillic}`)
)

// shown returns the lines of a page's code blocks and what stands between
// backquotes.
func shown(text string) (all []string) {
	var prose strings.Builder
	fenced, indented, blank := false, false, true
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		fence := strings.HasPrefix(line, "```")
		indented = strings.HasPrefix(line, "    ") && (blank || indented)
		blank = line == ""
		if fence {
			fenced = !fenced
		} else if fenced || indented {
			all = append(all, strings.TrimSpace(comment.ReplaceAllString(line, "")))
		} else {
			prose.WriteString(line + " ")
		}
	}
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(prose.String(), -1) {
		all = append(all, strings.Join(strings.Fields(m[1]), " "))
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" || cyrillic.MatchString(s) })
}
