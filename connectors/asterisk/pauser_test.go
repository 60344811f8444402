package asterisk

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// fakePauses says who is away, as storage does.
type fakePauses struct {
	mu      sync.Mutex
	phones  []leads.Telephone
	err     error
	changed chan struct{}
}

func newFakePauses(extensions ...string) *fakePauses {
	s := &fakePauses{changed: make(chan struct{}, 1)}
	for _, e := range extensions {
		s.phones = append(s.phones, leads.Telephone{Extension: e})
	}
	return s
}

func (s *fakePauses) Telephones(context.Context) ([]leads.Telephone, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.phones), s.err
}

func (s *fakePauses) Changed(context.Context) <-chan struct{} { return s.changed }

// set makes those away and everybody else available.
func (s *fakePauses) set(err error, away ...string) {
	s.mu.Lock()
	s.err = err
	for i := range s.phones {
		s.phones[i].Away = slices.Contains(away, s.phones[i].Extension)
	}
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

var pausedMember = regexp.MustCompile(`\((\S+/\S+?)[ )].*\(paused`)

// paused lists the members that the exchange has paused, by queue.
func paused(p *asterisktest.PBX) (list []string) {
	queue := ""
	for line := range strings.Lines(p.CLI("queue show")) {
		if name, _, found := strings.Cut(line, " has "); found && !strings.HasPrefix(line, " ") {
			queue = name
		} else if m := pausedMember.FindStringSubmatch(line); m != nil {
			list = append(list, queue+" "+m[1])
		}
	}
	slices.Sort(list)
	return list
}

func untilPaused(t *testing.T, p *asterisktest.PBX, what string, want ...string) {
	t.Helper()
	began := time.Now()
	for deadline := time.Now().Add(asterisktest.Patience); ; time.Sleep(20 * time.Millisecond) { // the console has no event to await
		got := paused(p)
		if slices.Equal(got, want) {
			t.Logf("%s: after %v", what, time.Since(began).Round(time.Millisecond))
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: paused are %q, want %q", what, got, want)
		}
	}
}

// offered places a call and returns which of the telephones ring until as many
// have as are wanted.
func offered(t *testing.T, p *asterisktest.PBX, to string, rings <-chan string, want ...string) {
	t.Helper()
	call := p.Call("79161234567", to)
	var got []string
	note := func(ext string) {
		if !slices.Contains(got, ext) {
			got = append(got, ext)
		}
	}
	for len(got) < len(want) {
		note(asterisktest.Next(t, rings))
	}
	call.Hangup()
	for deadline := time.Now().Add(asterisktest.Patience); !strings.HasPrefix(p.CLI("core show channels count"), "0 "); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the call does not end")
		}
	}
	for len(rings) > 0 {
		note(<-rings)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s was offered to %v, want %v", to, got, want)
	}
}

func desksOf(p *asterisktest.PBX, extensions ...string) <-chan string {
	all := make(chan string, 1000)
	for _, ext := range extensions {
		phone := p.Phone(ext, -1, 0)
		go func() {
			for range phone.Rings() {
				all <- ext
			}
		}()
	}
	return all
}

