package storage

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// writeContact creates, completes or reads the contact.
func (w *touchWriter) writeContact(ctx context.Context) error {
	if w.out.NewContact {
		w.contact = &leads.Contact{ID: newID(), Name: w.out.SetName, Identities: append([]leads.Identity{}, w.out.AddIdentities...), Created: w.at}
		w.stored.ContactID = w.contact.ID
		tables.contacts.Insert(w.tx, db.Contact{
			ID: w.contact.ID, Name: w.contact.Name, MainKey: mainKey(w.contact.Identities, valuesOf(w.out.Unread)),
			Search: searchOf(*w.contact, valuesOf(w.out.Unread)), Version: 1, Created: micros(w.at),
		})
		return nil
	}
	if w.out.ContactID == "" {
		return nil
	}
	row := w.contactRow
	if row.ID == "" {
		return batch.ErrConflict
	}
	c := contactOf(row)
	w.contact, w.owner, w.stored.ContactID = &c, row.OwnerID, c.ID
	if len(w.out.AddIdentities) == 0 && w.out.SetName == "" {
		return nil
	}
	w.identitiesBefore = len(c.Identities)
	c.Identities = append(c.Identities, w.out.AddIdentities...)
	if c.Name == "" {
		c.Name = w.out.SetName
	}
	return saveContact(ctx, w.tx.q, c, row.Version)
}

// writeIdentities adds the outcome's identities to the contact. Every hub inserts them in one
// order, so that two transactions cannot deadlock.
func (w *touchWriter) writeIdentities(context.Context) error {
	rows := make([]db.Identity, len(w.out.AddIdentities))
	for i, id := range w.out.AddIdentities {
		rows[i] = db.Identity{
			Kind: string(id.Kind), Value: id.Value, ContactID: w.contact.ID, Position: int64(w.identitiesBefore + i), Added: micros(w.at),
		}
	}
	slices.SortFunc(rows, func(a, b db.Identity) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
	})
	for _, row := range rows {
		tables.identities.Insert(w.tx, row)
	}
	return nil
}

// loadLead reads the lead that the touch belongs to.
func (w *touchWriter) loadLead(context.Context) error {
	if w.out.LeadID == "" {
		return nil
	}
	if w.leadRow.ID == "" {
		return batch.ErrConflict
	}
	l := leadOf(w.leadRow)
	w.lead, w.stored.LeadID = &l, l.ID
	return nil
}

// openLead opens the outcome's new lead.
func (w *touchWriter) openLead(context.Context) error {
	if !w.out.NewLead {
		return nil
	}
	w.lead = &leads.Lead{
		ID: newID(), ContactID: w.contact.ID, ContactName: w.contact.Name, ContactKey: mainKey(w.contact.Identities, valuesOf(w.out.Unread)),
		Status: leads.LeadNew, Source: w.t.Source, Channel: w.t.Channel, Subject: w.t.Subject, Team: w.t.Team,
		Repeat: w.out.Repeat, UTM: w.t.UTM, Opened: w.t.At,
	}
	w.stored.LeadID = w.lead.ID
	tables.leads.Insert(w.tx, db.Lead{
		ID: w.lead.ID, ContactID: w.lead.ContactID, Status: string(w.lead.Status), Source: w.lead.Source, Channel: string(w.lead.Channel), Subject: w.lead.Subject,
		Team: w.lead.Team, Repeated: w.lead.Repeat, UTM: toJSON(w.lead.UTM), Opened: micros(w.lead.Opened),
	})
	return nil
}

// correctInteraction corrects a call by the exchange's journal.
var correctInteraction = batch.NewUpdate[correctedInteraction]("correcting an interaction", batch.EachOne, `
UPDATE interactions SET direction = v.direction, contact_id = v.contact_id, lead_id = v.lead_id,
    name = v.name, addressee = v.addressee, subject = v.subject, utm = v.utm
FROM v WHERE interactions.id = v.id`,
	"id", "direction", "contact_id", "lead_id", "name", "addressee", "subject", "utm")

type correctedInteraction struct {
	ID, Direction                 string
	ContactID, LeadID             sql.NullString
	Name, Addressee, Subject, UTM string
}

