package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// answerLimit bounds the time to answer a form during any fault: six times the time on
// an idle machine.
const answerLimit = 30 * time.Second

// traffic sends forms to hubs all the time, follows the live events of each hub as a
// supervisor, and checks that each hub is alive. A form must be answered in time, with
// 200 after the commit or with 503 and Retry-After, and a hub must always be alive:
// traffic fails the test otherwise.
type traffic struct {
	t     *testing.T
	hubs  []*hubtest.Hub
	token string
	truth *oracle
	live  []*follower

	accepted, refused, slowest atomic.Int64

	senders, watchers *workers
}

// startTraffic sends forms to the source "site" of the hubs, in turn.
func startTraffic(t *testing.T, hubs ...*hubtest.Hub) *traffic {
	t.Helper()
	hubs[0].Person("oleg", "Oleg", leads.RoleManager)
	hubs[0].Person("olga", "Olga", leads.RoleManager)
	_, token := hubs[0].Person("chief", "Chief", leads.RoleSupervisor)
	w := &traffic{t: t, hubs: hubs, token: token, truth: newOracle(t, filepath.Join(t.TempDir(), "history")), senders: startWorkers(t), watchers: startWorkers(t)}
	for n, h := range hubs {
		f := &follower{seen: map[string]bool{}, last: "0"}
		w.live = append(w.live, f)
		w.watchers.work.Go(func() { f.run(w.watchers.ctx, h.URL, token) })
		w.watchers.work.Go(func() { w.watch(w.watchers.ctx, h) })
		for s := range 6 / len(hubs) {
			w.senders.work.Go(func() { w.send(w.senders.ctx, h, fmt.Sprintf("f%d-%d", n, s)) })
		}
	}
	w.awaitAccepting("the start")
	return w
}

func (w *traffic) send(ctx context.Context, h *hubtest.Hub, sender string) {
	for n := 0; ctx.Err() == nil; n++ {
		key, person := fmt.Sprintf("%s-%d", sender, n), rand.IntN(people)
		if err := w.truth.recordSent(key, person); err != nil {
			w.t.Error(err)
			return
		}
		body := formOf(person).Encode()                         // the same under one key, however often it is sent
		for accepted := false; !accepted && ctx.Err() == nil; { // as the form on a website does
			began := time.Now()
			ok, err := postOnce(h.URL+"/in/site", key, body)
			took := time.Since(began)
			w.slowest.Store(max(w.slowest.Load(), int64(took)))
			if took > answerLimit {
				w.t.Errorf("%s: answered after %v", key, took)
			}
			if accepted = ok; err != nil {
				w.t.Error(err)
				return
			}
			if !ok {
				w.refused.Add(1)
				continue
			}
			if err := w.truth.recordAccepted(key); err != nil {
				w.t.Error(err)
			}
			w.accepted.Add(1)
		}
	}
}

// postOnce posts one form and checks how it is answered.
func postOnce(url, key, body string) (accepted bool, err error) {
	resp, answer, err := sendForm(http.DefaultClient, url, key, body)
	switch {
	case err != nil:
		return false, err
	case resp.StatusCode == http.StatusOK:
		return true, nil
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return false, nil
	}
	return false, fmt.Errorf("%s: %s %s", key, resp.Status, answer)
}

