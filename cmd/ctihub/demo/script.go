package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"time"

	"ctihub/leads"
)

// step is one change of a call, at a time after the previous step.
type step struct {
	after time.Duration
	do    func(c *leads.Call, at time.Time)
	dial  progress // of a call that a user requested
}

// progress is how far a dial has come with a step.
type progress struct {
	state  leads.DialState // empty: no further
	reason leads.DialReason
}

// script is one call from the first ring to its end.
type script struct {
	from  customer
	steps []step
	later string // telephone that a call is handed over to, kept free for it
}

// newScript generates a call. About six of ten are answered, and some of these
// transferred; the others are missed, abandoned or busy. Only free telephones ring;
// without one the caller waits and gives up.
func newScript(r *rand.Rand, free []string) script {
	s := script{from: caller(r)}
	did, queue := lines[r.IntN(len(lines))].number, ""
	begin := func(rung ...string) step {
		return step{do: func(c *leads.Call, at time.Time) {
			c.From, c.To, c.DID, c.Queue = s.from.phone, did, did, queue
			c.Direction, c.State, c.Started = leads.In, leads.CallRinging, at
			for i, ext := range rung {
				c.Legs = append(c.Legs, leads.Leg{
					Channel: fmt.Sprintf("%s-%d", c.Linkedid, i+1), Extension: ext, State: leads.LegRinging, Rang: at,
				})
			}
		}}
	}
	talk := between(r, 8*time.Second, 40*time.Second)
	by := []string{"caller", "operator"}[r.IntN(2)]
	n := r.IntN(20)
	if n >= 6 && n < 15 {
		queue = "sales"
	}
	if len(free) == 0 {
		s.steps = []step{begin(), end(between(r, 10*time.Second, 20*time.Second), leads.Abandoned, "caller")}
		return s
	}
	order := r.Perm(len(free))
	first, second := free[order[0]], ""
	rung := []string{first}
	if len(free) > 1 {
		second = free[order[1]]
		rung = append(rung, second)
	}
	switch {
	case n < 3 && second != "": // one phone rings, is answered and hands over
		s.later = second
		s.steps = []step{begin(first), answer(r, first), handOver(between(r, 6*time.Second, 15*time.Second), first, second), end(talk, leads.Answered, by)}
	case n < 6: // one phone rings and is answered
		s.steps = []step{begin(first), answer(r, first), end(talk, leads.Answered, by)}
	case n < 12: // two phones ring, one of them answers
		s.steps = []step{begin(rung...), answer(r, first), end(talk, leads.Answered, by)}
	case n < 15: // nobody takes it
		s.steps = []step{begin(rung...), end(20*time.Second, leads.Missed, "")}
	case n < 18: // the caller gives up
		s.steps = []step{begin(first), end(between(r, 4*time.Second, 9*time.Second), leads.Abandoned, "caller")}
	default: // refused
		s.steps = []step{begin(first), end(between(r, time.Second, 3*time.Second), leads.Busy, "operator")}
	}
	return s
}

// answer lets one phone take the call; the others stop ringing.
func answer(r *rand.Rand, ext string) step {
	return step{after: between(r, 2500*time.Millisecond, 8*time.Second), do: func(c *leads.Call, at time.Time) {
		c.State, c.Answered, c.Operator = leads.CallTalking, at, ext
		for i := range c.Legs {
			if c.Legs[i].Extension == ext {
				c.Legs[i].State, c.Legs[i].Answered = leads.LegTalking, at
			} else {
				c.Legs[i].State, c.Legs[i].Ended = leads.LegElsewhere, at
			}
		}
	}}
}

// handOver transfers the call to a colleague after a consultation.
func handOver(after time.Duration, from, to string) step {
	return step{after: after, do: func(c *leads.Call, at time.Time) {
		for i := range c.Legs {
			if c.Legs[i].State == leads.LegTalking {
				c.Legs[i].State, c.Legs[i].Ended = leads.LegEnded, at
			}
		}
		c.Legs = append(c.Legs, leads.Leg{
			Channel: fmt.Sprintf("%s-%d", c.Linkedid, len(c.Legs)+1), Extension: to, State: leads.LegTalking, Rang: at.Add(-4 * time.Second), Answered: at,
		})
		c.Operator = to
		c.Transfers = append(c.Transfers, leads.Transfer{At: at, Kind: leads.TransferAttended, From: from, To: to})
	}}
}

// end hangs up.
func end(after time.Duration, d leads.Disposition, by string) step {
	return step{after: after, do: func(c *leads.Call, at time.Time) { finish(c, at, d, by) }}
}

// finish ends the call and every leg of it that has not ended.
func finish(c *leads.Call, at time.Time, d leads.Disposition, by string) {
	c.State, c.Disposition, c.Ended, c.HangupBy = leads.CallEnded, d, at, by
	c.Journal = true // a simulated call is complete, as if from the journal
	c.Waited = cmp.Or(c.Answered, at).Sub(c.Started)
	c.Rung = c.Waited
	if !c.Answered.IsZero() {
		c.Talked = at.Sub(c.Answered)
	}
	if c.Queue != "" {
		c.Queues = []string{c.Queue}
	}
	if d == leads.Answered {
		c.Recorded = []leads.RecordedFile{recordingOf(*c)}
	}
	became := map[leads.Disposition]leads.LegState{
		leads.Missed: leads.LegNoAnswer, leads.Abandoned: leads.LegCancelled, leads.Busy: leads.LegBusy,
	}[d]
	for i := range c.Legs {
		leg := &c.Legs[i]
		switch {
		case leg.State == leads.LegTalking:
			leg.State, leg.Ended = leads.LegEnded, at
		case leg.State == leads.LegRinging && became != "":
			leg.State, leg.Ended = became, at
		case leg.State == leads.LegRinging:
			leg.State, leg.Ended = leads.LegCancelled, at
		}
	}
}

// touch is the call as a connector reports it.
func touch(from customer, c leads.Call) leads.Touch {
	c.Legs = append([]leads.Leg(nil), c.Legs...) // a copy: the caller changes its legs later
	t := leads.Touch{
		ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: c.Started,
		From: from.identities(), Name: from.name, To: c.To, Call: &c,
	}
	for _, l := range lines {
		if l.number == c.DID {
			t.Subject, t.UTM = l.name, map[string]string{"utm_source": l.source}
		}
	}
	return t
}

func between(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}
