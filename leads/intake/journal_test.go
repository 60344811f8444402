package intake

import (
	"testing"
	"time"

	"ctihub/leads"
)

// journalled is the call's end as the exchange's journal tells it.
func toldCall() leads.Touch {
	t := call(leads.In, phone)
	t.Call.State, t.Call.Disposition, t.Call.Journal = leads.CallEnded, leads.Answered, true
	t.Call.Operator, t.Call.HangupBy, t.Call.Ended = "101", "caller", noon.Add(time.Minute)
	t.Call.Waited, t.Call.Talked = 5*time.Second, 50*time.Second
	t.Call.Legs = []leads.Leg{{Channel: "c1", Extension: "100", State: leads.LegNoAnswer}, {Channel: "c2", Extension: "101", State: leads.LegEnded}}
	t.Call.Transfers = []leads.Transfer{{At: noon, Kind: leads.TransferBlind, From: "100", To: "101"}}
	return t
}

func TestJournalReplacesWhatWasSeenLive(t *testing.T) {
	live := *call(leads.In, phone).Call
	live.State, live.Disposition, live.Ended = leads.CallEnded, leads.Interrupted, noon.Add(time.Second)
	live.Legs = append(live.Legs, leads.Leg{Channel: "c9", Extension: "109", State: leads.LegNoAnswer})
	live.Held = 3 * time.Second
	known := Known{Interaction: &KnownInteraction{ID: "i", ContactID: "ivan", LeadID: "lead", Call: &live}}
	o := Decide(toldCall(), known)
	if o.Skip || o.Call == nil || o.NewLead || o.ContactID != "ivan" || o.LeadID != "lead" {
		t.Fatalf("outcome %+v", o)
	}
	c := *o.Call
	if !c.Journal || c.Disposition != leads.Answered || c.Operator != "101" || len(c.Legs) != 2 || len(c.Transfers) != 1 || c.Held != 3*time.Second {
		t.Errorf("call %+v", c)
	}
	if len(o.Events) != 1 || o.Events[0] != leads.EventCallUpdated {
		t.Errorf("events %v: the call had ended before", o.Events)
	}

	known.Interaction.Call = &c
	if o := Decide(toldCall(), known); !o.Skip {
		t.Errorf("the same again: %+v", o)
	}
	late := call(leads.In, phone)
	late.Call.State, late.Call.Disposition, late.Call.Operator = leads.CallEnded, leads.Missed, "100"
	if o := Decide(late, known); !o.Skip {
		t.Errorf("a live touch changed what the journal told: %+v", o)
	}
	corrected := toldCall()
	corrected.Call.HangupBy = "operator"
	if o := Decide(corrected, known); o.Skip || o.Call.HangupBy != "operator" {
		t.Errorf("the journal could not correct itself: %+v", o)
	}
}

// A phone that never rang is known to the live view only.
func TestJournalKeepsWhatOnlyTheLiveViewKnows(t *testing.T) {
	live := *call(leads.In, phone).Call
	live.State, live.Disposition, live.Legs[0].State = leads.CallEnded, leads.Unreachable, leads.LegFailed
	touch := toldCall()
	touch.Call.Disposition, touch.Call.Legs, touch.Call.Operator = leads.Missed, touch.Call.Legs[:1], ""
	o := Decide(touch, Known{Interaction: &KnownInteraction{ID: "i", Call: &live}})
	if o.Skip || o.Call.Disposition != leads.Unreachable || o.Call.Legs[0].State != leads.LegFailed {
		t.Errorf("outcome %+v, call %+v", o, o.Call)
	}
	if touch.Call.Legs[0].State != leads.LegNoAnswer {
		t.Error("the touch itself was changed")
	}
}

func TestPartOfAnotherCallMakesNobody(t *testing.T) {
	touch := toldCall()
	touch.Call.PartOf = "L0"
	if o := Decide(touch, Known{}); o.NewContact || o.NewLead || o.LeadID != "" || len(o.Events) > 0 || !o.NewInteraction {
		t.Errorf("outcome %+v", o)
	}
}
