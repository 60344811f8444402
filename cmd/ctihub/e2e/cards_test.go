package e2e

import (
	"slices"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// office is a hub with one real exchange and a real browser for each person.
type office struct {
	*hubtest.Hub
	*hubtest.Browser
	*asterisktest.PBX
	t    *testing.T
	seen []hubtest.CardSeen // cards that were shown and not yet awaited
}

// newOffice starts a hub with these people, their telephones and their browsers.
func newOffice(t *testing.T, people map[string][]string) *office {
	t.Helper()
	pbx := asterisktest.Start(t)
	o := &office{Hub: hubtest.Start(t, hubtest.Exchange(t, pbx)), Browser: hubtest.NewBrowser(t), PBX: pbx, t: t}
	names := map[string]string{"anna": "Анна Орлова", "boris": "Борис Титов"}
	for who, extensions := range people {
		o.Person(who, names[who], leads.RoleOperator, extensions...)
		o.Do("open", who, map[string]any{"url": o.URL, "login": who, "password": hubtest.Password})
	}
	o.Connected("pbx")
	return o
}

// annaAndBoris have a telephone each.
var annaAndBoris = map[string][]string{"anna": {"100"}, "boris": {"101"}}

// awaitCard waits until a user's screen has shown a card in a state that was not
// awaited before, and returns its linkedid.
func (o *office) awaitCard(who, state string) (linkedid string) {
	o.t.Helper()
	fits := func(c hubtest.CardSeen) bool { return c.Who == who && c.State == state }
	if i := slices.IndexFunc(o.seen, fits); i >= 0 {
		linkedid = o.seen[i].Card
		o.seen = slices.Delete(o.seen, i, i+1)
		return linkedid
	}
	return o.AwaitCard(fits, &o.seen).Card
}

// wantCards waits until a user's screen shows that many cards, and fails if it showed
// cards that were not awaited.
func (o *office) wantCards(who string, cards int) {
	o.t.Helper()
	waitFor(o.t, who+"'s cards", func() bool {
		return o.Do("count", who, map[string]any{"selector": "[data-card]"}) == float64(cards)
	})
	for _, c := range o.seen {
		if c.Who == who {
			o.t.Errorf("%s was shown %+v too", who, c)
		}
	}
}

// A queue rings one phone after the other, and the card is on the screen of the
// ringing phone: it closes when the next phone rings, and does not come back when
// somebody answers.
func TestRealCardMovesWithTheHunt(t *testing.T) {
	o := newOffice(t, annaAndBoris)
	annas, boriss := o.Phone("100", -1, 0), o.Phone("101", -1, 0)
	o.Call("79161234567", "7003")
	asterisktest.Next(t, annas.Rings())
	call := o.awaitCard("anna", "ringing")
	o.wantCards("boris", 0)

	ring := asterisktest.Next(t, boriss.Rings())
	o.awaitCard("anna", "waiting")
	o.awaitCard("boris", "ringing")
	o.awaitCard("anna", "gone")
	ring.Call.Answer()
	if c := o.awaitCard("boris", "talking"); c != call {
		t.Errorf("Boris talks in %s, Anna's phone rang for %s", c, call)
	}
	ring.Call.Hangup()
	o.awaitCard("boris", "ended")
	o.wantCards("anna", 0)
	o.wantCards("boris", 1)
}

// Two telephones of one operator ring for one call, a desk phone and a softphone: she
// has one card, and it stays when she answers on one of them.
func TestRealTwoPhonesOfOneOperatorAreOneCard(t *testing.T) {
	o := newOffice(t, map[string][]string{"anna": {"100", "101"}})
	desk, computer := o.Phone("100", -1, 0), o.Phone("101", -1, 0)
	call := o.Call("79161234567", "7004")
	asterisktest.Next(t, desk.Rings())
	ring := asterisktest.Next(t, computer.Rings())
	o.awaitCard("anna", "ringing")
	o.wantCards("anna", 1)
	ring.Call.Answer()
	o.awaitCard("anna", "talking")
	o.wantCards("anna", 1)
	call.Hangup()
	o.awaitCard("anna", "ended")
	o.wantCards("anna", 1)
}

// A second call rings while she talks: two cards, the ringing one first.
func TestRealCallWaitingIsASecondCard(t *testing.T) {
	o := newOffice(t, annaAndBoris)
	phone := o.Phone("100", -1, 0)
	first := o.Call("79161234501", "7001")
	ring := asterisktest.Next(t, phone.Rings())
	o.awaitCard("anna", "ringing")
	ring.Call.Answer()
	o.awaitCard("anna", "talking")
	second := o.Call("79161234502", "7001")
	asterisktest.Next(t, phone.Rings())
	o.awaitCard("anna", "ringing")
	o.wantCards("anna", 2)
	for i, state := range []string{"ringing", "talking"} {
		o.Do("wait", "anna", map[string]any{"selector": ".dock [data-card][data-state=" + state + "]:nth-child(" + string(rune('1'+i)) + ")"})
	}
	second.Hangup()
	o.awaitCard("anna", "missed")
	first.Hangup()
	o.awaitCard("anna", "ended")
	o.wantCards("boris", 0)
}

// Anna makes a blind transfer: the card moves to Boris.
func TestRealBlindTransferMovesTheCard(t *testing.T) {
	o := newOffice(t, annaAndBoris)
	annas, boriss := o.Phone("100", -1, 0), o.Phone("101", -1, 0)
	customer := o.Call("79161234567", "7001")
	ring := asterisktest.Next(t, annas.Rings())
	call := o.awaitCard("anna", "ringing")
	ring.Call.Answer()
	o.awaitCard("anna", "talking")
	asterisktest.Wait(t, "the answer", customer.Answered())

	ring.Call.Transfer("101")
	next := asterisktest.Next(t, boriss.Rings())
	if c := o.awaitCard("boris", "ringing"); c != call {
		t.Errorf("Boris's phone rings for %s, the customer's call is %s", c, call)
	}
	o.awaitCard("anna", "ended")
	next.Call.Answer()
	o.awaitCard("boris", "talking")
	o.wantCards("anna", 1)
	o.wantCards("boris", 1)
	customer.Hangup()
	o.awaitCard("boris", "ended")
}

// Anna makes an attended transfer: Boris sees her call, and after the transfer only
// the customer's card.
func TestRealAttendedTransferMovesTheCard(t *testing.T) {
	o := newOffice(t, annaAndBoris)
	annas, boriss := o.Phone("100", -1, 0), o.Phone("101", -1, 0)
	customer := o.Call("79161234567", "7001")
	ring := asterisktest.Next(t, annas.Rings())
	call := o.awaitCard("anna", "ringing")
	ring.Call.Answer()
	o.awaitCard("anna", "talking")
	asterisktest.Wait(t, "the answer", customer.Answered())

	asks := annas.Call("101")
	asked := asterisktest.Next(t, boriss.Rings())
	between := o.awaitCard("boris", "ringing")
	if between == call {
		t.Error("the question is shown as the customer's call")
	}
	asked.Call.Answer()
	o.awaitCard("boris", "talking")
	asterisktest.Wait(t, "the answer", asks.Answered())
	ring.Call.Connect(asks)
	if c := o.awaitCard("boris", "talking"); c != call {
		t.Errorf("Boris talks in %s, the customer's call is %s", c, call)
	}
	o.awaitCard("anna", "ended")
	o.awaitCard("boris", "gone")
	o.seen = nil // the end of the consultation may or may not have been shown
	o.wantCards("boris", 1)
	o.wantCards("anna", 1)
	customer.Hangup()
	o.awaitCard("boris", "ended")
}
