package letter_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ctihub/connectors/email/letter"
)

// answer is a letter with the text that must remain of it.
type answer struct {
	name   string
	body   string
	want   string
	html   bool
	first  bool // it is not a reply
	byRe   bool // only its subject marks it as a reply
	mustBe bool
}

// entry is a piece of a file in testdata/answers: a line "#### title", a text, and perhaps "####
// =" with the text that must remain.
type entry struct{ title, text, want string }

func entries(t *testing.T, file string) []entry {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "answers", file))
	if err != nil {
		t.Fatal(err)
	}
	var all []entry
	for _, piece := range strings.Split("\n"+string(b), "\n#### ")[1:] {
		title, text, _ := strings.Cut(piece, "\n")
		if title != "=" {
			all = append(all, entry{title: title, text: text, want: text})
		} else {
			all[len(all)-1].want = text
		}
	}
	return all
}

// flags removes the words at the end of a title that mark the kind of letter.
func (a *answer) flags(title string) {
	words := strings.Fields(title)
	for len(words) > 0 {
		switch words[len(words)-1] {
		case "must":
			a.mustBe = true
		case "first":
			a.first = true
		case "re":
			a.first, a.byRe = true, true
		case "html":
			a.html = true
		default:
			a.name = strings.Join(words, " ")
			return
		}
		words = words[:len(words)-1]
	}
}

var quoteMark = regexp.MustCompile(`\{(\p{L}*>)\}`)

// answers are the single letters, and what each program makes of two texts in
// its language.
func answers(t *testing.T) []answer {
	t.Helper()
	var all []answer
	for _, file := range []string{"plain.txt", "signatures.txt", "html.txt", "later.txt", "last.txt", "kept.txt", "added.txt"} {
		for _, e := range entries(t, file) {
			a := answer{body: e.text, want: strings.Trim(e.want, "\n")}
			a.flags(e.title)
			all = append(all, a)
		}
	}
	bodies, quotations := map[string][]entry{}, map[string]string{}
	for _, e := range entries(t, "bodies.txt") {
		language, what, _ := strings.Cut(e.title, " ")
		if what == "quotation" {
			quotations[language] = strings.Trim(e.text, "\n")
		} else {
			bodies[language] = append(bodies[language], entry{text: strings.Trim(e.text, "\n"), want: strings.Trim(e.want, "\n")})
		}
	}
	for _, file := range []string{"clients.txt", "clients-html.txt"} {
		for i, e := range entries(t, file) {
			language := strings.Fields(e.title)[1]
			quotation := quotations[language]
			for n := range 2 {
				body := bodies[language][(i+n)%len(bodies[language])]
				a := answer{}
				a.flags(e.title)
				a.name = fmt.Sprint(a.name, " ", n+1)
				if a.html = file == "clients-html.txt"; a.html {
					a.body = strings.NewReplacer("{body}", divs(body.text), "{quotation}", divs(quotation)).Replace(e.text)
					a.want = body.want
				} else {
					before, _, _ := strings.Cut(e.text, "{body}")
					a.body = strings.NewReplacer("{body}", body.text, "{quotation}", quotation).Replace(e.text)
					a.body = quoteMark.ReplaceAllStringFunc(a.body, func(s string) string {
						sign := strings.Trim(s, "{}")
						return sign + " " + strings.ReplaceAll(quotation, "\n", "\n"+sign+" ")
					})
					a.want = before + body.want
				}
				all = append(all, a)
			}
		}
	}
	return all
}

func divs(text string) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	return strings.ReplaceAll("<div>"+strings.ReplaceAll(text, "\n", "</div><div>")+"</div>", "<div></div>", "<div><br></div>")
}

func (a answer) mail() string {
	kind, subject, threading := "plain", "Re: 4711", "In-Reply-To: <offer-4711@firm.example>\r\nReferences: <offer-4711@firm.example>\r\n"
	if a.html {
		kind = "html"
	}
	if a.first {
		threading = ""
	}
	if a.first && !a.byRe {
		subject = "4711"
	}
	return "From: Igor <igor@client.example>\r\nTo: sales@firm.example\r\nSubject: " + subject + "\r\nDate: Sat, 28 Nov 2026 10:00:00 +0300\r\n" + threading +
		"MIME-Version: 1.0\r\nContent-Type: text/" + kind + "; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + strings.ReplaceAll(a.body, "\n", "\r\n")
}

// TestCorpusOfAnswers reads the new words out of answers and first letters as
// mail programs write them. exact: the very text; near: a ratio of 0.9 and more.
func TestCorpusOfAnswers(t *testing.T) {
	exact, near, total := 0, 0, 0
	var off []string
	for _, a := range answers(t) {
		touch, err := letter.Read(strings.NewReader(a.mail()), ours())
		if err != nil {
			t.Fatal(a.name, err)
		}
		total++
		switch ratio := similarity(touch.Text, a.want); {
		case touch.Text == a.want:
			exact++
			continue
		case ratio >= 0.9:
			near++
			t.Logf("near (%.2f): %s\ngot  %q\nwant %q", ratio, a.name, touch.Text, a.want)
		default:
			off = append(off, a.name)
			t.Logf("off (%.2f): %s\ngot  %q\nwant %q", ratio, a.name, touch.Text, a.want)
			if a.mustBe {
				t.Errorf("must be right: %s", a.name)
			}
		}
	}
	t.Logf("%d letters: %d exact, %d near, %d off: %s", total, exact, near, len(off), strings.Join(off, "; "))
	if total < 300 || (exact+near)*100 < total*95 {
		t.Errorf("%d of %d letters are exact or near", exact+near, total)
	}
}

// similarity is 2·M/T: M letters in matching blocks, the longest first, of T
// letters in both texts.
func similarity(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x)+len(y) == 0 {
		return 1
	}
	return 2 * float64(matching(x, y)) / float64(len(x)+len(y))
}

func matching(a, b []rune) int {
	size, endA, endB := 0, 0, 0
	run := make([]int, len(b)+1) // lengths of the blocks that end at a[i] and b[j-1]
	for i, r := range a {
		for j := len(b); j > 0; j-- {
			if b[j-1] != r {
				run[j] = 0
				continue
			}
			run[j] = run[j-1] + 1
			if run[j] > size {
				size, endA, endB = run[j], i+1, j
			}
		}
	}
	if size == 0 {
		return 0
	}
	return size + matching(a[:endA-size], b[:endB-size]) + matching(a[endA:], b[endB:])
}

func TestSimilarity(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"abcd", "bcde", 0.75}, {"", "", 1}, {"x", "", 0}, {"да, везите", "да, везите", 1}, {"abxcd", "abcd", 8.0 / 9}} {
		if got := similarity(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %v, not %v", c.a, c.b, got, c.want)
		}
	}
	names := map[string]bool{}
	for _, a := range answers(t) {
		if names[a.name+fmt.Sprint(a.html)] {
			t.Errorf("two letters are called %q", a.name)
		}
		names[a.name+fmt.Sprint(a.html)] = true
	}
	if all := answers(t); !slices.ContainsFunc(all, func(a answer) bool { return a.html && a.first }) {
		t.Error("flags are not read")
	}
}
