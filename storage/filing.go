package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

// fileContact creates, completes or reads the contact.
func (f *filing) fileContact(ctx context.Context) error {
	if f.out.NewContact {
		f.contact = &leads.Contact{ID: newID(), Name: f.out.SetName, Identities: append([]leads.Identity{}, f.out.AddIdentities...), Created: f.at}
		f.stored.ContactID = f.contact.ID
		return one(f.to.InsertContact(ctx, db.InsertContactParams{
			ID: f.contact.ID, Name: f.contact.Name, MainKey: mainKey(f.contact.Identities, valuesOf(f.out.Unread)), Search: searchOf(*f.contact, valuesOf(f.out.Unread)), Created: micros(f.at),
		}))
	}
	if f.out.ContactID == "" {
		return nil
	}
	row := f.contactRow
	if row.ID == "" {
		return errRaced
	}
	c := contactOf(row)
	f.contact, f.owner, f.stored.ContactID = &c, row.OwnerID, c.ID
	if len(f.out.AddIdentities) == 0 && f.out.SetName == "" {
		return nil
	}
	f.had = len(c.Identities)
	c.Identities = append(c.Identities, f.out.AddIdentities...)
	if c.Name == "" {
		c.Name = f.out.SetName
	}
	return saveContact(ctx, f.q, c, row.Version)
}

