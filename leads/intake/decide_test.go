package intake

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
)

var (
	phone = leads.Identity{Kind: leads.KindPhone, Value: "+79161234567"}
	mail  = leads.Identity{Kind: leads.KindEmail, Value: "ivan@example.com"}
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

func form(from ...leads.Identity) leads.Touch {
	return leads.Touch{Source: "site", ExternalID: "1", Channel: leads.ChannelForm, Direction: leads.In, At: noon, From: from, Name: "Иван"}
}

func call(d leads.Direction, from ...leads.Identity) leads.Touch {
	return leads.Touch{Source: "pbx", ExternalID: "L1", Channel: leads.ChannelCall, Direction: d, At: noon, From: from,
		Call: &leads.Call{Linkedid: "L1", Direction: d, State: leads.CallRinging, Started: noon, Legs: []leads.Leg{{Channel: "c1", Extension: "100", State: leads.LegRinging}}}}
}

func TestDecideNewTouch(t *testing.T) {
	open := KnownContact{ID: "open", Name: "Иван", Matched: []leads.Identity{phone}, OpenLeadID: "lead", HadLead: true, Created: noon}
	old := KnownContact{ID: "old", Matched: []leads.Identity{phone}, HadLead: true, Created: noon.Add(-time.Hour)}
	owned := KnownContact{ID: "owned", OwnerID: "anna", Matched: []leads.Identity{mail}, Created: noon}

	for name, c := range map[string]struct {
		touch leads.Touch
		known []KnownContact
		want  Outcome
	}{
		"a stranger's form makes contact and lead": {form(phone, mail), nil, Outcome{
			NewContact: true, AddIdentities: []leads.Identity{phone, mail}, SetName: "Иван", NewLead: true,
			Events: []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}}},
		"a stranger's call likewise": {call(leads.In, phone), nil, Outcome{
			NewContact: true, AddIdentities: []leads.Identity{phone}, NewLead: true,
			Events: []leads.EventType{leads.EventCallRinging, leads.EventLeadCreated}}},
		"a known person with an open lead joins it": {form(phone), []KnownContact{open}, Outcome{
			ContactID: "open", LeadID: "lead", Events: []leads.EventType{leads.EventInteraction}}},
		"a known person without one gets a repeat lead and a name": {form(phone), []KnownContact{old}, Outcome{
			ContactID: "old", SetName: "Иван", NewLead: true, Repeat: true, Events: []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}}},
		"a new address is added to the known phone": {form(phone, mail), []KnownContact{open}, Outcome{
			ContactID: "open", AddIdentities: []leads.Identity{mail}, LeadID: "lead", Events: []leads.EventType{leads.EventInteraction}}},
		"two contacts: the open lead wins and a merge is suggested": {form(phone, mail), []KnownContact{owned, open}, Outcome{
			ContactID: "open", LeadID: "lead", MergeWith: []string{"owned"}, Events: []leads.EventType{leads.EventInteraction}}},
		"two contacts without leads: the owned one wins": {form(phone, mail), []KnownContact{old, owned}, Outcome{
			ContactID: "owned", SetName: "Иван", MergeWith: []string{"old"}, NewLead: true, Events: []leads.EventType{leads.EventInteraction, leads.EventLeadCreated}}},
		"an anonymous call is logged and belongs to nobody": {call(leads.In), nil, Outcome{
			Events: []leads.EventType{leads.EventCallRinging}}},
		"an internal call makes no lead, whoever it is": {call(leads.Internal, phone), []KnownContact{open}, Outcome{
			Events: []leads.EventType{leads.EventCallRinging}}},
		"an outbound call to a known contact attaches": {call(leads.Out, phone), []KnownContact{open}, Outcome{
			ContactID: "open", LeadID: "lead", Events: []leads.EventType{leads.EventCallRinging}}},
		"an outbound call opens no lead": {call(leads.Out, phone), []KnownContact{old}, Outcome{
			ContactID: "old", Events: []leads.EventType{leads.EventCallRinging}}},
		"an outbound call to a stranger makes nobody": {call(leads.Out, phone), nil, Outcome{
			Events: []leads.EventType{leads.EventCallRinging}}},
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
	a := KnownContact{ID: "a", Created: noon, Matched: []leads.Identity{phone}}
	b := KnownContact{ID: "b", Created: noon, Matched: []leads.Identity{mail}}
	one := Decide(form(phone, mail), Known{Contacts: []KnownContact{a, b}})
	two := Decide(form(phone, mail), Known{Contacts: []KnownContact{b, a}})
	if one.ContactID != "a" || two.ContactID != "a" {
		t.Errorf("%s and %s", one.ContactID, two.ContactID)
	}
}

