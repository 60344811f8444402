package tasks

import (
	"testing"
	"time"

	"ctihub/leads"
)

var ten = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

// over is a call that is over, from ten o'clock for a minute.
func over(way leads.Direction, how leads.Disposition) *leads.Call {
	c := &leads.Call{Direction: way, State: leads.CallEnded, Disposition: how, Started: ten, Ended: ten.Add(time.Minute)}
	if how == leads.Answered {
		c.Answered = ten.Add(20 * time.Second)
	}
	return c
}

func TestMissed(t *testing.T) {
	for _, how := range []leads.Disposition{leads.Missed, leads.Abandoned, leads.Busy, leads.Failed, leads.Voicemail, leads.Interrupted} {
		if !over(leads.In, how).NotAnswered() {
			t.Errorf("an inbound call that is %s is not missed", how)
		}
		if over(leads.Out, how).NotAnswered() || over(leads.Internal, how).NotAnswered() {
			t.Errorf("a call of ours that is %s is missed", how)
		}
		talked := over(leads.In, how)
		talked.Answered = ten
		if talked.NotAnswered() {
			t.Errorf("a call in which somebody talked is missed, as it is %s", how)
		}
	}
	if over(leads.In, leads.Answered).NotAnswered() {
		t.Error("an answered call is missed")
	}
	ringing := over(leads.In, "")
	ringing.State = leads.CallRinging
	if ringing.NotAnswered() {
		t.Error("a call that rings is missed already")
	}
}

