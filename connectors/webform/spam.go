package webform

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ctihub/connectors"
	"ctihub/leads"
)

// spamRules are signs of spam. Each counts some points; from Points on the post is
// quarantined, where a person can take it in.
type spamRules struct {
	Points     int      `yaml:"points"`     // 0: nothing is weighed
	Links      int      `yaml:"links"`      // that a text may have; each further one is a point
	Phrases    []string `yaml:"phrases"`    // known ones: three points each
	Disposable []string `yaml:"disposable"` // domains of throw-away mail: two points
	SameText   int      `yaml:"same_text"`  // addresses that send one text within ten minutes: three points; 0: not looked at
}

const (
	sameTextWithin = 10 * time.Minute
	sameTextLeast  = 20 // characters: "call me" is nobody's property
)

func (r spamRules) check() error {
	var wrong connectors.Mistakes
	wrong.If(r.Points < 0 || r.Links < 0 || r.SameText < 0 || r.SameText > 100, "spam: points, links and same_text are not negative, same_text is 100 at most")
	wrong.If(r.SameText == 1, "spam.same_text: must be 2 or more: every text comes from one address")
	wrong.If(slices.Contains(r.Phrases, ""), "spam.phrases: one is empty")
	wrong.If(slices.Contains(r.Disposable, ""), "spam.disposable: one is empty")
	return wrong.Err()
}

var link = regexp.MustCompile(`(?i)https?://|\bwww\.|\[url|<a\s`)

// links counts the links in a text; lower is the text in lower case. Most texts have none, and do
// without the expression.
func links(text, lower string) int {
	if !strings.Contains(lower, "://") && !strings.Contains(lower, "www.") && !strings.Contains(lower, "[url") && !strings.Contains(lower, "<a") {
		return 0
	}
	return len(link.FindAllStringIndex(text, -1))
}

// spamVerdict returns in words why a post is probably spam, empty if it is not, and
// the signs that were found.
func (f *form) spamVerdict(p filled, from string) (why string, facts []string) {
	rules := f.Spam
	if rules.Points == 0 {
		return "", nil
	}
	points, words := 0, []string{}
	add := func(n int, in, fact string, value any) {
		points, words, facts = points+n, append(words, in), append(facts, fmt.Sprintf("%s:%v", fact, value))
	}
	text := p.words()
	lower := strings.ToLower(text)
	if n := links(text, lower); n > rules.Links {
		add(n-rules.Links, fmt.Sprintf("%d links", n), leads.FactLinks, n)
	}
	for _, phrase := range rules.Phrases {
		if strings.Contains(lower, strings.ToLower(phrase)) {
			add(3, fmt.Sprintf("the phrase %q", phrase), leads.FactPhrase, phrase)
		}
	}
	if n := mixedWords(text); n > 0 {
		add(min(n, 3), fmt.Sprintf("words that mix alphabets: %d", n), leads.FactAlphabets, n)
	}
	for _, v := range p.values[roleEmail] {
		_, domain, _ := strings.Cut(strings.ToLower(v.text), "@")
		if slices.Contains(rules.Disposable, domain) {
			add(2, "a throw-away address of "+domain, leads.FactDisposable, domain)
		}
	}
	if n := f.sameText(text, from); rules.SameText > 0 && n >= rules.SameText {
		add(3, fmt.Sprintf("the same text from %d addresses", n), leads.FactSameText, n)
	}
	if points < rules.Points {
		return "", nil
	}
	return fmt.Sprintf("form spam: %s (%d points, %d are enough)", strings.Join(words, "; "), points, rules.Points), facts
}

// words are the texts that a visitor wrote.
func (p filled) words() string {
	all := []string{p.join(roleName, " "), p.join(roleSubject, " "), p.join(roleMessage, "\n")}
	for _, o := range p.others {
		all = append(all, o.text)
	}
	for _, c := range p.custom {
		all = append(all, c.text)
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// mixedWords counts the words that have Latin and Cyrillic letters both, as
// those who hide a word from filters write it. One letter beside digits or a
// dash is not such a word: "IP-телефония" are two.
func mixedWords(text string) (n int) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		var latin, cyrillic int
		for _, r := range word {
			switch {
			case unicode.Is(unicode.Latin, r):
				latin++
			case unicode.Is(unicode.Cyrillic, r):
				cyrillic++
			}
		}
		if latin > 0 && cyrillic > 0 && latin+cyrillic > 2 {
			n++
		}
	}
	return n
}

// textCount is a text and the addresses that sent it.
type textCount struct {
	at   time.Time
	from []string
}

// sameText counts the addresses from which a text came of late, this one too.
func (f *form) sameText(text, remoteAddr string) int {
	if utf8.RuneCountInString(text) < sameTextLeast {
		return 1
	}
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(strings.ToLower(text)), " ")))
	from, now := connectors.Address(remoteAddr), f.now()
	if a, err := netip.ParseAddr(from); err == nil {
		from = a.String()
	}
	return len(f.said.update(string(sum[:]), func(s textCount) textCount {
		if d := now.Sub(s.at); d >= sameTextWithin || d < 0 {
			s = textCount{at: now}
		}
		if !slices.Contains(s.from, from) && len(s.from) < 100 {
			s.from = append(slices.Clone(s.from), from)
		}
		return s
	}).from)
}
