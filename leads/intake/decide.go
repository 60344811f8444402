package intake

import (
	"slices"
	"time"

	"ctihub/leads"
)

// Known is what the database holds about a touch at the moment of deciding.
type Known struct {
	Interaction *KnownInteraction // the interaction with the same key, if there is one
	Contacts    []KnownContact    // every contact that holds one of the touch's identities
	Thread      *KnownContact     // the contact of the message that it answers, by its nearest known reference; nil: none
	Holders     []KnownContact    // every contact that holds an identity that the touch offers
	Company     string            // of the mail domain of one of the touch's addresses; empty: none
}

// KnownInteraction is the stored interaction of the touch's key.
type KnownInteraction struct {
	ID, ContactID, LeadID string
	Call                  *leads.Call // nil if it is not a call
	Edited                time.Time   // as stored, zero: never
	Digest                string      // of the content it was stored with; empty: unknown
}

// KnownContact is a contact that holds at least one identity of the touch.
type KnownContact struct {
	ID, Name, OwnerID string
	Created           time.Time
	Matched           []leads.Identity // which of the touch's identities it holds
	OpenLeadID        string           // empty: no open lead
	HadLead           bool             // it had a lead before, open or closed
	Line              bool             // no person: it has the shared numbers of a company
	CompanyID         string           // that it is in; empty: none
}

// Outcome is what a touch leads to. Storage carries it out in one transaction.
type Outcome struct {
	// Skip: the touch has nothing new; store nothing. The interaction exists.
	Skip bool
	// KeyReused: the interaction of the key has other content; quarantine the
	// touch, and store nothing else.
	KeyReused bool
	// NewInteraction: insert it; otherwise the interaction of the key moves forward.
	NewInteraction bool
	// Found: the interaction had no contact and gets the contact and the lead.
	Found bool

	NewContact    bool             // create one
	CompanyID     string           // that a new contact is in; empty: none
	ContactID     string           // attach to this one; empty with NewContact, and for no contact
	AddIdentities []leads.Identity // give these to the contact
	SetName       string           // the contact has no name yet: give it this one
	MergeWith     []string         // contacts that seem to be the same person: suggest a merge
	Offer         []leads.Identity // perhaps the contact's: for a user to decide
	OfferedOf     []string         // contacts that hold an offered identity: suggest a merge instead
	Unread        []leads.Identity // keep beside the contact, for a user to correct

	NewLead bool   // open one
	LeadID  string // attach to this one; empty with NewLead, and for none
	Repeat  bool   // of a new lead: the contact had one before

	Edit   bool              // replace the text of the interaction and keep the earlier one
	Call   *leads.Call       // state of the call to store
	Events []leads.EventType // to write, in order
}

// Decide holds the business rules of intake: what a normalised touch leads to, given
// the known state. It is pure. A race that makes the outcome stale is caught by a
// unique key, and the touch is decided again.
//
// The rules: one key is one interaction, which only moves forward. A known identity
// attaches to its contact, the strongest one if there are several (see stronger). Only an
// inbound touch opens a lead, and only when the contact has no open one. An inbound touch
// without any identity gets a new contact, so that no customer is lost; only a call from a
// withheld number has no contact. Internal calls have no contact. A shared number of a company
// tells who it is only if nothing else does: then it is the company's line. An answer in a contact's
// thread from an unknown address belongs to that contact, and the address is offered. An
// automatic message only joins an existing contact and lead. A call that had no contact
// (only its end was seen, say) is decided like a new one as soon as the journal has the
// number.
func Decide(t leads.Touch, k Known) Outcome {
	if k.Interaction != nil {
		return decideAgain(t, k)
	}
	o := Outcome{NewInteraction: true, Call: t.Call}
	if t.Call != nil && t.Call.Piece {
		whole := leads.Settled(*t.Call)
		o.Call = &whole
	}
	if t.Direction != leads.Internal && !isPart(t.Call) {
		decideContact(t, k, &o)
	}
	if t.Call != nil {
		o.Events = append(o.Events, callEvent(nil, *o.Call))
	} else {
		o.Events = append(o.Events, leads.EventInteraction)
	}
	if isPart(t.Call) {
		o.Events = nil // the call that it belongs to has its own events
	}
	if o.NewLead {
		o.Events = append(o.Events, leads.EventLeadCreated)
	}
	return o
}

// isPart reports whether a call is only a part of another one.
func isPart(c *leads.Call) bool { return c != nil && c.PartOf != "" }