// fileIdentities gives the contact those that the outcome adds. They are
// inserted in one order by every hub, so that two transactions cannot wait for
// each other.
func (f *filing) fileIdentities(ctx context.Context) error {
	rows := make([]db.InsertIdentityParams, len(f.out.AddIdentities))
	for i, id := range f.out.AddIdentities {
		rows[i] = db.InsertIdentityParams{
			Kind: string(id.Kind), Value: id.Value, ContactID: f.contact.ID, Position: int64(f.had + i), Added: micros(f.at),
		}
	}
	slices.SortFunc(rows, func(a, b db.InsertIdentityParams) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	for _, row := range rows {
		if err := one(f.to.InsertIdentity(ctx, row)); err != nil {
			return err
		}
	}
	return nil
}

// readLead reads the lead that the touch belongs to.
func (f *filing) readLead(context.Context) error {
	if f.out.LeadID == "" {
		return nil
	}
	if f.leadRow.ID == "" {
		return errRaced
	}
	l := leadOf(f.leadRow)
	f.lead, f.stored.LeadID = &l, l.ID
	return nil
}

// openLead opens a new one.
func (f *filing) openLead(ctx context.Context) error {
	if !f.out.NewLead {
		return nil
	}
	f.lead = &leads.Lead{
		ID: newID(), ContactID: f.contact.ID, ContactName: f.contact.Name, ContactKey: mainKey(f.contact.Identities, valuesOf(f.out.Unread)),
		Status: leads.LeadNew, Source: f.t.Source, Channel: f.t.Channel, Subject: f.t.Subject, Team: f.t.Team,
		Repeat: f.out.Repeat, UTM: f.t.UTM, Opened: f.t.At,
	}
	f.stored.LeadID = f.lead.ID
	return one(f.to.InsertLead(ctx, db.InsertLeadParams{
		ID: f.lead.ID, ContactID: f.lead.ContactID, Source: f.lead.Source, Channel: string(f.lead.Channel), Subject: f.lead.Subject,
		Team: f.lead.Team, Repeated: f.lead.Repeat, UTM: toJSON(f.lead.UTM), Opened: micros(f.lead.Opened),
	}))
}

// fileInteraction stores the fact, once per key, or corrects whose call it was.
func (f *filing) fileInteraction(ctx context.Context) error {
	if f.out.Found || f.out.Call != nil && !f.out.NewInteraction && string(f.t.Direction) != f.before.Direction {
		return one(f.to.CorrectInteraction(ctx, db.CorrectInteractionParams{
			ID: f.stored.InteractionID, Direction: string(f.t.Direction), ContactID: orNull(f.stored.ContactID), LeadID: orNull(f.stored.LeadID),
			Name: f.t.Name, Addressee: f.t.To, Subject: f.t.Subject, UTM: toJSON(f.t.UTM),
		}))
	}
	if !f.out.NewInteraction {
		return nil
	}
	f.stored.InteractionID = newID()
	return one(f.to.InsertInteraction(ctx, db.InsertInteractionParams{
		ID: f.stored.InteractionID, Source: f.t.Source, ExternalID: f.t.ExternalID, Channel: string(f.t.Channel),
		Direction: string(f.t.Direction), At: micros(f.t.At), ContactID: orNull(f.stored.ContactID), LeadID: orNull(f.stored.LeadID),
		Name: f.t.Name, Addressee: f.t.To, Subject: f.t.Subject, Body: f.t.Text, HTML: f.t.HTML,
		Attachments: toJSON(f.t.Attachments), UTM: toJSON(f.t.UTM), Raw: f.t.Raw, Stored: micros(f.at),
		Whole: f.t.Whole, Edited: micros(f.t.Edited), Automatic: string(f.t.Automatic), MessageID: f.t.MessageID, Refs: strings.Join(f.t.References, "\n"), Digest: f.t.Digest,
	}))
}

// fileCall stores the call as known now.
func (f *filing) fileCall(ctx context.Context) error {
	if f.out.Call == nil {
		return nil
	}
	f.call = &leads.CallRecord{
		ID: f.stored.InteractionID, Source: f.t.Source, ContactID: f.stored.ContactID, LeadID: f.stored.LeadID, Call: *f.out.Call,
	}
	if f.contact != nil {
		f.call.ContactName = f.contact.Name
	}
	f.call.Legs = slices.Clone(f.call.Legs) // users are filled in
	f.call.Durations()
	if err := f.nameUsers(ctx); err != nil {
		return err
	}
	c, operator := f.call, ""
	if c.OperatorUser != nil {
		operator = c.OperatorUser.ID
	}
	insert := db.InsertCallParams{
		ID: c.ID, Linkedid: c.Linkedid, Direction: string(c.Direction), State: string(c.State), Disposition: string(c.Disposition),
		FromNumber: c.From, ToNumber: c.To, DID: c.DID, Queue: c.Queue, OperatorExtension: c.Operator, OperatorID: orNull(operator),
		HangupBy: c.HangupBy, Started: micros(c.Started), Answered: micros(c.Answered), Ended: micros(c.Ended),
		Journal: c.Journal, PartOf: c.PartOf, Told: toldOf(c.Call),
		Waited: c.Waited.Microseconds(), Rung: c.Rung.Microseconds(), Talked: c.Talked.Microseconds(), Held: c.Held.Microseconds(),
	}
	if f.out.NewInteraction {
		return f.to.InsertCall(ctx, insert)
	}
	return one(f.q.UpdateCall(ctx, db.UpdateCallParams{
		ID: c.ID, Direction: insert.Direction, State: insert.State, Disposition: insert.Disposition, FromNumber: insert.FromNumber, ToNumber: insert.ToNumber,
		DID: insert.DID, Queue: insert.Queue, OperatorExtension: insert.OperatorExtension, OperatorID: insert.OperatorID,
		HangupBy: insert.HangupBy, Started: insert.Started, Answered: insert.Answered, Ended: insert.Ended,
		Journal: insert.Journal, PartOf: insert.PartOf, Told: insert.Told,
		Waited: insert.Waited, Rung: insert.Rung, Talked: insert.Talked, Held: insert.Held, Version: f.before.Version,
	}))
}

// fileLegs stores the legs that differ from those stored before.
func (f *filing) fileLegs(ctx context.Context) error {
	if f.call == nil {
		return nil
	}
	before := f.stands().Legs
	for i, l := range f.call.Legs {
		if i < len(before) && sameLeg(before[i], l) {
			continue
		}
		user := ""
		if l.User != nil {
			user = l.User.ID
		}
		if err := f.to.PutLeg(ctx, db.PutLegParams{
			CallID: f.call.ID, Position: int64(i), Channel: l.Channel, Extension: l.Extension, UserID: orNull(user),
			State: string(l.State), Rang: micros(l.Rang), Answered: micros(l.Answered), Ended: micros(l.Ended),
		}); err != nil {
			return err
		}
	}
	if len(f.call.Legs) < len(before) {
		return f.q.DropLegsFrom(ctx, db.DropLegsFromParams{CallID: f.call.ID, Position: int64(len(f.call.Legs))})
	}
	return nil
}

// stands is the call as it is stored, zero for a new one.
func (f *filing) stands() leads.Call {
	if f.known.Interaction == nil || f.known.Interaction.Call == nil {
		return leads.Call{}
	}
	return *f.known.Interaction.Call
}

func sameLeg(a, b leads.Leg) bool {
	person := a.User == nil && b.User == nil || a.User != nil && b.User != nil && *a.User == *b.User
	a.User, b.User = nil, nil
	return person && a == b
}

// nameUsers finds out whose extensions the legs and the operator have. A leg
// that is stored already keeps its user, whoever has the extension by now.
func (f *filing) nameUsers(ctx context.Context) error {
	before := map[string]*leads.Person{}
	for _, l := range f.stands().Legs {
		before[l.Channel] = l.User
	}
	var list strings.Builder
	list.WriteString("," + f.call.Operator + ",")
	for _, l := range f.call.Legs {
		list.WriteString(l.Extension + ",")
	}
	rows, err := f.q.UsersOfExtensions(ctx, db.UsersOfExtensionsParams{Source: f.call.Source, Extensions: list.String()})
	if err != nil {
		return err
	}
	whose := map[string]*leads.Person{}
	for _, r := range rows {
		whose[r.Number] = person(r.ID, r.Name)
	}
	f.call.OperatorUser = whose[f.call.Operator]
	for i := range f.call.Legs {
		l := &f.call.Legs[i]
		if l.User = whose[l.Extension]; before[l.Channel] != nil {
			l.User = before[l.Channel]
		}
		if l.Extension == f.call.Operator && l.User != nil {
			f.call.OperatorUser = l.User
		}
	}
	return nil
}

// suggestMerges files that the touch named identities of several contacts.
func (f *filing) suggestMerges(ctx context.Context) error {
	for _, other := range f.out.MergeWith {
		var here, there []string
		for _, c := range f.known.Contacts {
			for _, id := range c.Matched {
				switch c.ID {
				case f.contact.ID:
					here = append(here, string(id.Kind))
				case other:
					there = append(there, string(id.Kind))
				}
			}
		}
		if err := f.suggestMerge(ctx, other, fmt.Sprintf("one %s touch came with the %s of one and the %s of the other",
			f.t.Channel, strings.Join(here, " and "), strings.Join(there, " and "))); err != nil {
			return err
		}
	}
	return nil
}

// tell writes the events for those who see what they tell of: the lead's manager
// and the call's parties, also those who were until now; the contact's owner of
// what is no call.
func (f *filing) tell(ctx context.Context) error {
	var audience []string
	if f.lead != nil {
		audience = append(audience, f.lead.ManagerID)
	}
	if f.call != nil && f.stands().State != leads.CallEnded { // later its parties see the call, and not whose it is
		operator := ""
		if f.call.OperatorUser != nil {
			operator = f.call.OperatorUser.ID
		}
		audience = append(audience, f.call.Parties(operator)...)
		audience = append(audience, f.stands().Parties(f.before.OperatorID)...)
	}
	for _, kind := range f.out.Events {
		to := slices.Clone(audience)
		body := leads.EventBody{Type: kind, Contact: f.contact, Lead: f.lead}
		switch kind {
		case leads.EventInteraction, leads.EventEdited:
			i := f.interaction()
			body.Interaction, to = &i, append(to, f.owner)
		case leads.EventLeadCreated:
		default:
			body.Call = f.call
		}
		if err := f.log.record(ctx, body, to...); err != nil {
			return err
		}
	}
	return nil
}

// interaction is the record as the API shows it.
func (f *filing) interaction() leads.Interaction {
	i := leads.Interaction{
		ID: f.stored.InteractionID, Source: f.t.Source, ExternalID: f.t.ExternalID, Channel: f.t.Channel, Direction: f.t.Direction,
		At: f.t.At, ContactID: f.stored.ContactID, LeadID: f.stored.LeadID, Name: f.t.Name, To: f.t.To,
		Subject: f.t.Subject, Text: f.t.Text, UTM: f.t.UTM,
		Attachments: f.t.Attachments, Automatic: f.t.Automatic, Edited: f.t.Edited, HasWhole: f.t.Whole != "", HasHTML: f.t.HTML != "",
	}
	if f.out.Edit {
		i.At, i.Direction, i.Name, i.To, i.UTM = fromMicros(f.before.At), leads.Direction(f.before.Direction), f.before.Name, f.before.Addressee, fromJSON(f.before.UTM)
		i.Automatic = leads.Automatic(f.before.Automatic)
	}
	if f.contact != nil {
		i.ContactName = f.contact.Name
	}
	return i
}
