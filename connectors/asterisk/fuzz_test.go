package asterisk

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ctihub/leads"
)

// FuzzTracker plays recorded calls out of order, twice, in part and into each
// other, and garbled. Nothing may panic, states may only move forward, and
// when all channels are gone no call is left.
func FuzzTracker(f *testing.F) {
	names, err := filepath.Glob("testdata/*.jsonl")
	if err != nil || len(names) == 0 {
		f.Fatal("no recordings", err)
	}
	var all [][]event
	for _, n := range names {
		all = append(all, readEvents(f, n))
	}
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 7))
		tr := newTracker(testPlan(t))
		final := map[string]leads.Call{}
		note := func(changed []snapshot) {
			for _, s := range changed {
				old, known := final[s.Linkedid]
				if known && old.State != leads.CallEnded && !leads.Advances(old, s.Call) {
					t.Fatalf("%s follows %s", line(s.Call), line(old))
				}
				if s.Linkedid == "" || s.Started.IsZero() || (s.State == leads.CallEnded) != (s.Disposition != "") || s.Ended.Before(s.Started) != s.Ended.IsZero() {
					t.Fatalf("senseless state %+v", s)
				}
				final[s.Linkedid] = s.Call
			}
		}
		events := shuffle(r, all)
		seen := map[string]channel{}
		var at time.Time
		for i, e := range events {
			note(tr.handle(e))
			for _, ch := range []channel{e.ch, e.other} {
				if ch.id != "" {
					seen[ch.id] = ch
				}
			}
			at = e.at
			if r.IntN(200) == 0 { // a reconnection: some of the channels are listed
				v := view{at: at, bridges: map[string][]string{}}
				for id, ch := range seen {
					if r.IntN(2) == 0 {
						v.channels = append(v.channels, ch)
						v.bridges[fmt.Sprint(r.IntN(3))] = append(v.bridges[fmt.Sprint(r.IntN(3))], id)
					}
				}
				note(tr.sync(v, map[string]bool{events[r.IntN(i+1)].ch.id: true}))
			}
		}
		for _, ch := range seen {
			note(tr.handle(event{kind: "ChannelDestroyed", at: at, ch: ch}))
		}
		if len(tr.calls)+len(tr.chans) > 0 {
			t.Fatalf("%d calls and %d channels are left", len(tr.calls), len(tr.chans))
		}
		for id, c := range final {
			if c.State != leads.CallEnded {
				t.Fatalf("call %s never ended: %s", id, line(c))
			}
		}
	})
}

// shuffle mixes some recordings: mostly in order, as a network would not even
// do, but now and then swapped, doubled, left out or garbled.
func shuffle(r *rand.Rand, all [][]event) []event {
	var queues [][]event
	for range 1 + r.IntN(4) {
		queues = append(queues, all[r.IntN(len(all))])
	}
	var out []event
	for len(queues) > 0 {
		q := r.IntN(len(queues))
		e := queues[q][0]
		if queues[q] = queues[q][1:]; len(queues[q]) == 0 {
			queues = append(queues[:q], queues[q+1:]...)
		}
		switch r.IntN(12) {
		case 0: // lost
			continue
		case 1: // twice
			out = append(out, e)
		case 2: // late or early
			if len(out) > 0 {
				i := r.IntN(len(out))
				e, out[i] = out[i], e
			}
		case 3: // garbled
			garble(r, &e)
		}
		out = append(out, e)
	}
	return out
}

func garble(r *rand.Rand, e *event) {
	switch r.IntN(8) {
	case 0:
		e.ch.linkedid = ""
	case 1:
		e.ch.linkedid = fmt.Sprint("other", r.IntN(3))
	case 2:
		e.ch, e.other = e.other, e.ch
	case 3:
		e.ch.name = []string{"", "Local/;1", "Local/x@y-1;2", "PJSIP/trunk-1", "PJSIP/", "-"}[r.IntN(6)]
	case 4:
		e.bridge, e.inside = "b", []string{e.ch.id, e.other.id, "nobody"}
	case 5:
		e.at = time.Time{}
	case 6:
		e.kind = wanted[r.IntN(len(wanted))]
	case 7:
		e.status = "NONSENSE"
		e.ch.state = ""
	}
}

// FuzzDecode feeds arbitrary bytes to the decoder.
func FuzzDecode(f *testing.F) {
	names, err := filepath.Glob("testdata/*.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	for _, n := range names[:3] {
		b, err := os.ReadFile(n)
		if err != nil {
			f.Fatal(err)
		}
		for i, j := 0, 0; j < len(b) && i < 20; j++ {
			if b[j] == '\n' {
				f.Add(b[:j])
				b, i, j = b[j+1:], i+1, 0
			}
		}
	}
	plan := testPlan(f)
	f.Fuzz(func(_ *testing.T, raw []byte) {
		e, err := decode(raw)
		if err == nil {
			newTracker(plan).handle(e)
		}
	})
}
