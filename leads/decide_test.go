package leads

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

var (
	phone = Identity{KindPhone, "+79161234567"}
	mail  = Identity{KindEmail, "ivan@example.com"}
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

func form(from ...Identity) Touch {
	return Touch{Source: "site", ExternalID: "1", Channel: ChannelForm, Direction: In, At: noon, From: from, Name: "Иван"}
}

func call(d Direction, from ...Identity) Touch {
	return Touch{Source: "pbx", ExternalID: "L1", Channel: ChannelCall, Direction: d, At: noon, From: from,
		Call: &Call{Linkedid: "L1", Direction: d, State: CallRinging, Started: noon, Legs: []Leg{{Channel: "c1", Extension: "100", State: LegRinging}}}}
}

func TestDecideNewTouch(t *testing.T) {
	open := KnownContact{ID: "open", Name: "Иван", Matched: []Identity{phone}, OpenLeadID: "lead", HadLead: true, Created: noon}
	old := KnownContact{ID: "old", Matched: []Identity{phone}, HadLead: true, Created: noon.Add(-time.Hour)}
	owned := KnownContact{ID: "owned", OwnerID: "anna", Matched: []Identity{mail}, Created: noon}

	for name, c := range map[string]struct {
		touch Touch
		known []KnownContact
		want  Outcome
	}{
		"a stranger's form makes contact and lead": {form(phone, mail), nil, Outcome{
			NewContact: true, AddIdentities: []Identity{phone, mail}, SetName: "Иван", NewLead: true,
			Events: []EventType{EventInteraction, EventLeadCreated}}},
		"a stranger's call likewise": {call(In, phone), nil, Outcome{
			NewContact: true, AddIdentities: []Identity{phone}, NewLead: true,
			Events: []EventType{EventCallRinging, EventLeadCreated}}},
		"a known person with an open lead joins it": {form(phone), []KnownContact{open}, Outcome{
			ContactID: "open", LeadID: "lead", Events: []EventType{EventInteraction}}},
		"a known person without one gets a repeat lead and a name": {form(phone), []KnownContact{old}, Outcome{
			ContactID: "old", SetName: "Иван", NewLead: true, Repeat: true, Events: []EventType{EventInteraction, EventLeadCreated}}},
		"a new address is added to the known phone": {form(phone, mail), []KnownContact{open}, Outcome{
			ContactID: "open", AddIdentities: []Identity{mail}, LeadID: "lead", Events: []EventType{EventInteraction}}},
		"two contacts: the open lead wins and a merge is suggested": {form(phone, mail), []KnownContact{owned, open}, Outcome{
			ContactID: "open", LeadID: "lead", MergeWith: []string{"owned"}, Events: []EventType{EventInteraction}}},
		"two contacts without leads: the owned one wins": {form(phone, mail), []KnownContact{old, owned}, Outcome{
			ContactID: "owned", SetName: "Иван", MergeWith: []string{"old"}, NewLead: true, Events: []EventType{EventInteraction, EventLeadCreated}}},
		"an anonymous call is logged and belongs to nobody": {call(In), nil, Outcome{
			Events: []EventType{EventCallRinging}}},
		"an internal call makes no lead, whoever it is": {call(Internal, phone), []KnownContact{open}, Outcome{
			Events: []EventType{EventCallRinging}}},
		"an outbound call to a known contact attaches": {call(Out, phone), []KnownContact{open}, Outcome{
			ContactID: "open", LeadID: "lead", Events: []EventType{EventCallRinging}}},
		"an outbound call opens no lead": {call(Out, phone), []KnownContact{old}, Outcome{
			ContactID: "old", Events: []EventType{EventCallRinging}}},
		"an outbound call to a stranger makes nobody": {call(Out, phone), nil, Outcome{
			Events: []EventType{EventCallRinging}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.touch, Known{Contacts: c.known})
			c.want.NewInteraction, c.want.Call = true, c.touch.Call
			if !equal(got, c.want) {
				t.Errorf("Decide =\n%+v, want\n%+v", got, c.want)
			}
		})
	}
}

func TestDecideStrongestDoesNotDependOnOrder(t *testing.T) {
	a := KnownContact{ID: "a", Created: noon, Matched: []Identity{phone}}
	b := KnownContact{ID: "b", Created: noon, Matched: []Identity{mail}}
	one := Decide(form(phone, mail), Known{Contacts: []KnownContact{a, b}})
	two := Decide(form(phone, mail), Known{Contacts: []KnownContact{b, a}})
	if one.ContactID != "a" || two.ContactID != "a" {
		t.Errorf("%s and %s", one.ContactID, two.ContactID)
	}
}

func TestDecideKnownInteraction(t *testing.T) {
	ringing := call(In, phone)
	hunt := call(In, phone)
	hunt.Call.Legs = append(hunt.Call.Legs, Leg{Channel: "c2", Extension: "101", State: LegRinging})
	talking := call(In, phone)
	talking.Call.State, talking.Call.Operator, talking.Call.Answered = CallTalking, "100", noon.Add(time.Second)
	ended := call(In, phone)
	ended.Call.State, ended.Call.Disposition = CallEnded, Answered

	for name, c := range map[string]struct {
		stored, next Touch
		want         []EventType // nil: skipped
	}{
		"the same again":              {ringing, ringing, nil},
		"a further device rings":      {ringing, hunt, []EventType{EventCallRinging}},
		"answered":                    {hunt, talking, []EventType{EventCallUpdated}},
		"ended":                       {talking, ended, []EventType{EventCallEnded}},
		"ended without having rung":   {ringing, ended, []EventType{EventCallEnded}},
		"late: ringing after answer":  {talking, ringing, nil},
		"late: answer after the end":  {ended, talking, nil},
		"late: the first device only": {hunt, ringing, nil},
		"the end again":               {ended, ended, nil},
		"a form again":                {form(phone), form(phone), nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := Decide(c.next, Known{Interaction: &KnownInteraction{ID: "i", ContactID: "c", LeadID: "l", Call: c.stored.Call}})
			if got.ContactID != "c" || got.LeadID != "l" || got.NewInteraction || got.NewContact || got.NewLead {
				t.Errorf("belongs elsewhere: %+v", got)
			}
			if got.Skip != (c.want == nil) || !slices.Equal(got.Events, c.want) {
				t.Errorf("skip %v, events %v; want %v", got.Skip, got.Events, c.want)
			}
		})
	}
}

