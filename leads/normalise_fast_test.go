package leads

import (
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/net/idna"
)

// texts draws n texts from pieces with a fixed seed.
func texts(n int, pieces ...string) []string {
	r := rand.New(rand.NewPCG(20261129, 5))
	all := make([]string, n)
	for i := range all {
		for range r.IntN(9) {
			all[i] += pieces[r.IntN(len(pieces))]
		}
	}
	return all
}

// hostNameAgrees checks that a domain for which IDNA is not asked is one that it accepts and only
// writes in lower case.
func hostNameAgrees(t *testing.T, domain string) bool {
	t.Helper()
	if !isHostName(domain) {
		return false
	}
	if got, err := idna.Lookup.ToASCII(domain); err != nil || got != strings.ToLower(domain) {
		t.Errorf("%q is %q by IDNA, %v", domain, got, err)
	}
	return true
}

func TestHostNamesAgreeWithIDNA(t *testing.T) {
	n := 0
	for _, domain := range texts(20_000, "a", "Z", "example", "0", "-", "-", ".", ".", "xn", "--", "ru", "я", "_", " ", strings.Repeat("long", 15)) {
		if hostNameAgrees(t, domain) {
			n++
		}
	}
	if n < 1000 {
		t.Errorf("only %d domains are host names", n)
	}
	for _, domain := range []string{"example.com", "Mail.Example.COM", "a-b.co", "1.example.org", "ab--c.example"} {
		if isHostName(domain) != (domain != "ab--c.example") {
			t.Errorf("%s is a host name: %v", domain, isHostName(domain))
		}
	}
}

func FuzzHostName(f *testing.F) {
	f.Add("example.com")
	f.Add("xn--80a1acny.xn--p1ai")
	f.Fuzz(func(t *testing.T, domain string) { hostNameAgrees(t, domain) })
}

func TestCleanLinesAreWhatCleaningGives(t *testing.T) {
	kept := 0
	for _, s := range texts(20_000, "a", "Анна", " ", "  ", "\t", "\n", "\x00", "\u00a0", "\u2028", "\u0085", "\xff", "\u200b", "…") {
		want := Clip(strings.Join(strings.Fields(clean(s, 4*20)), " "), 20)
		if got := line(s, 20); got != want {
			t.Fatalf("line of %q is %q, want %q", s, got, want)
		}
		if isLine(s, 20) {
			kept++
		}
	}
	if kept < 500 {
		t.Errorf("only %d texts are lines already", kept)
	}
}

// TestParsedValuesAreReadForNothing checks that a value that a connector has normalised costs no
// allocation when the intake normalises it again.
func TestParsedValuesAreReadForNothing(t *testing.T) {
	for name, read := range map[string]func(){
		"phone": func() { _, _, _ = NormalisePhone("+79161234567", "RU") },
		"email": func() { _, _ = NormaliseEmail("anna.ivanova@mail.example.com") },
		"line":  func() { line("Анна Иванова", maxName) },
	} {
		if n := testing.AllocsPerRun(100, read); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}