// watch polls /healthz of a hub.
func (w *traffic) watch(ctx context.Context, h *hubtest.Hub) {
	client := &http.Client{Timeout: hubtest.Patience}
	for ctx.Err() == nil {
		resp, err := client.Get(h.URL + "/healthz")
		if err != nil {
			w.t.Errorf("the hub seems dead: %v", err)
			return
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			w.t.Errorf("the hub says that it is dead: %s", resp.Status)
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// awaitAccepting waits until forms are accepted again, twenty a hub on average, and all
// hubs are ready.
func (w *traffic) awaitAccepting(after string) {
	w.t.Helper()
	want := w.accepted.Load() + int64(20*len(w.hubs))
	began := time.Now()
	for w.accepted.Load() < want {
		if time.Since(began) > hubtest.Patience {
			w.t.Fatalf("forms are not accepted %v after %s", hubtest.Patience, after)
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.t.Logf("accepting again %v after %s", time.Since(began).Round(10*time.Millisecond), after)
	w.awaitReadyz(http.StatusOK, after)
}

// awaitRefusing waits until forms are refused, and at least for the fault time.
func (w *traffic) awaitRefusing(why string) {
	w.t.Helper()
	want := w.refused.Load() + 6
	for began := time.Now(); w.refused.Load() < want || time.Since(began) < faultTime(w.t, 0); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > hubtest.Patience+faultTime(w.t, 0) {
			w.t.Fatalf("no form was refused although %s", why)
		}
	}
}

// awaitProgress waits until forms have been accepted during a fault that may slow the
// hub; unless refusing, none may be refused.
func (w *traffic) awaitProgress(while string, refusing bool) {
	w.t.Helper()
	refused, want := w.refused.Load(), w.accepted.Load()+int64(2*len(w.hubs))
	for began := time.Now(); w.accepted.Load() < want || time.Since(began) < faultTime(w.t, time.Second); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > hubtest.Patience+faultTime(w.t, 0) {
			w.t.Fatalf("forms are not accepted while %s", while)
		}
	}
	if n := w.refused.Load() - refused; n > 0 && !refusing {
		w.t.Errorf("%d forms were refused while %s", n, while)
	}
}

// awaitReadyz waits until every hub answers /readyz with the status.
func (w *traffic) awaitReadyz(status int, why string) {
	w.t.Helper()
	for _, h := range w.hubs {
		for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			got, body := h.Request(http.MethodGet, "", "/readyz", nil)
			if got == status {
				break
			}
			if time.Since(began) > hubtest.Patience {
				w.t.Fatalf("/readyz answers %d %s after %s, want %d", got, body, why, status)
			}
		}
	}
}

// end stops the senders and compares the stored interactions, and the live events of
// each hub, with the truth.
func (w *traffic) end() {
	w.t.Helper()
	w.senders.stop()
	h := w.hubs[0]
	awaitRouted(w.t, h, w.token)
	w.truth.judge(w.t, h, w.token, "–")
	stored := hubtest.List[leads.Interaction](h, w.token, "/api/v1/interactions", nil)
	for n, f := range w.live {
		for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			missed := f.missed(stored)
			if missed == 0 {
				break
			}
			if time.Since(began) > hubtest.Patience {
				w.t.Errorf("%d of %d interactions were never seen live on hub %d", missed, len(stored), n)
				break
			}
		}
	}
	w.watchers.stop()
	w.t.Logf("accepted %d, refused openly %d, slowest answer %v", w.accepted.Load(), w.refused.Load(), time.Duration(w.slowest.Load()).Round(time.Millisecond))
}

// workers are goroutines that work until stop.
type workers struct {
	ctx  context.Context
	stop func() // waits for them; at the end of the test at the latest
	work sync.WaitGroup
}

func startWorkers(t *testing.T) *workers {
	ctx, cancel := context.WithCancel(context.Background())
	c := &workers{ctx: ctx}
	c.stop = func() { cancel(); c.work.Wait() }
	t.Cleanup(c.stop)
	return c
}

// faultTime is the minimal duration of each fault: CTIHUB_HOLD in "make torture", else
// enough to see its effect.
func faultTime(t *testing.T, enough time.Duration) time.Duration {
	s := os.Getenv("CTIHUB_HOLD")
	if s == "" {
		return enough
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// follower reads the live interactions of one hub and, like browsers, reconnects after
// a break with Last-Event-ID.
type follower struct {
	mu   sync.Mutex
	seen map[string]bool // ids of interactions
	last string
}

func (f *follower) run(ctx context.Context, url, token string) {
	for ctx.Err() == nil {
		f.read(ctx, url, token)
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (f *follower) read(ctx context.Context, url, token string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/events?types="+string(leads.EventInteraction), nil)
	if err != nil {
		return
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if f.last != "" {
		r.Header.Set("Last-Event-ID", f.last)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	id, event := "", leads.EventBody{}
	for lines.Scan() {
		field, value, _ := strings.Cut(lines.Text(), ":")
		switch value = strings.TrimSpace(value); field {
		case "id":
			id = value
		case "data":
			_ = json.Unmarshal([]byte(value), &event)
		case "": // the end of a message, or a comment
			if lines.Text() != "" {
				continue
			}
			f.last = id
			if event.Interaction != nil {
				f.mu.Lock()
				f.seen[event.Interaction.ID] = true
				f.mu.Unlock()
			}
			event = leads.EventBody{}
		}
	}
}

// missed counts the stored interactions that the follower has not seen.
func (f *follower) missed(stored []leads.Interaction) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range stored {
		if !f.seen[i.ID] {
			n++
		}
	}
	return n
}
