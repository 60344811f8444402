package asterisk

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"ctihub/leads"
)

func recorded(t *testing.T, scenario string) []event {
	t.Helper()
	return readEvents(t, file(scenario))
}

func lines(calls map[string]leads.Call) (out []string) {
	for c := range maps.Values(calls) {
		out = append(out, line(c))
	}
	slices.Sort(out)
	return out
}

func wantLines(t *testing.T, calls map[string]leads.Call, want ...string) {
	t.Helper()
	if got := lines(calls); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// The exchange answered for the queue, and an operator's phone is up: as long
// as they are not in one bridge, nobody talks.
func TestAnsweredMeansInOneBridge(t *testing.T) {
	events := recorded(t, "queue, all ring, one answers")
	together := slices.IndexFunc(events, func(e event) bool { return e.kind == "ChannelEnteredBridge" && len(e.inside) == 2 })
	tr := newTracker(testPlan(t))
	var last leads.Call
	for i, e := range events[:together+1] {
		for _, s := range tr.handle(e) {
			last = s.Call
		}
		if (last.State == leads.CallTalking) != (i == together) {
			t.Fatalf("after event %d of %d (%s): %s", i, together, e.kind, line(last))
		}
	}
	if leg := last.Legs[0]; !last.Answered.Equal(leg.Answered) || !last.Answered.Before(events[together].at) {
		t.Errorf("answered %v, the phone was picked up %v", last.Answered, leg.Answered)
	}
}

// The bridge alone tells of an attended transfer whose event was lost.
func TestTransferWithoutItsEvent(t *testing.T) {
	events := slices.DeleteFunc(recorded(t, "attended transfer"), func(e event) bool { return e.kind == "BridgeAttendedTransfer" })
	final, _ := replay(t, events)
	wantLines(t, final,
		"in ended answered from=+79160000018 to=7001 did=7001 operator=101 hangup=caller 100:ended 101:ended",
		"internal ended answered from=100 to=101 operator=101 101:ended")
}

// From the transfer on, the target's phone rings for the customer.
func TestTransferToARingingPhone(t *testing.T) {
	tr := newTracker(testPlan(t))
	for _, e := range recorded(t, "attended transfer to a ringing phone") {
		changed := tr.handle(e)
		if e.kind != "BridgeAttendedTransfer" {
			continue
		}
		final := map[string]leads.Call{}
		for _, s := range changed {
			final[s.Linkedid] = s.Call
		}
		wantLines(t, final,
			"in talking from=+79160000019 to=7001 did=7001 operator=100 100:talking 101:ringing",
			"internal ended missed from=100 to=101 101:noanswer")
		return
	}
	t.Fatal("no transfer was recorded")
}

// A phone is picked up in the instant of its transfer: Asterisk slips the
// customer into the transferer's place in the bridge and tells nobody. The
// exchange's list does.
func TestReplacedInABridge(t *testing.T) {
	events := recorded(t, "attended transfer to a ringing phone")
	tr := newTracker(testPlan(t))
	var customer, consult, target channel
	at := events[0].at
	var talking leads.Call
	note := func(changed []snapshot) {
		for _, s := range changed {
			if s.Direction == leads.In {
				talking = s.Call
			}
		}
	}
	for _, e := range events {
		at = e.at
		note(tr.handle(e))
		switch {
		case customer.id == "":
			customer = e.ch
		case e.kind == "Dial" && e.status == "":
			consult, target = e.other, e.ch
		}
		if e.kind == "BridgeDestroyed" {
			break
		}
	}
	for _, ch := range []*channel{&customer, &consult, &target} {
		ch.state = "Up"
	}
	note(tr.handle(event{kind: "ChannelEnteredBridge", at: at, ch: target, bridge: "new", inside: []string{target.id}}))
	note(tr.handle(event{kind: "ChannelEnteredBridge", at: at, ch: consult, bridge: "new", inside: []string{target.id, consult.id}}))
	note(tr.handle(event{kind: "ChannelDestroyed", at: at, ch: consult}))
	if !tr.needsResync {
		t.Fatal("no resync is due")
	}
	note(tr.sync(view{at: at, channels: []channel{customer, target}, bridges: map[string][]string{"new": {target.id, customer.id}}}, nil))
	if talking.Operator != "101" || tr.needsResync {
		t.Errorf("needs a resync: %v, call %s", tr.needsResync, line(talking))
	}
}

// A late event of a channel that is gone begins no new call.
func TestLateEventsReviveNothing(t *testing.T) {
	events := recorded(t, "direct, caller hangs up")
	late := slices.DeleteFunc(slices.Clone(events), func(e event) bool { return e.kind == "ChannelDestroyed" })
	final, _ := replay(t, append(events, late...))
	wantLines(t, final, "in ended answered from=+79160000001 to=7001 did=7001 operator=100 hangup=caller 100:ended")
}

// Who sees a stranger's call from the middle on, at whatever event, never takes
// it for one inside the house: they look who is there when they cannot know.
func TestRestOfACall(t *testing.T) {
	for _, s := range scenarios {
		if strings.HasPrefix(s.want[0], "internal") || strings.HasPrefix(s.want[0], "out") {
			continue
		}
		events := recorded(t, s.name)
		for i := range events {
			tr := newTracker(testPlan(t))
			for _, e := range events[i:] {
				for _, told := range tr.handle(e) {
					if told.Direction != leads.In && !slices.ContainsFunc(s.want, func(w string) bool { return strings.HasPrefix(w, string(told.Direction)) }) {
						t.Errorf("%s from event %d, %s, on: %s", s.name, i, events[i].kind, line(told.Call))
					}
				}
				if tr.needsResync {
					break // what is there is read now, see TestSyncInTheMiddle
				}
			}
		}
	}
}

// Every event twice changes nothing.
func TestDoubledEvents(t *testing.T) {
	for _, s := range scenarios {
		var doubled []event
		for _, e := range recorded(t, s.name) {
			doubled = append(doubled, e, e)
		}
		final, _ := replay(t, doubled)
		wantLines(t, final, s.want...)
	}
}

// Two customers who are brought into one bridge stay two calls.
func TestTwoCustomersStayTwoCalls(t *testing.T) {
	a, b := recorded(t, "direct, caller hangs up"), recorded(t, "queue, one after the other")
	isBridge := func(e event) bool { return e.kind == "ChannelEnteredBridge" && len(e.inside) == 2 }
	i, j := slices.IndexFunc(a, isBridge), slices.IndexFunc(b, isBridge)
	meet := b[j]
	meet.inside = slices.Concat(a[i].inside, b[j].inside)
	final, _ := replay(t, slices.Concat(a[:i+1], b[:j+1], []event{meet}, a[i+1:], b[j+1:]))
	wantLines(t, final,
		"in ended answered from=+79160000001 to=7001 did=7001 operator=100 hangup=caller 100:ended",
		"in ended answered from=+79160000005 to=7003 did=7003 queue=support operator=101 hangup=operator 100:noanswer 101:ended")
}

// A short number that is dialled through a trunk leads outside, too.
func TestShortNumberOutside(t *testing.T) {
	events := recorded(t, "outbound")
	for i := range events {
		for _, ch := range []*channel{&events[i].ch, &events[i].other} {
			if ch.exten == "79001112233" {
				ch.exten = "112"
			}
			if ch.dnid == "79001112233" {
				ch.dnid = "112"
			}
		}
	}
	final, _ := replay(t, events)
	wantLines(t, final, "out ended answered from=100 to=112 operator=100 hangup=caller")
}

// The first final status of a device counts, whatever Asterisk says after it.
func TestFirstStatusCounts(t *testing.T) {
	var events, last []event
	var again event
	for _, e := range recorded(t, "queue, one after the other") {
		if e.kind == "ChannelDestroyed" && e.ch.id == again.ch.id {
			last = append(last, e) // so late that the colleague has answered
			continue
		}
		events = append(events, e)
		switch {
		case e.kind == "Dial" && e.status == "NOANSWER":
			again = e
			again.status = "CANCEL"
		case e.kind == "Dial" && e.status == "ANSWER":
			events = append(events, again)
		}
	}
	events = append(events, last...)
	final, _ := replay(t, events)
	wantLines(t, final, "in ended answered from=+79160000005 to=7003 did=7003 queue=support operator=101 hangup=operator 100:noanswer 101:ended")
}

// A call that is met at any moment of its end is the customer's, or is none:
// the leg that is left is not taken for a call of its own. Events come from the
// first moment on, the exchange's list is read at the second.
func TestMetAtAnyMomentOfItsEnd(t *testing.T) {
	events := recorded(t, "direct, caller hangs up")
	for met := range events {
		for read := met; read < len(events); read++ {
			tr, destroyed := newTracker(testPlan(t)), map[string]bool{}
			for _, e := range events[met:read] {
				if e.kind == "ChannelDestroyed" {
					destroyed[e.ch.id] = true
				}
			}
			changed := tr.sync(viewAfter(events[:read]), destroyed)
			for _, e := range events[met:] {
				changed = append(changed, tr.handle(e)...)
			}
			for _, c := range changed {
				if c.Direction != leads.In {
					t.Errorf("met at event %d, %s, read at %d: %s", met, events[met].kind, read, line(c.Call))
				}
			}
			if len(tr.calls) > 0 {
				t.Errorf("met at event %d, read at %d: a call is left", met, read)
			}
		}
	}
}

// viewAfter is what the exchange lists after the events.
func viewAfter(events []event) view {
	v := view{bridges: map[string][]string{}}
	known := map[string]channel{}
	for _, e := range events {
		v.at = e.at
		for _, ch := range []channel{e.other, e.ch} {
			if ch.id != "" && e.kind != "ChannelDestroyed" {
				old := known[ch.id]
				if ch.app == "" {
					ch.app, ch.appData = old.app, old.appData
				}
				known[ch.id] = ch
			}
		}
		switch e.kind {
		case "ChannelDestroyed":
			delete(known, e.ch.id)
		case "ChannelEnteredBridge":
			v.bridges[e.bridge] = e.inside
		}
	}
	for _, ch := range known {
		v.channels = append(v.channels, ch)
	}
	return v
}

// A call that was met in the middle is rebuilt from the exchange's list.
func TestSyncInTheMiddle(t *testing.T) {
	events := recorded(t, "queue behind Local channels")
	plan := testPlan(t)
	talking := slices.IndexFunc(events, func(e event) bool { return e.kind == "ChannelHangupRequest" && plan.isTrunk(e.ch.name) })
	v := viewAfter(events[:talking])
	tr := newTracker(plan)
	changed := tr.sync(v, nil)
	if len(changed) != 1 || line(changed[0].Call) != "in talking from=+79160000006 to=7006 did=7006 queue=office operator=100 100:talking" {
		t.Fatalf("rebuilt %v", changed)
	}
	if again := tr.sync(v, nil); len(again) != 0 {
		t.Errorf("the same view again changed %v", again)
	}
	for _, e := range events[talking:] {
		changed = append(changed, tr.handle(e)...)
	}
	if last := changed[len(changed)-1]; line(last.Call) != "in ended answered from=+79160000006 to=7006 did=7006 queue=office operator=100 hangup=caller 100:ended" {
		t.Errorf("ended as %s", line(last.Call))
	}
}
