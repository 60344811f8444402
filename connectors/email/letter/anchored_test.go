package letter

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// allAnchored are the expressions whose lines are told by their first letters.
var allAnchored = []*anchored{
	answerSubject, asksRE, beginsRE, closingRE, complaintLocal, daemonLocal, daemonName, dmarcSubject, jmrpSubject, machineRE, ownLabel, polishRE,
	postRE, postmasterRE, quotingRE, receiptSubject, replySubject, roleRE, seldomRE, serverLocal, thanksRE, trailerRE, virusRE,
	newAnchored(`^ab?$|^\s*x`), newAnchored(`(?i)^[[:alpha:]]{2}k`), newAnchored(`(?i)^(?:ß|ſt|Kelvin|[k-m]\d)`), newAnchored(`^(?:|a)`), newAnchored(`^(?:a*)*b`), newAnchored("(?i)^\uFFFDé"),
}

// checkAnchored compares the expressions with the bare ones on a line.
func checkAnchored(t *testing.T, line string) (matches int) {
	t.Helper()
	for _, a := range allAnchored {
		if got, want := a.MatchString(line), a.Regexp.MatchString(line); got != want {
			t.Errorf("%q: %v, want %v by %.60s", line, got, want, a)
		} else if want {
			matches++
		}
		if got, want := a.FindString(line), a.Regexp.FindString(line); got != want {
			t.Errorf("%q: found %q, want %q by %.60s", line, got, want, a)
		}
	}
	return matches
}

// The check of the first letters changes no answer: on every line of the corpus, and on every
// piece of the expressions themselves, in every case.
func TestAnchored(t *testing.T) {
	var lines []string
	for _, pattern := range []string{"testdata/*.eml", "testdata/answers/*.txt"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if touch, err := Read(bytes.NewReader(b), Options{}); err == nil {
				b = append(b, touch.Subject+"\n"+touch.Name+"\n"+touch.Whole+"\n"+touch.Text...)
			}
			lines = append(lines, strings.Split(string(b[:min(len(b), 100<<10)]), "\n")...)
		}
	}
	piece := regexp.MustCompile(`[^|()\[\]{}?*+^$\\]+`)
	for _, a := range allAnchored {
		words := piece.FindAllString(a.String(), -1)
		for i, word := range words {
			lines = append(lines, word, word+",", word+words[(i+1)%len(words)], "  "+word+":")
		}
	}
	lines = append(lines, "", "a", "ab", "x", "ak", "\u212Aelvin", "ſT", "SS", "\u212A1", "\xffÉ", "\xc3\xc9", "aab", "b")
	slices.Sort(lines)
	lines = slices.Compact(lines)
	matches := 0
	for _, line := range lines {
		for _, s := range []string{line, strings.TrimSpace(line), strings.ToUpper(line), strings.ToLower(line)} {
			matches += checkAnchored(t, s)
		}
	}
	if matches < 1000 {
		t.Errorf("only %d of %d lines match", matches, len(lines))
	}
	t.Log(len(lines), "lines,", matches, "matches")
}

// An expression that also matches elsewhere is refused.
func TestAnchoredRefuses(t *testing.T) {
	for _, loose := range []string{`a`, `^a|b`, `(?m)^a`, `x*^a`, `a?`} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", loose)
				}
			}()
			newAnchored(loose).MatchString("a")
		}()
	}
}

func FuzzAnchored(f *testing.F) {
	for _, s := range []string{"С уважением,", "best regards", "Re[2]: x", "\u212A2", "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) { checkAnchored(t, line) })
}