func TestDecideKnownInteraction(t *testing.T) {
	ringing := call(leads.In, phone)
	hunt := call(leads.In, phone)
	hunt.Call.Legs = append(hunt.Call.Legs, leads.Leg{Channel: "c2", Extension: "101", State: leads.LegRinging})
	talking := call(leads.In, phone)
	talking.Call.State, talking.Call.Operator, talking.Call.Answered = leads.CallTalking, "100", noon.Add(time.Second)
	ended := call(leads.In, phone)
	ended.Call.State, ended.Call.Disposition = leads.CallEnded, leads.Answered

	for name, c := range map[string]struct {
		stored, next leads.Touch
		want         []leads.EventType // nil: skipped
	}{
		"the same again":              {ringing, ringing, nil},
		"a further device rings":      {ringing, hunt, []leads.EventType{leads.EventCallRinging}},
		"answered":                    {hunt, talking, []leads.EventType{leads.EventCallUpdated}},
		"ended":                       {talking, ended, []leads.EventType{leads.EventCallEnded}},
		"ended without having rung":   {ringing, ended, []leads.EventType{leads.EventCallEnded}},
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
	stored := call(leads.Internal)
	stored.Call.State = leads.CallEnded
	known := func(contacts ...KnownContact) Known {
		return Known{Interaction: &KnownInteraction{ID: "i", Call: stored.Call}, Contacts: contacts}
	}
	told := func(d leads.Direction, from ...leads.Identity) leads.Touch {
		c := call(d, from...)
		c.Call.State, c.Call.Disposition, c.Call.Journal = leads.CallEnded, leads.Missed, true
		return c
	}
	of := told(leads.In, phone)
	of.Call.PartOf = "L0"
	for name, c := range map[string]struct {
		touch leads.Touch
		known []KnownContact
		want  Outcome
	}{
		"a stranger's":           {told(leads.In, phone), nil, Outcome{Found: true, NewContact: true, AddIdentities: []leads.Identity{phone}, NewLead: true, Events: []leads.EventType{leads.EventCallUpdated, leads.EventLeadCreated}}},
		"a known person's":       {told(leads.In, phone), []KnownContact{{ID: "c", OpenLeadID: "l", Matched: []leads.Identity{phone}}}, Outcome{Found: true, ContactID: "c", LeadID: "l", Events: []leads.EventType{leads.EventCallUpdated}}},
		"ours to a known person": {told(leads.Out, phone), []KnownContact{{ID: "c", OpenLeadID: "l", Matched: []leads.Identity{phone}}}, Outcome{Found: true, ContactID: "c", LeadID: "l", Events: []leads.EventType{leads.EventCallUpdated}}},
		"ours to a stranger":     {told(leads.Out, phone), nil, Outcome{Events: []leads.EventType{leads.EventCallUpdated}}},
		"a withheld number's":    {told(leads.In), nil, Outcome{Events: []leads.EventType{leads.EventCallUpdated}}},
		"inside the house":       {told(leads.Internal, phone), nil, Outcome{Events: []leads.EventType{leads.EventCallUpdated}}},
		"a part of another one":  {of, nil, Outcome{Events: []leads.EventType{leads.EventCallUpdated}}},
	} {
		got := Decide(c.touch, known(c.known...))
		if got.Call == nil || got.Call.Direction != c.touch.Direction {
			t.Errorf("%s: call %+v", name, got.Call)
		}
		if got.Call = nil; !equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	if n := tasks.CallbackFactsOf(told(leads.In, phone), stored.Call, tasks.Outcome{Call: told(leads.In, phone).Call}); !n.Missed {
		t.Errorf("facts of a missed call: %+v", n)
	}
}

func TestLeadMovesForwardOnly(t *testing.T) {
	all := []leads.LeadStatus{leads.LeadNew, leads.LeadWorking, leads.LeadWon, leads.LeadRefused}
	allowed := map[[2]leads.LeadStatus]bool{
		{leads.LeadNew, leads.LeadWorking}: true, {leads.LeadNew, leads.LeadWon}: true, {leads.LeadNew, leads.LeadRefused}: true,
		{leads.LeadWorking, leads.LeadWon}: true, {leads.LeadWorking, leads.LeadRefused}: true,
	}
	for _, from := range all {
		for _, to := range all {
			if got := from.CanBecome(to); got != allowed[[2]leads.LeadStatus{from, to}] {
				t.Errorf("%s to %s: %v", from, to, got)
			}
		}
	}
}

func equal(a, b Outcome) bool { return reflect.DeepEqual(a, b) }

func TestCallKeepsWhatItKnew(t *testing.T) {
	old := leads.Call{State: leads.CallRinging, DID: "+74951234567", Queue: "sales", Started: noon, Legs: []leads.Leg{
		{Channel: "c1", Extension: "100", State: leads.LegNoAnswer}, {Channel: "c2", Extension: "101", State: leads.LegRinging}}}
	part := leads.Call{State: leads.CallTalking, Operator: "102", Started: noon.Add(time.Second), Answered: noon.Add(2 * time.Second), Legs: []leads.Leg{
		{Channel: "c1", Extension: "100", State: leads.LegRinging}, {Channel: "c3", Extension: "102", State: leads.LegTalking}}}
	got := leads.Forward(old, part)
	states := func(c leads.Call) (s []leads.LegState) {
		for _, l := range c.Legs {
			s = append(s, l.State)
		}
		return s
	}
	if want := []leads.LegState{leads.LegNoAnswer, leads.LegRinging, leads.LegTalking}; !slices.Equal(states(got), want) {
		t.Errorf("legs %v, want %v", states(got), want)
	}
	if got.DID != old.DID || got.Queue != "sales" || got.Operator != "102" || !got.Started.Equal(noon) || !got.Answered.Equal(part.Answered) {
		t.Errorf("got %+v", got)
	}
	end := leads.Forward(got, leads.Call{State: leads.CallEnded, Disposition: leads.Answered, Ended: noon.Add(time.Minute)})
	if want := []leads.LegState{leads.LegNoAnswer, leads.LegNoAnswer, leads.LegEnded}; !slices.Equal(states(end), want) || end.Answered.IsZero() {
		t.Errorf("at the end: %v, want %v", states(end), want)
	}
}

// TestSharedNumberMergesNobody: whatever identities a touch has beside a shared number, the number
// matches nobody, is given to nobody and suggests no merge; alone it is the company's line.
func TestSharedNumberMergesNobody(t *testing.T) {
	shared := leads.Identity{Kind: leads.KindPhone, Value: "+74950001122"}
	line := KnownContact{ID: "line", Name: "Firm", OwnerID: "anna", OpenLeadID: "line's", Line: true, CompanyID: "firm", Matched: []leads.Identity{shared}, Created: noon.Add(-time.Hour)}
	known := KnownContact{ID: "known", Matched: []leads.Identity{phone}, Created: noon}
	second := KnownContact{ID: "second", Matched: []leads.Identity{mail}, Created: noon}
	for name, c := range map[string]struct {
		from   []leads.Identity
		known  []KnownContact
		wants  string // contact; empty: a new one
		adds   []leads.Identity
		merges []string
	}{
		"alone":                    {[]leads.Identity{shared}, []KnownContact{line}, "line", nil, nil},
		"with an unknown address":  {[]leads.Identity{shared, mail}, []KnownContact{line}, "", []leads.Identity{mail}, nil},
		"with a known phone":       {[]leads.Identity{shared, phone}, []KnownContact{line, known}, "known", nil, nil},
		"with known and new":       {[]leads.Identity{phone, shared, mail}, []KnownContact{known, line}, "known", []leads.Identity{mail}, nil},
		"with two known of people": {[]leads.Identity{shared, phone, mail}, []KnownContact{line, known, second}, "known", nil, []string{"second"}},
	} {
		for _, touch := range []leads.Touch{form(c.from...), call(leads.In, c.from...)} {
			o := Decide(touch, Known{Contacts: c.known})
			company := ""
			if c.wants == "" {
				company = "firm"
			}
			if o.ContactID != c.wants && (c.wants != "known" || o.ContactID != "second") || o.NewContact != (c.wants == "") || !slices.Equal(o.AddIdentities, c.adds) ||
				len(o.MergeWith) != len(c.merges) || slices.Contains(o.MergeWith, "line") || o.CompanyID != company {
				t.Errorf("%s: %+v", name, o)
			}
			if o.ContactID != "line" && o.LeadID == "line's" {
				t.Errorf("%s: in the lead of the line: %+v", name, o)
			}
		}
	}
	told := form(mail)
	told.Offered = []leads.Identity{shared}
	if o := Decide(told, Known{Holders: []KnownContact{line}}); len(o.Offer)+len(o.OfferedOf) > 0 {
		t.Errorf("a shared number in a text: %+v", o)
	}
}
