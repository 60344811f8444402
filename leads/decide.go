package leads

import (
	"slices"
	"time"
)

// Known is what the database holds about a touch at the moment of deciding.
type Known struct {
	Interaction *KnownInteraction // the interaction with the same key, if there is one
	Contacts    []KnownContact    // every contact that holds one of the touch's identities
	Thread      *KnownContact     // whose message it answers, by the nearest reference that is known; nil: none
	Holders     []KnownContact    // every contact that holds one of what the touch offers
}

// KnownInteraction is the stored interaction of the touch's key.
type KnownInteraction struct {
	ID, ContactID, LeadID string
	Call                  *Call     // nil if it is not a call
	Edited                time.Time // as stored, zero: never
	Digest                string    // of the content it was stored with; empty: unknown
}

// KnownContact is a contact that holds at least one identity of the touch.
type KnownContact struct {
	ID, Name, OwnerID string
	Created           time.Time
	Matched           []Identity // which of the touch's identities it holds
	OpenLeadID        string     // empty: no open lead
	HadLead           bool       // it had a lead before, open or closed
	OpenTask          bool       // it is owed a call back
}

// Outcome is what a touch leads to. Storage carries it out in one transaction.
type Outcome struct {
	// Skip: the touch says nothing new; store nothing. The interaction exists.
	Skip bool
	// KeyReused: the interaction of the key has other content; quarantine the
	// touch, and store nothing else.
	KeyReused bool
	// NewInteraction: insert it; otherwise the interaction of the key moves forward.
	NewInteraction bool
	// Found: the interaction belonged to nobody and gets the contact and the lead.
	Found bool

	NewContact    bool       // create one
	ContactID     string     // attach to this one; empty with NewContact, and for nobody
	AddIdentities []Identity // give these to the contact
	SetName       string     // the contact has no name yet: give it this one
	MergeWith     []string   // contacts that seem to be the same person: file suggestions
	Offer         []Identity // perhaps the contact's: for a person to decide
	OfferedOf     []string   // contacts that hold what would be offered: file suggestions instead
	Unread        []Identity // keep beside the contact, for a person to correct

	NewLead bool   // open one
	LeadID  string // attach to this one; empty with NewLead, and for none
	Repeat  bool   // of a new lead: the contact had one before

	Edit   bool        // replace the text of the interaction and keep the earlier one
	Call   *Call       // state of the call to store
	Events []EventType // to write, in order
}

// Decide is the only business brain of intake: what a normalised touch means,
// given what is known. It is pure; a race that makes the answer stale is
// caught by a unique key, and the touch is decided anew.
//
// The rules: one key is one interaction, which only moves forward. A known
// identity attaches to its contact, the strongest one if there are several
// (see stronger). Only an inbound touch opens a lead, and only when the contact
// has no open one. One without any identity gets a contact of its own, so that
// nobody who turned to us is lost; only a call from a withheld number belongs to
// nobody. Internal calls belong to nobody.
// An answer in somebody's thread from an address that nobody holds is theirs,
// and the address is offered. What no person wrote only joins what is there.
// A call that was first taken for nobody's (only its end was seen, say) is
// decided like a new one as soon as the journal tells whose it was.
func Decide(t Touch, k Known) Outcome {
	if k.Interaction != nil {
		return decideAgain(t, k)
	}
	o := Outcome{NewInteraction: true, Call: t.Call}
	if t.Call != nil && t.Call.Piece {
		whole := settled(*t.Call)
		o.Call = &whole
	}
	if t.Direction != Internal && !part(t.Call) {
		decideWhose(t, k, &o)
	}
	if t.Call != nil {
		o.Events = append(o.Events, callEvent(nil, *o.Call))
	} else {
		o.Events = append(o.Events, EventInteraction)
	}
	if part(t.Call) {
		o.Events = nil // nobody knew of it, and the call that it belongs to is told by itself
	}
	if o.NewLead {
		o.Events = append(o.Events, EventLeadCreated)
	}
	return o
}

// part reports whether a call is only a part of another one.
func part(c *Call) bool { return c != nil && c.PartOf != "" }

// decideAgain decides a touch whose interaction exists.
func decideAgain(t Touch, k Known) Outcome {
	i := *k.Interaction
	skip := Outcome{Skip: true, ContactID: i.ContactID, LeadID: i.LeadID}
	if t.Call == nil && i.Call == nil && t.Edited.After(i.Edited) {
		return Outcome{Edit: true, ContactID: i.ContactID, LeadID: i.LeadID, Events: []EventType{EventEdited}}
	}
	if t.Digest != "" && i.Digest != "" && t.Digest != i.Digest {
		return Outcome{Skip: true, KeyReused: true}
	}
	if t.Call == nil || i.Call == nil || !Advances(*i.Call, *t.Call) {
		return skip
	}
	next := forward(*i.Call, *t.Call)
	o := Outcome{
		ContactID: i.ContactID,
		LeadID:    i.LeadID,
		Call:      &next,
		Events:    []EventType{callEvent(i.Call, next)},
	}
	if i.ContactID == "" && t.Direction != Internal && !part(&next) {
		decideWhose(t, k, &o)
		o.Found = o.NewContact || o.ContactID != ""
	}
	if !o.Found && sameCall(*i.Call, next) {
		return skip
	}
	if o.NewLead {
		o.Events = append(o.Events, EventLeadCreated)
	}
	return o
}

