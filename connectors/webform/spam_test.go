package webform

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/bits"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestSpamIsWeighed(t *testing.T) {
	const rules = "spam: {links: 1, phrases: [Крипто казино, buy followers], disposable: [Mailinator.com]}"
	for name, c := range map[string]struct{ settings, name, mail, text, want string }{
		"genuine":               {rules, "Анна", "anna@example.com", "Добрый день! Сколько стоит окно 140×120? Фото: https://disk.example.com/1", ""},
		"genuine, in two ABCs":  {rules, "Anna Иванова", "", "Нужна IP-телефония, CRM и Wi-Fi. Тел. у меня есть", ""},
		"genuine, one slip":     {rules, "", "", "Мне нужен cчёт на оплату", ""},
		"links":                 {rules, "", "", "http://a.example https://b.example www.c.example [url=x] http://d.example", "5 links"},
		"a phrase":              {rules, "", "", "Лучшее КРИПТО КАЗИНО ждёт вас", `the phrase "Крипто казино"`},
		"a phrase in the name":  {rules, "Buy Followers", "", "hi", `the phrase "buy followers"`},
		"mixed alphabets":       {rules, "", "", "3apaбoтoк в интepнeтe бeз влoжeний", "words that mix alphabets: 4"},
		"throw-away and a link": {rules, "", "x@mailinator.com", "http://a.example http://b.example", "2 links; a throw-away address of mailinator.com (3 points, 3 are enough)"},
		"throw-away alone":      {rules, "", "x@mailinator.com", "Сколько стоит?", ""},
		"stricter":              {"spam: {points: 1, links: 0}", "", "", "http://a.example", "1 links"},
		"switched off":          {"spam: {points: 0}", "", "", strings.Repeat("http://a.example ", 9), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, c.settings)
			body := url.Values{"phone": {"89161234567"}, "name": {c.name}, "email": {c.mail}, "message": {c.text}}.Encode()
			if w := s.post(asForm, body); w.Code != http.StatusSeeOther {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			got := s.inbox.Touches()[0].Suspect
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("suspect %q, want %q", got, c.want)
			}
		})
	}
}

// One text from many addresses within a short time is nobody's own.
func TestSameTextFromManyAddresses(t *testing.T) {
	s := newSite(t, "spam: {same_text: 3}")
	send := func(from, text string) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/in/site", strings.NewReader(url.Values{"phone": {"89161234567"}, "message": {text}}.Encode()))
		r.RemoteAddr = from
		r.Header.Set("Content-Type", asForm)
		r.Header.Set("Idempotency-Key", from+text+s.now.String())
		s.form.Handler(s.inbox).ServeHTTP(httptest.NewRecorder(), r)
		all := s.inbox.Touches()
		return all[len(all)-1].Suspect
	}
	const text = "We build links for every website, ask us now"
	for i, want := range []bool{false, false, true, true} {
		if got := send(fmt.Sprintf("192.0.2.%d", i), strings.ToUpper(text[:i])+text[i:]); (got != "") != want {
			t.Errorf("from address %d: %q", i, got)
		}
	}
	if got := send("192.0.2.9", "Перезвоните"); got != "" {
		t.Errorf("a short text: %q", got)
	}
	s.now = s.now.Add(11 * time.Minute)
	if got := send("192.0.2.50", text); got != "" {
		t.Errorf("later: %q", got)
	}
}

// solve does the work that the script does.
func solve(t *testing.T, s *site) string {
	t.Helper()
	w := s.request(http.MethodGet, "/in/site/challenge", "")
	var c struct {
		Challenge string
		Bits      int
	}
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil || w.Code != 200 || len(c.Challenge) != 48 {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	for n := 0; ; n++ {
		proof := fmt.Sprintf("%s.%d", c.Challenge, n)
		sum := sha256.Sum256([]byte(proof))
		if bits.LeadingZeros8(sum[0]) >= c.Bits {
			return proof
		}
	}
}

func TestProofOfWork(t *testing.T) {
	const settings = "proof: {bits: 8, without: refuse}"
	s := newSite(t, settings)
	send := func(s *site, key, proof string) int {
		return s.post(asForm, good+"&_proof="+proof, "Idempotency-Key", key, "Accept", "application/json").Code
	}
	proof := solve(t, s)
	unworked := proof[:48] + ".x" // one in 256 would be right by chance
	for sum := sha256.Sum256([]byte(unworked)); sum[0] == 0; sum = sha256.Sum256([]byte(unworked)) {
		unworked += "x"
	}
	changed := "A" + proof[1:]
	if changed == proof {
		changed = "B" + proof[1:]
	}
	for name, c := range map[string]struct {
		key, proof string
		want       int
	}{
		"none":             {"a", "", 403},
		"nonsense":         {"a", "x.y", 403},
		"not worked for":   {"a", unworked, 403},
		"another's":        {"a", solve(t, newSite(t, settings)), 403},
		"a byte changed":   {"a", changed, 403},
		"without a number": {"a", proof[:48], 403},
	} {
		if got := send(s, c.key, c.proof); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if got := send(s, "k", proof); got != 200 {
		t.Fatalf("a right one: %d", got)
	}
	if got := send(s, "k", proof); got != 200 {
		t.Errorf("the same post again: %d", got)
	}
	if got := send(s, "other", proof); got != 403 {
		t.Errorf("for another post: %d", got)
	}
	old := solve(t, s)
	s.now = s.now.Add(challengeFor + time.Second)
	if got := send(s, "old", old); got != 403 {
		t.Errorf("an old one: %d", got)
	}
	if keys := s.inbox.Keys(); len(keys) != 1 {
		t.Errorf("stored %q", keys)
	}
	for without, want := range map[string]bool{proofAccept: false, proofQuarantine: true} {
		s := newSite(t, "proof: {bits: 8, without: "+without+"}")
		if got := send(s, "k", ""); got != 200 || (s.inbox.Touches()[0].Suspect != "") != want {
			t.Errorf("%s: %d %q", without, got, s.inbox.Touches()[0].Suspect)
		}
		if got := send(s, "x", "wrong.1"); got != 403 {
			t.Errorf("%s, a wrong one: %d", without, got)
		}
	}
	// Hubs that share the secret take each other's challenges.
	const shared = "proof: {bits: 8, without: refuse, secret: 0123456789abcdef}"
	if got := send(newSite(t, shared), "k", solve(t, newSite(t, shared))); got != 200 {
		t.Errorf("another hub's: %d", got)
	}
	if w := s.request(http.MethodPost, "/in/site/challenge", ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestLinksAreFoundInEverySpelling(t *testing.T) {
	for text, want := range map[string]int{
		"call me": 0, "a < b": 0, "wwwa": 0, "x://": 0, "ftp://x.example": 0,
		"http://x.example": 1, "HTTPS://X.example": 1, "see WWW.x.example": 1, "[URL=x]": 1, "<A HREF=x>": 1, "<a\thref": 1, "http://a www.b": 2, "http\u017f://x": 1,
	} {
		if got := links(text, strings.ToLower(text)); got != want {
			t.Errorf("%q: %d links, want %d", text, got, want)
		}
	}
}