// decideAgain decides a touch whose interaction exists.
func decideAgain(t leads.Touch, k Known) Outcome {
	i := *k.Interaction
	skip := Outcome{Skip: true, ContactID: i.ContactID, LeadID: i.LeadID}
	if t.Call == nil && i.Call == nil && t.Edited.After(i.Edited) {
		return Outcome{Edit: true, ContactID: i.ContactID, LeadID: i.LeadID, Events: []leads.EventType{leads.EventEdited}}
	}
	if t.Digest != "" && i.Digest != "" && t.Digest != i.Digest {
		return Outcome{Skip: true, KeyReused: true}
	}
	if t.Call == nil || i.Call == nil || !leads.Advances(*i.Call, *t.Call) {
		return skip
	}
	next := leads.Forward(*i.Call, *t.Call)
	o := Outcome{
		ContactID: i.ContactID,
		LeadID:    i.LeadID,
		Call:      &next,
		Events:    []leads.EventType{callEvent(i.Call, next)},
	}
	if i.ContactID == "" && t.Direction != leads.Internal && !isPart(&next) {
		decideContact(t, k, &o)
		o.Found = o.NewContact || o.ContactID != ""
	}
	if !o.Found && leads.SameCall(*i.Call, next) {
		return skip
	}
	if o.NewLead {
		o.Events = append(o.Events, leads.EventLeadCreated)
	}
	return o
}

// decideContact fills in the contact of a new touch: by its sender, or else by the
// thread that it answers.
func decideContact(t leads.Touch, k Known, o *Outcome) {
	offer := t.Offered
	company := k.Company
	t.From, k.Contacts, company = withoutShared(t.From, k.Contacts, company)
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
		matchContact(leads.Touch{Direction: t.Direction}, []KnownContact{*k.Thread}, o)
		offer = append(slices.Clone(t.From), offer...)
	case len(t.From) > 0 || t.Direction == leads.In && t.Call == nil:
		matchContact(t, k.Contacts, o)
	}
	if o.NewContact {
		o.CompanyID = company
	}
	if t.Direction == leads.In && (o.NewContact || o.ContactID != "") {
		decideOffers(offer, k.Holders, o)
		o.Unread = t.Unread
	}
	if isLine(o.ContactID, k.Contacts) { // what the text names is the caller's, whoever that is
		o.OfferedOf = nil
	}
}

// withoutShared leaves out shared numbers beside other identities: they are not given to the person,
// and match nobody. The company of such a number is that of a new person. If all identities are shared numbers,
// the line that is found first is the contact.
func withoutShared(from []leads.Identity, contacts []KnownContact, company string) ([]leads.Identity, []KnownContact, string) {
	var lines, persons []KnownContact
	for _, c := range contacts {
		if c.Line {
			lines = append(lines, c)
		} else {
			persons = append(persons, c)
		}
	}
	if len(lines) == 0 {
		return from, contacts, company
	}
	own := slices.DeleteFunc(slices.Clone(from), func(id leads.Identity) bool {
		return slices.ContainsFunc(lines, func(c KnownContact) bool { return slices.Contains(c.Matched, id) })
	})
	if len(own) == 0 {
		return from, lines[:1], company
	}
	return own, persons, lines[0].CompanyID
}

// isLine reports whether a contact is the line of a company.
func isLine(id string, contacts []KnownContact) bool {
	return slices.ContainsFunc(contacts, func(c KnownContact) bool { return c.ID == id && c.Line })
}

// decideOffers decides on identities that are perhaps the contact's.
func decideOffers(offer []leads.Identity, holders []KnownContact, o *Outcome) {
	for _, id := range offer {
		holder, shared := "", false
		for _, c := range holders {
			if slices.Contains(c.Matched, id) {
				holder, shared = c.ID, c.Line
			}
		}
		switch {
		case shared: // of a company, and nobody's own
		case holder == "" && !slices.Contains(o.AddIdentities, id):
			o.Offer = append(o.Offer, id)
		case holder != "" && holder != o.ContactID && !slices.Contains(o.MergeWith, holder) && !slices.Contains(o.OfferedOf, holder):
			o.OfferedOf = append(o.OfferedOf, holder)
		}
	}
}

// matchContact fills in the contact and the lead of the touch, by the contacts that
// hold its identities.
func matchContact(t leads.Touch, contacts []KnownContact, o *Outcome) {
	if len(contacts) == 0 {
		if t.Direction == leads.Out {
			return // we called an unknown number: no contact, and no lead
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
	if t.Direction == leads.In {
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
	if o.LeadID == "" && t.Direction == leads.In {
		o.NewLead, o.Repeat = true, best.HadLead
	}
}

// stronger orders contacts of one person by which to attach to: one with an open
// lead, then one with an owner, then the older one.
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
func callEvent(old *leads.Call, next leads.Call) leads.EventType {
	switch {
	case next.State == leads.CallEnded && (old == nil || old.State != leads.CallEnded):
		return leads.EventCallEnded
	case next.State == leads.CallRinging && (old == nil || rungLegs(next) > rungLegs(*old)):
		return leads.EventCallRinging
	}
	return leads.EventCallUpdated
}

// rungLegs counts the devices that were ever rung.
func rungLegs(c leads.Call) int { return len(c.Legs) }
