package web

import (
	"sync"
	"time"
)

// Bounds on guessing one login's password, over all addresses.
const (
	guessFree   = 10               // tries without a delay
	guessFirst  = 30 * time.Second // delay after them, doubled with every further try
	guessMost   = 15 * time.Minute // the longest delay
	guessForget = 12 * time.Hour   // without a failed try
	guessKeys   = 20_000           // logins of one generation
)

// guesses counts failed sign-ins by login, whether there is such a user or not.
// Its memory is bounded as that of throttle.
type guesses struct {
	now func() time.Time

	mu         sync.Mutex
	young, old map[string]*guessed
}

// guessed counts the failed tries of one login.
type guessed struct {
	failed int
	last   time.Time
	until  time.Time // no try before
}

func newGuesses(now func() time.Time) *guesses {
	return &guesses{now: now, young: map[string]*guessed{}}
}

// try begins a try, which counts as failed until undo is called. A try that has to wait does
// not count.
func (g *guesses) try(login string) (wait time.Duration, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	t := g.young[login]
	if t == nil {
		if t = g.old[login]; t == nil {
			t = &guessed{}
		}
		if len(g.young) >= guessKeys {
			g.young, g.old = map[string]*guessed{}, g.young
		}
		g.young[login] = t
	}
	if now.Before(t.until) {
		return t.until.Sub(now), false
	}
	if now.Sub(t.last) > guessForget {
		*t = guessed{}
	}
	t.failed++
	t.last = now
	t.until = now.Add(guessDelay(t.failed))
	return 0, true
}

// guessDelay is how long the next try has to wait after so many failed ones.
func guessDelay(failed int) time.Duration {
	if failed < guessFree {
		return 0
	}
	if more := failed - guessFree; more < 10 {
		return min(guessFirst<<more, guessMost)
	}
	return guessMost
}

// undo takes back a try that did not fail.
func (g *guesses) undo(login string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, all := range []map[string]*guessed{g.young, g.old} {
		if t := all[login]; t != nil && t.failed > 0 {
			t.failed--
			t.until = time.Time{}
			return
		}
	}
}