// writeInteraction stores the interaction, once per key, or corrects the contact of a call.
func (w *touchWriter) writeInteraction(context.Context) error {
	if w.out.Found || w.out.Call != nil && !w.out.NewInteraction && string(w.t.Direction) != w.before.Direction {
		correctInteraction.Queue(w.tx, correctedInteraction{
			ID: w.stored.InteractionID, Direction: string(w.t.Direction), ContactID: orNull(w.stored.ContactID), LeadID: orNull(w.stored.LeadID),
			Name: w.t.Name, Addressee: w.t.To, Subject: w.t.Subject, UTM: toJSON(w.t.UTM),
		})
		return nil
	}
	if !w.out.NewInteraction {
		return nil
	}
	w.stored.InteractionID = newID()
	tables.interactions.Insert(w.tx, db.Interaction{
		ID: w.stored.InteractionID, Source: w.t.Source, ExternalID: w.t.ExternalID, Channel: string(w.t.Channel),
		Direction: string(w.t.Direction), At: micros(w.t.At), ContactID: orNull(w.stored.ContactID), LeadID: orNull(w.stored.LeadID),
		Name: w.t.Name, Addressee: w.t.To, Subject: w.t.Subject, Body: w.t.Text, HTML: w.t.HTML,
		Attachments: toJSON(w.t.Attachments), UTM: toJSON(w.t.UTM), Raw: w.t.Raw, Stored: micros(w.at),
		Whole: w.t.Whole, Edited: micros(w.t.Edited), Automatic: string(w.t.Automatic), MessageID: w.t.MessageID, Refs: strings.Join(w.t.References, "\n"), Digest: w.t.Digest,
	})
	return nil
}

// writeCall inserts or updates the call.
func (w *touchWriter) writeCall(ctx context.Context) error {
	if w.out.Call == nil {
		return nil
	}
	w.call = &leads.CallRecord{
		ID: w.stored.InteractionID, Source: w.t.Source, ContactID: w.stored.ContactID, LeadID: w.stored.LeadID, Call: *w.out.Call,
	}
	if w.contact != nil {
		w.call.ContactName = w.contact.Name
	}
	w.call.Legs = slices.Clone(w.call.Legs) // users are filled in
	w.call.Durations()
	if err := w.nameUsers(ctx); err != nil {
		return err
	}
	c, operator := w.call, ""
	if c.OperatorUser != nil {
		operator = c.OperatorUser.ID
	}
	row := db.Call{
		ID: c.ID, Linkedid: c.Linkedid, Direction: string(c.Direction), State: string(c.State), Disposition: string(c.Disposition),
		FromNumber: c.From, ToNumber: c.To, DID: c.DID, Queue: c.Queue, OperatorExtension: c.Operator, OperatorID: orNull(operator),
		HangupBy: c.HangupBy, Started: micros(c.Started), Answered: micros(c.Answered), Ended: micros(c.Ended),
		Journal: c.Journal, PartOf: c.PartOf, Told: encodeJournalLists(c.Call),
		Waited: c.Waited.Microseconds(), Rung: c.Rung.Microseconds(), Talked: c.Talked.Microseconds(), Held: c.Held.Microseconds(), Version: 1,
	}
	if w.out.NewInteraction {
		tables.calls.Insert(w.tx, row)
		return nil
	}
	return requireRow(w.tx.q.UpdateCall(ctx, db.UpdateCallParams{
		ID: c.ID, Direction: row.Direction, State: row.State, Disposition: row.Disposition, FromNumber: row.FromNumber, ToNumber: row.ToNumber,
		DID: row.DID, Queue: row.Queue, OperatorExtension: row.OperatorExtension, OperatorID: row.OperatorID,
		HangupBy: row.HangupBy, Started: row.Started, Answered: row.Answered, Ended: row.Ended,
		Journal: row.Journal, PartOf: row.PartOf, Told: row.Told,
		Waited: row.Waited, Rung: row.Rung, Talked: row.Talked, Held: row.Held, Version: w.before.Version,
	}))
}

// writeLegs stores the legs that differ from those stored before.
func (w *touchWriter) writeLegs(ctx context.Context) error {
	if w.call == nil {
		return nil
	}
	before := w.storedCall().Legs
	for i, l := range w.call.Legs {
		if i < len(before) && sameLeg(before[i], l) {
			continue
		}
		user := ""
		if l.User != nil {
			user = l.User.ID
		}
		tables.legs.Upsert(w.tx, db.Leg{
			CallID: w.call.ID, Position: int64(i), Channel: l.Channel, Extension: l.Extension, UserID: orNull(user),
			State: string(l.State), Rang: micros(l.Rang), Answered: micros(l.Answered), Ended: micros(l.Ended),
		})
	}
	if len(w.call.Legs) < len(before) {
		return w.tx.q.DropLegsFrom(ctx, db.DropLegsFromParams{CallID: w.call.ID, Position: int64(len(w.call.Legs))})
	}
	return nil
}

