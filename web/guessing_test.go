package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ctihub/web/api"
)

// guess tries a wrong password from an address of a proxied client.
func guess(c *client, login, address string) *http.Response {
	return c.do("POST", "/api/v1/session", credentials(login, "wrong"), from(address))
}

// Guesses of one login from as many addresses as one likes wait longer and
// longer; a known login is treated as an unknown one.
func TestGuessesFromEverywhereAreDelayed(t *testing.T) {
	now := time.Now()
	h := sqliteHub(t, behindProxy, func(o *Options) { o.Now = func() time.Time { return now } })
	c, n := h.as(""), 0
	course := map[string][]int{} // Retry-After after each try
	for _, login := range []string{"ole", "nobody", "gone"} {
		now = now.Add(24 * time.Hour)
		for tries := 0; len(course[login]) < 8; n++ {
			hashed := h.hashed.Load()
			res := guess(c, login, fmt.Sprintf("198.51.%d.%d", n/250, n%250))
			wait, _ := strconv.Atoi(res.Header.Get("Retry-After"))
			switch {
			case res.StatusCode == http.StatusUnauthorized && tries < guessFree+20:
				tries++
			case res.StatusCode != http.StatusTooManyRequests || h.hashed.Load() != hashed || tries < guessFree:
				t.Fatalf("%s: %s after %d tries and %d hashes", login, res.Status, tries, h.hashed.Load()-hashed)
			default:
				course[login] = append(course[login], wait)
				now = now.Add(time.Duration(wait) * time.Second)
			}
		}
	}
	want := "[30 60 120 240 480 900 900 900]"
	for login, got := range course {
		if s := fmt.Sprint(got); s != want {
			t.Errorf("%s: delays %s, want %s", login, s, want)
		}
	}
}

// Who signed in before goes on signing in from the same browser, whatever is
// tried elsewhere and from whatever address; another browser has to wait, and a
// cookie that was not given to this login is worth nothing.
func TestKnownBrowserIsNotLockedOut(t *testing.T) {
	now := time.Now()
	h := sqliteHub(t, behindProxy, func(o *Options) { o.Now = func() time.Time { return now } })
	ole, ada := h.browser().signIn("ole"), h.browser().signIn("ada")
	attack := func() {
		for n := range 3 * guessFree {
			guess(h.as(""), "ole", fmt.Sprintf("198.51.100.%d", n))
		}
	}
	attack()
	h.browser().refused(429, "POST", "/api/v1/session", credentials("ole", canaryPassword))
	if res := ole.do("POST", "/api/v1/session", credentials("ole", canaryPassword), from("203.0.113.5")); res.StatusCode != http.StatusOK {
		t.Errorf("the browser of before: %s", res.Status)
	}
	ada.refused(429, "POST", "/api/v1/session", credentials("ole", canaryPassword))
	for _, value := range []string{"", "x", "99999999999.00", deviceValue(h.signIns.decoy, "ole", now.Add(time.Hour))} {
		h.as("").refused(429, "POST", "/api/v1/session", credentials("ole", canaryPassword), func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: h.deviceCookie("ole"), Value: value})
		})
	}
	// The browser of before has few tries itself.
	for i := range 6 {
		if res := ole.do("POST", "/api/v1/session", credentials("ole", "wrong")); res.StatusCode != map[bool]int{true: 401, false: 429}[i < 5] {
			t.Fatalf("wrong password %d: %s", i, res.Status)
		}
	}
	// It is known for 90 days, and not with another password.
	now = now.Add(deviceLife)
	attack()
	ole.refused(429, "POST", "/api/v1/session", credentials("ole", canaryPassword))
}

