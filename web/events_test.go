package web

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"ctihub/leads"
)

// cutLimit is how soon a stream ends whose reader has lost the right to it: the
// target is one second, and a busy machine is given more.
const cutLimit = 20 * time.Second

func TestStreamStartsNow(t *testing.T) {
	h := newStreamHub(t, func(s *Server) { s.stream.heartbeat = time.Hour }) // which would flush what was not
	h.publish(testEvent(1, leads.EventCallRinging), testEvent(2, leads.EventCallEnded))
	r := h.open(t, bossToken, "", "")
	if m := r.started(); m.id != "2" || m.data != "" {
		t.Errorf("first message %+v, want the id of the newest event and no data", m)
	}
	h.publish(testEvent(3, leads.EventCallRinging))
	r.wantIDs(3)
	if r.lastID != "3" {
		t.Errorf("id %q, want 3", r.lastID)
	}
}

func TestStreamShowsOnlyWhatTheViewerMaySee(t *testing.T) {
	h := newStreamHub(t)
	h.publish(testEvent(1, leads.EventCallRinging, ole))
	wall, own := h.open(t, bossToken, "", ""), h.open(t, oleToken, "", "")
	wall.started()
	own.started()
	h.publish(testEvent(2, leads.EventCallRinging, "user-other"), testEvent(3, leads.EventCallRinging),
		testEvent(4, leads.EventCallRinging, "user-other", ole))
	wall.wantIDs(2, 3, 4)
	own.wantIDs(4)
	h.open(t, oleToken, "1", "").wantIDs(4)
}

// A browser says whose stream it wants and from where, because it cannot send
// Last-Event-ID at first; once it can, that counts.
func TestStreamOfOneUserFromAnEvent(t *testing.T) {
	h := newStreamHub(t)
	h.publish(testEvent(1, leads.EventCallRinging, ole), testEvent(2, leads.EventCallUpdated, ole), testEvent(3, leads.EventCallEnded, ole))
	h.open(t, oleToken, "", "?user="+ole+"&after=1").wantIDs(2, 3)
	h.open(t, oleToken, "2", "?user="+ole+"&after=1").wantIDs(1, 3) // 1 again, because it is so new
	for query, want := range map[string]int{
		"?user=" + boss + "&after=1": http.StatusConflict, "?user=" + ole + "&after=-1": http.StatusBadRequest, "?after=x": http.StatusBadRequest,
	} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/api/v1/events"+query, nil)
		req.Header.Set("Authorization", "Bearer "+oleToken)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %s, want %d", query, res.Status, want)
		}
	}
}

func TestStreamFiltersTypes(t *testing.T) {
	h := newStreamHub(t, func(s *Server) { s.stream.heartbeat = 20 * time.Millisecond })
	r := h.open(t, bossToken, "", "?types="+url.QueryEscape("lead.created, lead.assigned"))
	r.started()
	h.publish(testEvent(1, leads.EventCallRinging), testEvent(2, leads.EventLeadCreated), testEvent(3, leads.EventCallEnded),
		testEvent(4, leads.EventLeadAssigned), testEvent(5, leads.EventCallEnded))
	r.wantIDs(2, 4)
	for r.lastID != "5" {
		if _, err := r.raw(); err != nil {
			t.Fatal(err)
		}
	}
	h.open(t, bossToken, "1", "?types=lead.assigned").wantIDs(4)
}

func TestStreamResumes(t *testing.T) {
	h := newStreamHub(t)
	for seq := 1; seq <= 600; seq++ {
		h.log.commit(testEvent(seq, leads.EventCallUpdated))
	}
	r := h.open(t, bossToken, "300", "")
	r.wantIDs(290, 291, 292, 293, 294, 295, 296, 297, 298, 299) // they may have committed late
	for seq := 301; seq <= 600; seq++ {
		r.wantIDs(seq)
	}
	h.publish(testEvent(601, leads.EventCallUpdated))
	r.wantIDs(601)
}

