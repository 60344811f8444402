package storage

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// loadContact sets the contact of the touch, as it will be.
func (w *touchWriter) loadContact() error {
	switch {
	case w.out.NewContact:
		w.contact = &leads.Contact{ID: newID(), Created: w.at, CompanyID: w.out.CompanyID}
		if w.out.CompanyID != "" {
			w.contact.Company, w.contact.Owner = w.book.companyOf(w)
			w.owner = leads.IDOf(w.contact.Owner)
		}
	case w.out.ContactID == "":
		return nil
	default:
		held, ok := w.book.contacts[w.out.ContactID]
		if !ok {
			return batch.ErrConflict
		}
		c := contactOf(held.ContactRow)
		w.held, w.contact, w.owner = held, &c, held.OwnerID
	}
	w.contact.Identities = append([]leads.Identity{}, append(w.contact.Identities, w.out.AddIdentities...)...)
	if w.contact.Name == "" {
		w.contact.Name = w.out.SetName
	}
	w.stored.ContactID = w.contact.ID
	return nil
}

// unread returns the texts that are kept beside the contact, those of the touch included.
func (w *touchWriter) unread() []string { return append(w.held.unread(), valuesOf(w.out.Unread)...) }

// writeContact creates or completes the contact.
func (w *touchWriter) writeContact(context.Context) error {
	if w.assignment != nil && w.contact.Owner == nil {
		w.contact.Owner = person(w.lead.ManagerID, w.lead.ManagerName)
	}
	c, unread := w.contact, w.unread()
	switch {
	case w.out.NewContact:
		row := db.Contact{ID: c.ID, Name: c.Name, Company: c.Company, CompanyID: orNull(c.CompanyID), MainKey: mainKey(c.Identities, unread), Search: searchOf(*c, unread), Version: 1, Created: micros(w.at)}
		row.OwnerID = orNull(leads.IDOf(c.Owner))
		tables.contacts.Insert(w.tx, row)
	case len(w.out.AddIdentities) > 0 || w.out.SetName != "":
		completeContact.Queue(w.tx, completedContact{
			ID: c.ID, Version: w.held.Version, Name: c.Name, MainKey: mainKey(c.Identities, w.held.unread()), Search: searchOf(*c, w.held.unread()),
		})
	}
	if w.assignment != nil && !w.out.NewContact && w.owner == "" {
		ownContactOf.Queue(w.tx, contactOwner{ContactID: c.ID, OwnerID: w.assignment.ManagerID})
	}
	return nil
}

var (
	completeContact = batch.NewUpdate[completedContact]("completing a contact", batch.EachOne, `
UPDATE contacts SET name = v.name, main_key = v.main_key, search = v.search, version = contacts.version + 1
FROM v WHERE contacts.id = v.id AND contacts.version = v.version`, "id", "version", "name", "main_key", "search")
	ownContactOf = batch.NewUpdate[contactOwner]("naming the owner of a contact", batch.AnyRows, `
UPDATE contacts SET owner_id = v.owner_id FROM v WHERE contacts.id = v.contact_id AND COALESCE(contacts.owner_id, '') = ''`, "contact_id", "owner_id")
)

type completedContact struct {
	ID                    string
	Version               int64
	Name, MainKey, Search string
}

type contactOwner struct{ ContactID, OwnerID string }