// While many addresses wait for a hash, each has one in hand, and one that asks
// for a hundred does not keep another waiting for more than one of them.
func TestHashesTakeTurns(t *testing.T) {
	h := newHashing(1)
	first, err := h.enter(t.Context(), "greedy")
	if err != nil {
		t.Fatal(err)
	}
	order := make(chan string, 200)
	enter := func(ctx context.Context, address string) {
		if leave, err := h.enter(ctx, address); err == nil {
			order <- address
			leave()
		}
	}
	waiting := func(address string, n int) {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; {
			h.mu.Lock()
			turn := h.by[address]
			is := turn != nil && turn.waiting == n && len(turn.free) == 1
			h.mu.Unlock()
			if is {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s: never %d waiting", address, n)
			}
			time.Sleep(time.Millisecond)
		}
	}
	for range 100 {
		go enter(t.Context(), "greedy")
	}
	waiting("greedy", 101)
	go enter(t.Context(), "genuine")
	waiting("genuine", 1)
	first()
	for i := range 101 {
		if who := <-order; who == "genuine" {
			if i > 1 {
				t.Errorf("%d hashes of another address came first", i)
			}
			break
		}
	}
}

// Administrators are told whose password is being guessed, and nobody else.
func TestGuessingIsTold(t *testing.T) {
	h := sqliteHub(t, behindProxy)
	told := func() (list struct{ Items []api.GuessedSignIn }) {
		h.as("root").get("/api/v1/sign-ins/guessed", &list)
		return list
	}
	for n := range guessFree {
		if got := told().Items; len(got) > 0 {
			t.Fatalf("after %d tries: %+v", n, got)
		}
		guess(h.as(""), "ole", fmt.Sprintf("198.51.100.%d", n))
		guess(h.as(""), "nobody", fmt.Sprintf("198.51.100.%d", n))
	}
	if got := told().Items; len(got) != 1 || got[0].Login != "ole" || got[0].Count != guessFree || got[0].UserId != h.users["ole"].ID {
		t.Errorf("told %+v", got)
	}
	h.as("sue").refused(403, "GET", "/api/v1/sign-ins/guessed", "")
	_, metrics := h.as("").text("/metrics")
	for _, want := range []string{"ctihub_sign_in_guessed_users 1\n", `ctihub_sign_ins_total{result="failed"} 20` + "\n"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %q", want)
		}
	}
}

// The filter for fail2ban in the documentation finds the address in the lines
// that the hub writes, in both formats, and in no other line; what was typed is
// in none.
func TestFailedSignInsAreLogged(t *testing.T) {
	text, err := os.ReadFile("../docs/people.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^\s*failregex = (.+)$`).FindSubmatch(text)
	if m == nil {
		t.Fatal("docs/people.md has no failregex")
	}
	filter := regexp.MustCompile(strings.ReplaceAll(string(m[1]), "<ADDR>", `([0-9A-Fa-f:.]+)`))
	for _, format := range []string{"text", "json"} {
		out := &logged{}
		h := sqliteHub(t, behindProxy, func(o *Options) {
			o.Log = slog.New(slog.NewTextHandler(out, nil))
			if format == "json" {
				o.Log = slog.New(slog.NewJSONHandler(out, nil))
			}
		})
		c := h.browser().signIn("ada")
		for _, address := range []string{"198.51.100.7", "2001:db8::7"} {
			for range 6 { // the last is refused
				guess(h.as(""), "ole", address)
			}
			guess(h.as(""), "my-typed-password", address)
		}
		c.refused(404, "GET", "/api/v1/leads/none", "", from("198.51.100.8"))
		found := map[string]int{}
		for line := range strings.Lines(out.String()) {
			if m := filter.FindStringSubmatch(line); m != nil {
				found[m[1]]++
			}
			if format == "json" && !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %s", line)
			}
		}
		if len(found) != 2 || found["198.51.100.7"] != 7 || found["2001:db8::7"] != 7 {
			t.Errorf("%s: found %v in\n%s", format, found, out)
		}
		if strings.Contains(out.String(), "my-typed-password") {
			t.Error("what was typed is in the log")
		}
	}
}