// A transaction that took number 4 commits after number 5 was seen.
func TestStreamResumesWithWhatCommittedLate(t *testing.T) {
	h := newStreamHub(t)
	h.publish(testEvent(3, leads.EventCallUpdated))
	r := h.open(t, bossToken, "", "")
	r.started()
	h.publish(testEvent(5, leads.EventCallUpdated))
	r.wantIDs(5)
	r.close()
	h.log.commit(testEvent(4, leads.EventCallUpdated))
	h.open(t, bossToken, r.lastID, "").wantIDs(3, 4)
}

// What is committed while the stream begins, just after the database was read
// for it, arrives.
func TestStreamMissesNothingAtItsBeginning(t *testing.T) {
	for name, last := range map[string]string{"starting now": "", "resuming": "1", "after a reset": "77"} {
		t.Run(name, func(t *testing.T) {
			h := newStreamHub(t)
			h.log.commit(testEvent(1, leads.EventCallUpdated))
			first := 2
			again := func() { h.publish(testEvent(first, leads.EventCallUpdated)); first++ }
			h.log.after = func() {
				h.log.mu.Lock()
				h.log.after = again // after the second read too, if there is one
				h.log.mu.Unlock()
				again()
			}
			r := h.open(t, bossToken, last, "")
			m, err := r.next()
			if last == "77" {
				m, err = r.next()
			}
			if err != nil || !strings.Contains(m.data, "event-2") {
				t.Fatalf("%+v, %v; want event 2", m, err)
			}
			if last == "1" {
				r.wantIDs(3)
			}
		})
	}
}

func TestStreamIDNeverGoesBack(t *testing.T) {
	h := newStreamHub(t)
	r := h.open(t, bossToken, "", "")
	r.started()
	h.publish(testEvent(5, leads.EventCallUpdated))
	h.publish(testEvent(4, leads.EventCallUpdated))
	r.wantIDs(5, 4)
	if r.lastID != "5" {
		t.Errorf("id %q after a late event, want 5", r.lastID)
	}
}

func TestStreamResets(t *testing.T) {
	h := newStreamHub(t)
	for seq := 1; seq <= replayMost+50; seq++ {
		h.log.commit(testEvent(seq, leads.EventCallUpdated))
	}
	newest := strconv.Itoa(replayMost + 50)
	for name, last := range map[string]string{"too long a gap": "49", "an id of another database": "99999"} {
		r := h.open(t, bossToken, last, "")
		m, err := r.next()
		if err != nil || m.event != "reset" || m.id != newest || m.data != "{}" {
			t.Errorf("%s: %+v, %v; want a reset to %s", name, m, err, newest)
		}
	}
	if m, err := h.open(t, bossToken, "50", "").next(); err != nil || m.event == "reset" {
		t.Errorf("a gap of %d: %+v, %v; want a replay", replayMost, m, err)
	}
}

func TestStreamRefusesBadParameters(t *testing.T) {
	h := newStreamHub(t)
	for _, c := range []struct{ last, query, field string }{
		{"x", "", "Last-Event-ID"}, {"-1", "", "Last-Event-ID"}, {"99999999999999999999", "", "Last-Event-ID"},
		{"", "?types=call.nothing", "types"},
	} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/api/v1/events"+c.query, nil)
		req.Header.Set("Authorization", "Bearer "+bossToken)
		req.Header.Set("Last-Event-ID", c.last)
		p := wantProblem(t, h.client(t), req, http.StatusBadRequest)
		if p.Field != c.field || p.Code != codeInvalid {
			t.Errorf("%+v: %+v", c, p)
		}
	}
}