func pausing(p *asterisktest.PBX, queues map[string]any) map[string]any {
	address, user, secret := p.ARI()
	s := map[string]any{"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}}
	if queues != nil {
		s["queues"] = queues
	}
	return s
}

// Whoever is away is offered no call by the queues that are named, until they
// are back; restarts of the exchange and of the hub change nothing of it, and
// what a supervisor did by hand stays.
func TestRealQueuePauses(t *testing.T) {
	p := asterisktest.Start(t)
	rings := desksOf(p, "100", "101", "102")
	people, stored := newFakePauses("100", "101", "102", "109"), newMemory()
	settings := pausing(p, map[string]any{"names": []string{"sales", "support"}})
	h := startHubFor(t, stored, settings, people)
	h.connected(t)
	offered(t, p, "7002", rings, "100", "101", "102")

	people.set(nil, "100", "109")
	untilPaused(t, p, "a pause", "sales PJSIP/100", "support PJSIP/100")
	offered(t, p, "7002", rings, "101", "102")
	offered(t, p, "7003", rings, "101")
	people.set(nil, "100", "101")
	untilPaused(t, p, "two pauses", "sales PJSIP/100", "sales PJSIP/101", "support PJSIP/100", "support PJSIP/101")
	offered(t, p, "7002", rings, "102")
	people.set(nil)
	untilPaused(t, p, "the end of both")
	offered(t, p, "7002", rings, "100", "101", "102")

	p.CLI("queue pause member PJSIP/101 queue sales")
	people.set(nil, "100", "101")
	const byHand = "sales PJSIP/101"
	untilPaused(t, p, "beside a pause by hand", "sales PJSIP/100", byHand, "support PJSIP/100", "support PJSIP/101")
	people.set(nil, "100")
	untilPaused(t, p, "the pause by hand stays", "sales PJSIP/100", byHand, "support PJSIP/100")
	p.CLI("queue unpause member PJSIP/100 queue sales")
	untilPaused(t, p, "ended at the exchange only", "sales PJSIP/100", byHand, "support PJSIP/100")

	h.stop()
	people.set(nil)
	h = startHubFor(t, stored, settings, people)
	untilPaused(t, p, "back while no hub was there", byHand)
	people.set(nil, "100")
	untilPaused(t, p, "a pause for the next hub", "sales PJSIP/100", byHand, "support PJSIP/100")

	p.Kill()
	p.Restart()
	untilPaused(t, p, "the exchange was restarted", "sales PJSIP/100", "support PJSIP/100")
	offered(t, p, "7002", rings, "101", "102")

	p.Kill()
	people.set(nil)
	p.Restart()
	h.connected(t)
	offered(t, p, "7002", rings, "100", "101", "102")

	people.set(nil, "100")
	untilPaused(t, p, "the last pause", "sales PJSIP/100", "support PJSIP/100")
	h.stop()
	startHubFor(t, stored, pausing(p, nil), people)
	untilPaused(t, p, "the configuration names no queue any more")
}

// Members behind Local channels, as FreePBX makes them, and those who log in
// to a queue while they are away.
func TestRealQueuePausesOfOtherMembers(t *testing.T) {
	t.Parallel()
	p := asterisktest.Start(t)
	people := newFakePauses("100", "103")
	h := startHubFor(t, newMemory(), pausing(p, map[string]any{"names": []string{"office"}, "member": "Local/{extension}@internal/n"}), people)
	h.connected(t)
	people.set(nil, "100", "103")
	untilPaused(t, p, "a pause", "office Local/100@internal/n")
	p.CLI("queue add member Local/103@internal/n to office penalty 0 as Dana")
	untilPaused(t, p, "came later", "office Local/100@internal/n", "office Local/103@internal/n")
	people.set(nil)
	untilPaused(t, p, "the end")
}

// What keeps pauses from the queues is said.
func TestRealQueuePausesFail(t *testing.T) {
	t.Parallel()
	p := asterisktest.Start(t)
	people := newFakePauses("100")
	says := func(h *hub, words string) {
		t.Helper()
		for {
			err := asterisktest.Next(t, h.health)
			if (err == nil) == (words == "") && (err == nil || strings.Contains(err.Error(), words)) {
				return
			}
			t.Logf("health: %v", err)
		}
	}
	h := startHubFor(t, newMemory(), pausing(p, map[string]any{"names": []string{"sales", "Sales"}}), people)
	says(h, `member of the queue Sales,`)
	h.stop()

	h = startHubFor(t, newMemory(), pausing(p, map[string]any{"names": []string{"sales"}}), people)
	says(h, "")
	people.set(errors.New("the database is away"))
	says(h, "could not be read")
	people.set(nil)
	says(h, "")
	p.CLI("module unload res_ari_device_states.so")
	people.set(nil, "100")
	says(h, "load res_ari_device_states")
	p.CLI("module load res_ari_device_states.so")
	says(h, "")
	untilPaused(t, p, "the trouble is over", "sales PJSIP/100")
}