// A call that belonged to nobody is decided anew when it turns out whose it was.
func TestDecideFindsWhoseCall(t *testing.T) {
	stored := call(Internal)
	stored.Call.State = CallEnded
	known := func(contacts ...KnownContact) Known {
		return Known{Interaction: &KnownInteraction{ID: "i", Call: stored.Call}, Contacts: contacts}
	}
	told := func(d Direction, from ...Identity) Touch {
		c := call(d, from...)
		c.Call.State, c.Call.Disposition, c.Call.Journal = CallEnded, Missed, true
		return c
	}
	of := told(In, phone)
	of.Call.PartOf = "L0"
	for name, c := range map[string]struct {
		touch Touch
		known []KnownContact
		want  Outcome
	}{
		"a stranger's":           {told(In, phone), nil, Outcome{Found: true, NewContact: true, AddIdentities: []Identity{phone}, NewLead: true, Events: []EventType{EventCallUpdated, EventLeadCreated}}},
		"a known person's":       {told(In, phone), []KnownContact{{ID: "c", OpenLeadID: "l", Matched: []Identity{phone}}}, Outcome{Found: true, ContactID: "c", LeadID: "l", Events: []EventType{EventCallUpdated}}},
		"ours to a known person": {told(Out, phone), []KnownContact{{ID: "c", OpenLeadID: "l", Matched: []Identity{phone}}}, Outcome{Found: true, ContactID: "c", LeadID: "l", Events: []EventType{EventCallUpdated}}},
		"ours to a stranger":     {told(Out, phone), nil, Outcome{Events: []EventType{EventCallUpdated}}},
		"a withheld number's":    {told(In), nil, Outcome{Events: []EventType{EventCallUpdated}}},
		"inside the house":       {told(Internal, phone), nil, Outcome{Events: []EventType{EventCallUpdated}}},
		"a part of another one":  {of, nil, Outcome{Events: []EventType{EventCallUpdated}}},
	} {
		got := Decide(c.touch, known(c.known...))
		if got.Call == nil || got.Call.Direction != c.touch.Direction {
			t.Errorf("%s: call %+v", name, got.Call)
		}
		if got.Call = nil; !equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if n := NewsOf(told(In, phone), stored.Call, Outcome{Found: true, Call: told(In, phone).Call}); !n.Missed {
		t.Errorf("news of a missed call: %+v", n)
	}
}

func TestLeadMovesForwardOnly(t *testing.T) {
	all := []LeadStatus{LeadNew, LeadWorking, LeadWon, LeadRefused}
	allowed := map[[2]LeadStatus]bool{
		{LeadNew, LeadWorking}: true, {LeadNew, LeadWon}: true, {LeadNew, LeadRefused}: true,
		{LeadWorking, LeadWon}: true, {LeadWorking, LeadRefused}: true,
	}
	for _, from := range all {
		for _, to := range all {
			if got := from.CanBecome(to); got != allowed[[2]LeadStatus{from, to}] {
				t.Errorf("%s to %s: %v", from, to, got)
			}
		}
	}
}

func equal(a, b Outcome) bool { return reflect.DeepEqual(a, b) }

func TestCallKeepsWhatItKnew(t *testing.T) {
	old := Call{State: CallRinging, DID: "+74951234567", Queue: "sales", Started: noon, Legs: []Leg{
		{Channel: "c1", Extension: "100", State: LegNoAnswer}, {Channel: "c2", Extension: "101", State: LegRinging}}}
	part := Call{State: CallTalking, Operator: "102", Started: noon.Add(time.Second), Answered: noon.Add(2 * time.Second), Legs: []Leg{
		{Channel: "c1", Extension: "100", State: LegRinging}, {Channel: "c3", Extension: "102", State: LegTalking}}}
	got := forward(old, part)
	states := func(c Call) (s []LegState) {
		for _, l := range c.Legs {
			s = append(s, l.State)
		}
		return s
	}
	if want := []LegState{LegNoAnswer, LegRinging, LegTalking}; !slices.Equal(states(got), want) {
		t.Errorf("legs %v, want %v", states(got), want)
	}
	if got.DID != old.DID || got.Queue != "sales" || got.Operator != "102" || !got.Started.Equal(noon) || !got.Answered.Equal(part.Answered) {
		t.Errorf("got %+v", got)
	}
	end := forward(got, Call{State: CallEnded, Disposition: Answered, Ended: noon.Add(time.Minute)})
	if want := []LegState{LegNoAnswer, LegNoAnswer, LegEnded}; !slices.Equal(states(end), want) || end.Answered.IsZero() {
		t.Errorf("at the end: %v, want %v", states(end), want)
	}
}