// storedCall returns the stored call, zero for a new one.
func (w *touchWriter) storedCall() leads.Call {
	if w.known.Interaction == nil || w.known.Interaction.Call == nil {
		return leads.Call{}
	}
	return *w.known.Interaction.Call
}

func sameLeg(a, b leads.Leg) bool {
	person := a.User == nil && b.User == nil || a.User != nil && b.User != nil && *a.User == *b.User
	a.User, b.User = nil, nil
	return person && a == b
}

// nameUsers fills in the users of the legs and of the operator, by extension. A stored leg
// keeps its user, even if another user has the extension now.
func (w *touchWriter) nameUsers(ctx context.Context) error {
	before := map[string]*leads.Person{}
	for _, l := range w.storedCall().Legs {
		before[l.Channel] = l.User
	}
	var list strings.Builder
	list.WriteString("," + w.call.Operator + ",")
	for _, l := range w.call.Legs {
		list.WriteString(l.Extension + ",")
	}
	rows, err := w.tx.q.UsersOfExtensions(ctx, db.UsersOfExtensionsParams{Source: w.call.Source, Extensions: list.String()})
	if err != nil {
		return err
	}
	whose := map[string]*leads.Person{}
	for _, r := range rows {
		whose[r.Number] = person(r.ID, r.Name)
	}
	w.call.OperatorUser = whose[w.call.Operator]
	for i := range w.call.Legs {
		l := &w.call.Legs[i]
		if l.User = whose[l.Extension]; before[l.Channel] != nil {
			l.User = before[l.Channel]
		}
		if l.Extension == w.call.Operator && l.User != nil {
			w.call.OperatorUser = l.User
		}
	}
	return nil
}

// suggestMerges stores that the touch named identities of several contacts.
func (w *touchWriter) suggestMerges(context.Context) error {
	for _, other := range w.out.MergeWith {
		var here, there []string
		for _, c := range w.known.Contacts {
			for _, id := range c.Matched {
				switch c.ID {
				case w.contact.ID:
					here = append(here, string(id.Kind))
				case other:
					there = append(there, string(id.Kind))
				}
			}
		}
		w.suggestMerge(other, fmt.Sprintf("one %s touch came with the %s of one and the %s of the other",
			w.t.Channel, strings.Join(here, " and "), strings.Join(there, " and ")))
	}
	return nil
}

// recordEvents records the events for the lead's manager, the call's present and former
// parties, and, unless it is a call, the contact's owner.
func (w *touchWriter) recordEvents(ctx context.Context) error {
	var audience []string
	if w.lead != nil {
		audience = append(audience, w.lead.ManagerID)
	}
	if w.call != nil && w.storedCall().State != leads.CallEnded { // after its end the parties see the call without contact and lead
		before := leads.CallRecord{Call: w.storedCall(), OperatorUser: person(w.before.OperatorID, "")}
		audience = append(audience, access.Parties(*w.call)...)
		audience = append(audience, access.Parties(before)...)
	}
	for _, kind := range w.out.Events {
		to := slices.Clone(audience)
		body := leads.EventBody{Type: kind, Contact: w.contact, Lead: w.lead}
		switch kind {
		case leads.EventInteraction, leads.EventEdited:
			i := w.interaction()
			body.Interaction, to = &i, append(to, w.owner)
		case leads.EventLeadCreated:
		default:
			body.Call = w.call
		}
		if err := w.log.record(ctx, body, to...); err != nil {
			return err
		}
	}
	return nil
}

// interaction returns the record as the API shows it.
func (w *touchWriter) interaction() leads.Interaction {
	i := leads.Interaction{
		ID: w.stored.InteractionID, Source: w.t.Source, ExternalID: w.t.ExternalID, Channel: w.t.Channel, Direction: w.t.Direction,
		At: w.t.At, ContactID: w.stored.ContactID, LeadID: w.stored.LeadID, Name: w.t.Name, To: w.t.To,
		Subject: w.t.Subject, Text: w.t.Text, UTM: w.t.UTM,
		Attachments: w.t.Attachments, Automatic: w.t.Automatic, Edited: w.t.Edited, HasWhole: w.t.Whole != "", HasHTML: w.t.HTML != "",
	}
	if w.out.Edit {
		i.At, i.Direction, i.Name, i.To, i.UTM = fromMicros(w.before.At), leads.Direction(w.before.Direction), w.before.Name, w.before.Addressee, fromJSON(w.before.UTM)
		i.Automatic = leads.Automatic(w.before.Automatic)
	}
	if w.contact != nil {
		i.ContactName = w.contact.Name
	}
	return i
}