// writeIdentities adds the outcome's identities to the contact. Every hub inserts them in one
// order, so that two transactions cannot deadlock.
func (w *touchWriter) writeIdentities(context.Context) error {
	rows := make([]db.Identity, len(w.out.AddIdentities))
	for i, id := range w.out.AddIdentities {
		rows[i] = db.Identity{
			Kind: string(id.Kind), Value: id.Value, ContactID: w.contact.ID, Position: int64(len(w.contact.Identities) - len(w.out.AddIdentities) + i), Added: micros(w.at),
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

// loadLead sets the lead that the touch belongs to or opens.
func (w *touchWriter) loadLead() error {
	switch {
	case w.out.NewLead:
		w.lead = &leads.Lead{
			ID: newID(), ContactID: w.contact.ID, ContactName: w.contact.Name, Shared: w.contact.Line, ContactKey: mainKey(w.contact.Identities, w.unread()),
			Status: leads.LeadNew, Source: w.t.Source, Channel: w.t.Channel, Subject: w.t.Subject, Team: w.t.Team,
			Repeat: w.out.Repeat, UTM: w.t.UTM, Opened: w.t.At, Deal: w.book.startOf(w.out.Repeat),
		}
		w.lead.Staged = w.t.At
	case w.out.LeadID == "":
		return nil
	default:
		row, ok := w.book.leads[w.out.LeadID]
		if !ok {
			return batch.ErrConflict
		}
		l := leadOf(row)
		w.lead = &l
	}
	w.stored.LeadID = w.lead.ID
	return nil
}

// writeLead opens the outcome's new lead, with its manager.
func (w *touchWriter) writeLead(context.Context) error {
	if !w.out.NewLead {
		return nil
	}
	l := w.lead
	tables.leads.Insert(w.tx, newLeadRow(*l))
	if w.assignment != nil {
		tables.changes.Insert(w.tx, w.tx.changeOf(assignmentEntry(*w.assignment, "")))
	}
	return nil
}

// correctInteraction corrects a call by the exchange's journal.
var correctInteraction = batch.NewUpdate[correctedInteraction]("correcting an interaction", batch.EachOne, `
UPDATE interactions SET direction = v.direction, contact_id = v.contact_id, lead_id = v.lead_id, came_from = v.came_from,
    name = v.name, addressee = v.addressee, subject = v.subject, utm = v.utm
FROM v WHERE interactions.id = v.id`,
	"id", "direction", "contact_id", "lead_id", "came_from", "name", "addressee", "subject", "utm")

type correctedInteraction struct {
	ID, Direction                 string
	ContactID, LeadID             sql.NullString
	CameFrom                      string
	Name, Addressee, Subject, UTM string
}

// correctsInteraction reports whether the touch corrects the stored interaction of its call.
func (w *touchWriter) correctsInteraction() bool {
	return w.out.Found || w.out.Call != nil && !w.out.NewInteraction && string(w.t.Direction) != w.before.Direction
}

// writeInteraction stores the interaction, once per key, or corrects the contact of a call.
func (w *touchWriter) writeInteraction(context.Context) error {
	if w.correctsInteraction() {
		correctInteraction.Queue(w.tx, correctedInteraction{
			ID: w.stored.InteractionID, Direction: string(w.t.Direction), ContactID: orNull(w.stored.ContactID), LeadID: orNull(w.stored.LeadID),
			CameFrom: w.cameFrom(), Name: w.t.Name, Addressee: w.t.To, Subject: w.t.Subject, UTM: toJSON(w.t.UTM),
		})
		return nil
	}
	if !w.out.NewInteraction {
		return nil
	}
	tables.interactions.Insert(w.tx, db.Interaction{
		ID: w.stored.InteractionID, Source: w.t.Source, ExternalID: w.t.ExternalID, Channel: string(w.t.Channel),
		Direction: string(w.t.Direction), At: micros(w.t.At), ContactID: orNull(w.stored.ContactID), LeadID: orNull(w.stored.LeadID),
		Name: w.t.Name, Addressee: w.t.To, Subject: w.t.Subject, Body: w.t.Text, HTML: w.t.HTML,
		Attachments: toJSON(w.t.Attachments), UTM: toJSON(w.t.UTM), Raw: w.t.Raw, Stored: micros(w.at),
		Whole: w.t.Whole, Edited: micros(w.t.Edited), Automatic: string(w.t.Automatic), MessageID: w.t.MessageID, Refs: strings.Join(w.t.References, "\n"), Digest: w.t.Digest,
		CameFrom: w.cameFrom(),
	})
	return nil
}

// cameFrom returns the identities by which the touch came to its contact, as they are stored.
func (w *touchWriter) cameFrom() string {
	if w.contact == nil {
		return ""
	}
	return cameFrom(w.t.From...)
}

// cameFrom is the stored form of the identities by which an interaction came.
func cameFrom(ids ...leads.Identity) string {
	lines := make([]string, len(ids))
	for i, id := range ids {
		lines[i] = string(id.Kind) + " " + id.Value
	}
	return strings.Join(lines, "\n")
}

// suggestMerges stores that the touch named identities of several contacts.
func (w *touchWriter) suggestMerges(context.Context) error {
	for _, other := range w.out.MergeWith {
		var kinds []string
		for _, c := range w.known.Contacts {
			for _, id := range c.Matched {
				if (c.ID == w.contact.ID || c.ID == other) && !slices.Contains(kinds, string(id.Kind)) {
					kinds = append(kinds, string(id.Kind))
				}
			}
		}
		slices.Sort(kinds)
		w.suggestMerge(other, togetherScore, leads.DuplicateReason{Code: leads.DuplicateTogether, Values: kinds})
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
		if err := w.record(ctx, body, to...); err != nil {
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
		Attachments: w.t.Attachments, Automatic: w.t.Automatic, Edited: w.t.Edited, HasWhole: w.t.Whole != "", HasHTML: w.t.HTML != "", Fields: w.fields,
	}
	if w.out.Edit {
		i.At, i.Direction, i.Name, i.To, i.UTM = fromMicros(w.before.At), leads.Direction(w.before.Direction), w.before.Name, w.before.Addressee, fromJSON(w.before.UTM)
		i.Automatic = leads.Automatic(w.before.Automatic)
	}
	if w.contact != nil {
		i.ContactName, i.Shared = w.contact.Name, w.contact.Line
	}
	return i
}
