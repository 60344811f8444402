package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ctihub/leads"
)

// signIns limits password guessing, and counts failed sign-ins by user.
type signIns struct {
	now       func() time.Time
	byLogin   *throttle // tries of one login from one address or known browser
	byAddress *throttle // tries of any login from one address
	byAccount *guesses  // tries of one login from all addresses, known browsers excepted
	hashing   *hashing  // 64 MiB each
	verify    func(hash, password string) (bool, error)
	// decoy is a hash that no password gives. It is checked when there is no
	// such user, so that the answer takes as long as for a known one.
	decoy string
	total *prometheus.CounterVec // by result

	mu     sync.Mutex
	failed map[string]*failures // by id of the user
}

// failures are the failed sign-ins of one user.
type failures struct {
	count       int
	since, last time.Time
}

func newSignIns(now func() time.Time) *signIns {
	return &signIns{
		now:       now,
		byLogin:   newThrottle(now, 12*time.Second, 5, 5000),
		byAddress: newThrottle(now, time.Second, 60, 5000),
		byAccount: newGuesses(now),
		hashing:   newHashing(max(1, runtime.GOMAXPROCS(0))),
		verify:    VerifyPassword,
		decoy:     phc(argonMemory, argonTime, argonThreads, make([]byte, argonSalt), make([]byte, argonKey)),
		failed:    map[string]*failures{},
	}
}

// register makes the metrics.
func (s *signIns) register(r *prometheus.Registry) {
	s.total = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "ctihub_sign_ins_total", Help: "Sign-ins by result: ok, failed (login or password is wrong), refused (too many tries).",
	}, []string{"result"})
	for _, result := range []string{"ok", "failed", "refused"} {
		s.total.WithLabelValues(result)
	}
	r.MustRegister(s.total, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "ctihub_sign_in_guessed_users", Help: "Users whose password was tried wrongly 10 times and more, until 12 hours after the last try.",
	}, func() float64 { return float64(len(s.guessed())) }))
}

// try counts one try of the login and of the address. device is the cookie of a browser in which
// this login signed in before, empty for another: it has its own count, so that an attacker
// cannot lock the user out of it. done is called unless the password was wrong: it was right, or
// was not checked.
func (s *signIns) try(login, address, device string) (done func(right bool), err error) {
	key := login + "\x00" + cmp.Or(device, address)
	wait, ok := s.byLogin.allow(key)
	if ok && device == "" {
		wait, ok = s.byAddress.allow(address)
	}
	if ok && device == "" {
		wait, ok = s.byAccount.try(login)
	}
	if !ok {
		return nil, &problem{status: http.StatusTooManyRequests, code: codeThrottled, title: "Too many tries",
			detail: "Wait before the next one.", retry: int(math.Ceil(wait.Seconds()))}
	}
	return func(right bool) {
		if right {
			s.byLogin.forget(key)
		}
		if device == "" {
			s.byAccount.undo(login)
		}
	}, nil
}

// noteSignIn counts a sign-in, and logs one that did not succeed with the
// client's address, for programs such as fail2ban. What was typed as a login
// may be a password: the log names known users only, by their id.
func (s *Server) noteSignIn(ctx context.Context, user leads.User, result string) {
	s.signIns.total.WithLabelValues(result).Inc()
	if result == "ok" {
		return
	}
	s.Log.WarnContext(ctx, "sign-in "+result, "address", requestInfoOf(ctx).ip.String(), "user", user.ID)
	if user.ID != "" && result == "failed" {
		s.signIns.note(user.ID)
	}
}

// note counts a failed sign-in of a user.
func (s *signIns) note(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	f := s.failed[id]
	if f == nil || now.Sub(f.last) > guessForget {
		f = &failures{since: now}
		s.failed[id] = f
	}
	f.count++
	f.last = now
}

// guessedUser is a user whose password is being guessed.
type guessedUser struct {
	id string
	failures
}

// guessed returns the users with at least guessFree failed tries, the latest first.
func (s *signIns) guessed() (all []guessedUser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, f := range s.failed {
		switch {
		case s.now().Sub(f.last) > guessForget:
			delete(s.failed, id)
		case f.count >= guessFree:
			all = append(all, guessedUser{id, *f})
		}
	}
	slices.SortFunc(all, func(a, b guessedUser) int { return b.last.Compare(a.last) })
	return all
}