// Who asks to be called is owed it until somebody talks with them: what they
// write meanwhile, or a call that was answered after all, does not take it back.
func TestWishes(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	touch := leads.Touch{Channel: leads.ChannelForm, Direction: leads.In, At: at, CallBack: &leads.CallBackWish{}, From: []leads.Identity{{Kind: leads.KindPhone, Value: "+79161234567"}}}
	if n := CallbackFactsOf(touch, nil, Outcome{NewInteraction: true}); n != (CallbackFacts{Wished: true}) {
		t.Errorf("a wish: %+v", n)
	}
	if n := CallbackFactsOf(touch, nil, Outcome{NewInteraction: true, Skip: true}); n.Any() {
		t.Errorf("said again: %+v", n)
	}
	touch.From = nil
	if n := CallbackFactsOf(touch, nil, Outcome{NewInteraction: true}); n.Wished {
		t.Error("a wish without a number")
	}
	open := &KnownCallback{ID: "t", Missed: at.Add(-time.Hour), Calls: 1, Holds: true, Wished: true}
	for name, c := range map[string]struct {
		facts CallbackFacts
		open  *KnownCallback
		want  CallbackStep
	}{
		"new":                 {CallbackFacts{Wished: true}, nil, CallbackStep{Open: true}},
		"beside missed calls": {CallbackFacts{Wished: true}, open, CallbackStep{Wish: true}},
		"they write":          {CallbackFacts{Reached: leads.ContactedAgain, At: at, Wrote: true}, open, CallbackStep{}},
		"they are answered":   {CallbackFacts{Reached: leads.ContactedAgain, At: at}, open, CallbackStep{Done: leads.ContactedAgain, At: at}},
		"we reach them":       {CallbackFacts{Reached: leads.CalledBack, At: at}, open, CallbackStep{Done: leads.CalledBack, At: at}},
		"a call not missed":   {CallbackFacts{Withdrawn: true, At: at}, open, CallbackStep{Drop: true}},
	} {
		if got := DecideCallback(c.facts, c.open, CallbackFacts{}); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestNewsOf(t *testing.T) {
	ringing := &leads.Call{Direction: leads.In, State: leads.CallRinging, Started: ten}
	talking := &leads.Call{Direction: leads.In, State: leads.CallTalking, Started: ten, Answered: ten.Add(20 * time.Second)}
	dialling := &leads.Call{Direction: leads.Out, State: leads.CallRinging, Started: ten}
	picked := &leads.Call{Direction: leads.Out, State: leads.CallTalking, Started: ten, Answered: ten.Add(20 * time.Second)}
	answered := ten.Add(20 * time.Second)
	for name, c := range map[string]struct {
		before, now *leads.Call
		touch       leads.Touch
		out         Outcome
		want        CallbackFacts
	}{
		"a call rings":                        {now: ringing},
		"a call is missed":                    {before: ringing, now: over(leads.In, leads.Abandoned), want: CallbackFacts{Missed: true}},
		"a call is told when it was missed":   {now: over(leads.In, leads.Missed), want: CallbackFacts{Missed: true}},
		"a missed call is told again":         {before: over(leads.In, leads.Missed), now: over(leads.In, leads.Abandoned)},
		"an answer":                           {before: ringing, now: talking, want: CallbackFacts{Reached: leads.ContactedAgain, At: answered}},
		"an answered call ends":               {before: talking, now: over(leads.In, leads.Answered)},
		"the journal knows of an answer":      {before: over(leads.In, leads.Missed), now: over(leads.In, leads.Answered), want: CallbackFacts{Withdrawn: true, Reached: leads.ContactedAgain, At: answered}},
		"the journal knows of no answer":      {before: over(leads.In, leads.Answered), now: over(leads.In, leads.Missed), want: CallbackFacts{Missed: true}},
		"the journal says it was a colleague": {before: over(leads.In, leads.Missed), now: over(leads.Internal, leads.Missed), want: CallbackFacts{Withdrawn: true, At: ten.Add(time.Minute)}},
		"we call":                             {now: dialling},
		"we call and they answer":             {before: dialling, now: picked, want: CallbackFacts{Reached: leads.CalledBack, At: answered}},
		"we call in vain":                     {before: dialling, now: over(leads.Out, leads.Missed), want: CallbackFacts{Tried: true}},
		"our vain call is corrected":          {before: over(leads.Out, leads.Missed), now: over(leads.Out, leads.Busy)},
		"colleagues talk":                     {now: over(leads.Internal, leads.Answered), touch: leads.Touch{Direction: leads.Internal}},
		"they write":                          {touch: leads.Touch{Direction: leads.In, At: ten}, out: Outcome{NewInteraction: true}, want: CallbackFacts{Reached: leads.ContactedAgain, At: ten, Wrote: true}},
		"we write":                            {touch: leads.Touch{Direction: leads.Out, At: ten}, out: Outcome{NewInteraction: true}},
		"nothing new":                         {now: over(leads.In, leads.Missed), out: Outcome{Skip: true}},
	} {
		c.out.Call = c.now
		if c.now != nil && c.touch.Direction == "" {
			c.touch.Direction = c.now.Direction
		}
		if got := CallbackFactsOf(c.touch, c.before, c.out); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestDecideCallback(t *testing.T) {
	missed := CallbackFacts{Missed: true}
	at := func(o leads.TaskOutcome, minutes int) CallbackFacts {
		return CallbackFacts{Reached: o, At: ten.Add(time.Duration(minutes) * time.Minute)}
	}
	corrected := func(minutes int) CallbackFacts {
		n := at(leads.ContactedAgain, minutes)
		n.Withdrawn = true
		return n
	}
	task := func(calls int, holds bool) *KnownCallback {
		return &KnownCallback{ID: "t", Missed: ten, Calls: calls, Holds: holds}
	}
	for name, c := range map[string]struct {
		facts, since CallbackFacts
		open         *KnownCallback
		want         CallbackStep
	}{
		"the first missed call":               {facts: missed, want: CallbackStep{Open: true}},
		"the fifth":                           {facts: missed, open: task(4, false), want: CallbackStep{Add: true}},
		"one that is counted already":         {facts: missed, open: task(1, true)},
		"one told after they were reached":    {facts: missed, since: at(leads.CalledBack, 3), want: CallbackStep{Open: true, Done: leads.CalledBack, At: ten.Add(3 * time.Minute)}},
		"an answered call, nothing owed":      {facts: at(leads.ContactedAgain, 1)},
		"they call again":                     {facts: at(leads.ContactedAgain, 1), open: task(2, false), want: CallbackStep{Done: leads.ContactedAgain, At: ten.Add(time.Minute)}},
		"we call back":                        {facts: at(leads.CalledBack, 1), open: task(1, false), want: CallbackStep{Done: leads.CalledBack, At: ten.Add(time.Minute)}},
		"an answer before the missed call":    {facts: at(leads.CalledBack, -1), open: task(1, false)},
		"we call in vain":                     {facts: CallbackFacts{Tried: true}, open: task(1, false), want: CallbackStep{Tried: true}},
		"we call in vain, nothing owed":       {facts: CallbackFacts{Tried: true}},
		"the only call was not missed":        {facts: corrected(1), open: task(1, true), want: CallbackStep{Drop: true, Done: leads.AnsweredElsewhere, At: ten.Add(time.Minute)}},
		"the last of three was not missed":    {facts: corrected(1), open: task(3, true), want: CallbackStep{Drop: true, Done: leads.ContactedAgain, At: ten.Add(time.Minute)}},
		"the first of three was not missed":   {facts: corrected(-5), open: task(3, true), want: CallbackStep{Drop: true}},
		"a call of a task that is long done":  {facts: corrected(1), want: CallbackStep{Drop: true}},
		"a call of another task, before this": {facts: corrected(-5), open: task(1, false), want: CallbackStep{Drop: true}},
		"no news":                             {open: task(1, false)},
	} {
		if got := DecideCallback(c.facts, c.open, c.since); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestMissedReport(t *testing.T) {
	now := ten.Add(time.Hour)
	var r leads.MissedReport
	for _, c := range []leads.MissedCall{
		{Team: "sales", DID: "+7495", Known: true, State: leads.TaskDone, Outcome: leads.CalledBack, Done: ten.Add(4 * time.Minute)},
		{Team: "sales", DID: "+7495", Known: true, State: leads.TaskDone, Outcome: leads.ReachedByHand, Done: ten.Add(10 * time.Minute)},
		{Team: "sales", Queue: "q", Known: true, State: leads.TaskDone, Outcome: leads.ContactedAgain, Done: ten.Add(-time.Minute)},
		{Team: "service", Known: true, State: leads.TaskDone, Outcome: leads.NotReached, Done: now},
		{Known: true, State: leads.TaskOpen, Due: ten.Add(15 * time.Minute)},
		{Known: true, State: leads.TaskOpen, Due: now.Add(time.Minute)},
		{DID: "+7495"},
	} {
		c.Ended = ten
		r.Add(c, now)
	}
	r.Finish()
	want := leads.MissedCount{Missed: 7, Recovered: 3, Open: 2, Late: 1, GivenUp: 1, Anonymous: 1, Share: 3.0 / 7, MedianMS: 240_000}
	got := r.Total
	if got.Missed != want.Missed || got.Recovered != want.Recovered || got.Open != want.Open || got.Late != want.Late ||
		got.GivenUp != want.GivenUp || got.Anonymous != want.Anonymous || got.Share != want.Share || got.MedianMS != want.MedianMS {
		t.Errorf("%+v, want %+v", got, want)
	}
	if len(r.Teams) != 3 || r.Teams[1].Name != "sales" || r.Teams[1].Share != 1 || r.DIDs[1].Missed != 3 || r.Queues[1].Recovered != 1 {
		t.Errorf("groups %+v %+v %+v", r.Teams, r.DIDs, r.Queues)
	}
	var none leads.MissedReport
	none.Finish()
	if none.Teams == nil || none.Total.Share != 0 {
		t.Errorf("an empty report: %+v", none)
	}
}