// decideWhose fills in whose a new touch is, by whom it is from or else by what
// it answers.
func decideWhose(t Touch, k Known, o *Outcome) {
	offer := t.Offered
	switch {
	case t.Automatic != "":
		best := k.Thread
		if len(k.Contacts) > 0 {
			strongest := slices.MaxFunc(k.Contacts, stronger)
			best = &strongest
		}
		if best != nil {
			o.ContactID, o.LeadID = best.ID, best.OpenLeadID
		}
		return
	case len(k.Contacts) == 0 && k.Thread != nil:
		decidePerson(Touch{Direction: t.Direction}, []KnownContact{*k.Thread}, o)
		offer = append(slices.Clone(t.From), offer...)
	case len(t.From) > 0 || t.Direction == In && t.Call == nil:
		decidePerson(t, k.Contacts, o)
	}
	if t.Direction == In && (o.NewContact || o.ContactID != "") {
		decideOffers(offer, k.Holders, o)
		o.Unread = t.Unread
	}
}

// decideOffers says what becomes of identities that are perhaps the contact's.
func decideOffers(offer []Identity, holders []KnownContact, o *Outcome) {
	for _, id := range offer {
		holder := ""
		for _, c := range holders {
			if slices.Contains(c.Matched, id) {
				holder = c.ID
			}
		}
		switch {
		case holder == "" && !slices.Contains(o.AddIdentities, id):
			o.Offer = append(o.Offer, id)
		case holder != "" && holder != o.ContactID && !slices.Contains(o.MergeWith, holder) && !slices.Contains(o.OfferedOf, holder):
			o.OfferedOf = append(o.OfferedOf, holder)
		}
	}
}

// decidePerson fills in whose touch it is and which lead it belongs to.
func decidePerson(t Touch, contacts []KnownContact, o *Outcome) {
	if len(contacts) == 0 {
		if t.Direction == Out {
			return // we rang a stranger: nothing to attach to, and no need of theirs
		}
		o.NewContact, o.NewLead = true, true
		o.AddIdentities, o.SetName = t.From, t.Name
		return
	}
	best := slices.MaxFunc(contacts, stronger)
	o.ContactID = best.ID
	for _, c := range contacts {
		if c.ID != best.ID {
			o.MergeWith = append(o.MergeWith, c.ID)
		}
	}
	if t.Direction == In {
		for _, id := range t.From {
			if !slices.ContainsFunc(contacts, func(c KnownContact) bool { return slices.Contains(c.Matched, id) }) {
				o.AddIdentities = append(o.AddIdentities, id)
			}
		}
		if best.Name == "" {
			o.SetName = t.Name
		}
	}
	o.LeadID = best.OpenLeadID
	if o.LeadID == "" && t.Direction == In {
		o.NewLead, o.Repeat = true, best.HadLead
	}
}

// stronger orders contacts by how much they are worth keeping: one with an
// open lead, then one with an owner, then the older one.
func stronger(a, b KnownContact) int {
	if x, y := a.OpenLeadID != "", b.OpenLeadID != ""; x != y {
		return sign(x)
	}
	if x, y := a.OwnerID != "", b.OwnerID != ""; x != y {
		return sign(x)
	}
	if c := b.Created.Compare(a.Created); c != 0 {
		return c
	}
	if a.ID < b.ID {
		return 1
	}
	return -1
}

func sign(b bool) int {
	if b {
		return 1
	}
	return -1
}

// callEvent names the event of a call that was old (nil: unknown) and is next.
func callEvent(old *Call, next Call) EventType {
	switch {
	case next.State == CallEnded && (old == nil || old.State != CallEnded):
		return EventCallEnded
	case next.State == CallRinging && (old == nil || ringing(next) > ringing(*old)):
		return EventCallRinging
	}
	return EventCallUpdated
}

// ringing counts the devices that were ever rung.
func ringing(c Call) int { return len(c.Legs) }

// sameCall reports whether b says nothing that a does not.
func sameCall(a, b Call) bool {
	if a.State != b.State || a.Queue != b.Queue || a.Operator != b.Operator || a.DID != b.DID ||
		a.Disposition != b.Disposition || a.HangupBy != b.HangupBy && b.Journal || !sameTold(a, b) || b.Journal && !sameTimes(a, b) || len(a.Legs) != len(b.Legs) || len(a.Recorded) != len(b.Recorded) || !a.Answered.Equal(b.Answered) {
		return false
	}
	for i := range a.Legs {
		if a.Legs[i].Channel != b.Legs[i].Channel || a.Legs[i].State != b.Legs[i].State {
			return false
		}
	}
	return true
}