// Writers commit out of order and publish while readers come and go: nothing
// is missed over reconnections and nothing comes twice in one connection.
func TestStreamHasNoGapAndNoDouble(t *testing.T) {
	const writers, each, readers = 4, 200, 6
	h := newStreamHub(t)
	var seqs sync.Mutex
	seq := 0
	take := func() leads.Event {
		seqs.Lock()
		defer seqs.Unlock()
		seq++
		e := testEvent(seq, leads.EventCallUpdated)
		e.At = streamEpoch // all within the time in which a commit may be late
		return e
	}
	var all, listening sync.WaitGroup
	for i := range readers {
		listening.Add(1)
		all.Go(func() {
			got, last := map[string]bool{}, ""
			began := sync.OnceFunc(listening.Done)
			for len(got) < writers*each {
				r := h.open(t, bossToken, last, "")
				if last == "" {
					r.started()
				}
				began()
				here := map[string]bool{}
				for until := len(got) + 20 + rand.IntN(150) + i; len(got) < until && len(got) < writers*each; {
					m, err := r.next()
					if err != nil {
						break // fell behind: cut, and goes on by its last id
					}
					if m.event == "reset" {
						t.Error("a reset within a short gap")
						return
					}
					if here[m.data] {
						t.Errorf("twice in one connection: %s", m.data)
						return
					}
					here[m.data], got[m.data] = true, true
				}
				last = r.lastID
				r.close()
			}
		})
	}
	listening.Wait()
	for range writers {
		all.Go(func() {
			for range each {
				e := take()
				runtime.Gosched()
				h.publish(e)
			}
		})
	}
	all.Wait()
}

func TestStreamBeats(t *testing.T) {
	h := newStreamHub(t, func(s *Server) { s.stream.heartbeat = 10 * time.Millisecond })
	r := h.open(t, bossToken, "", "")
	r.started()
	for range 3 {
		if m, err := r.raw(); err != nil || m.comment == "" || m.data != "" || m.id != "" {
			t.Fatalf("%+v, %v; want a comment", m, err)
		}
	}
}

func TestStreamEndsOnShutdown(t *testing.T) {
	h := newStreamHub(t)
	r := h.open(t, bossToken, "", "")
	r.started()
	h.CloseStreams()
	r.wantEnd()
}

// Rights that end close the stream within a second (promises: stale rights).
func TestStreamIsCutWithTheRights(t *testing.T) {
	for name, change := range map[string]func(h *streamHub){
		"demoted": func(h *streamHub) { h.log.setUser(bossToken, leads.User{ID: boss, Role: leads.RoleOperator}) },
		"in another team": func(h *streamHub) {
			h.log.setUser(bossToken, leads.User{ID: boss, Role: leads.RoleSupervisor, Team: "service"})
		},
		"disabled": func(h *streamHub) {
			h.log.setUser(bossToken, leads.User{ID: boss, Role: leads.RoleSupervisor, Disabled: true})
		},
		"revoked": func(h *streamHub) {
			h.log.mu.Lock()
			defer h.log.mu.Unlock()
			delete(h.log.users, HashToken(bossToken))
			h.log.version++
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newStreamHub(t)
			r := h.open(t, bossToken, "", "")
			r.started()
			change(h)
			began := time.Now()
			r.wantEnd()
			if took := time.Since(began); took > cutLimit {
				t.Errorf("cut after %v, want within %v", took, cutLimit)
			}
		})
	}
}

// However many streams are open, looking after their rights is one number a
// tick for the whole hub; each reader is identified only when it has changed.
func TestStreamsWatchOneNumber(t *testing.T) {
	const streams = 20
	h := newStreamHub(t, func(s *Server) { s.stream.recheck = 20 * time.Millisecond })
	for range streams {
		h.open(t, oleToken, "", "").started()
	}
	r := h.open(t, bossToken, "", "")
	r.started()
	counts := func() (versions, asked int) {
		h.log.mu.Lock()
		defer h.log.mu.Unlock()
		return h.log.versions, h.log.asked
	}
	before := 0
	for versions := 0; versions < before+20; time.Sleep(time.Millisecond) { // nothing announces that a number was read
		var asked int
		if versions, asked = counts(); asked < 2*(streams+1) {
			before = versions // not every stream has had its first look
		} else if asked > 2*(streams+1) {
			t.Fatalf("users were read %d times for %d streams", asked, streams+1)
		}
	}
	h.log.setUser(bossToken, leads.User{ID: boss, Role: leads.RoleOperator})
	r.wantEnd()
}
