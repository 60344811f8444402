package storage

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/storage/batch"
)

// A merge gives the records of some contacts to another one and removes those contacts. It notes
// in merge_rows which contact and lead each record had, and in merge_images the rows that it
// removes or changes. storage/unmerge.go takes it back.

var (
	dropContactSights = batch.NewUpdate[oneID]("removing who saw contacts", batch.AnyRows, sightsOfContact("\nDELETE FROM sights WHERE (viewer, kind, at, id) IN (", ")"), "id")
	addContactSights  = batch.NewUpdate[oneID]("adding who sees contacts", batch.AnyRows, sightsOfContact(insertSights, onConflict), "id")
)

// sightsOfContact is a statement on all rows by which contacts v and their interactions are seen.
func sightsOfContact(before, after string) string {
	return `, k AS (SELECT n.id, n.created, n.owner_id FROM v CROSS JOIN contacts n WHERE n.id = v.id),
i AS (SELECT n.id, n.at, n.channel, n.contact_id, n.lead_id FROM k CROSS JOIN interactions n WHERE n.contact_id = k.id)` +
		before + sightsOfTouches + and + sightsOfCalls + and + sightsOfParties + and + sightsOfContacts + after
}

// LockContacts writes the rows that are queued and makes touches of the contacts wait until the
// transaction ends.
func (t *Tx) LockContacts(ctx context.Context, ids ...string) error {
	if t.s.writing == nil {
		for _, id := range ids {
			lockContact.Queue(t, oneID{id})
		}
	}
	return t.Flush(ctx)
}

// merger is a merge that is being carried out.
type merger struct {
	steps
	contacts.Merging
	id     string
	images int64
	gone   []string // ids of leads that were joined with the one that goes on
	owed   []string // interactions whose lead changed
}

// Merge gives the records of the removed contacts to the one that stays. It conflicts if one
// of them changed since it was read.
func (t *Tx) Merge(ctx context.Context, m contacts.Merging) (leads.Merge, error) {
	g := &merger{steps: steps{ctx: ctx, tx: t}, Merging: m, id: newID()}
	g.do(`INSERT INTO merges (id, contact_id, user_id, at, undone, undone_by) VALUES ($1, $2, $3, $4, 0, '')`, g.id, m.Keep.ID, m.UserID, micros(m.At))
	all := append([]string{m.Keep.ID}, idsOfContacts(m.Removed)...)
	g.sights(dropContactSights, all...)
	g.noteRows(m.Keep.ID)
	for _, c := range m.Removed {
		g.noteRows(c.ID)
		g.do(`INSERT INTO merge_rows (merge_id, kind, id, contact_id, lead_id, position) VALUES ($1, 'contact', $2, $2, '', 0)`, g.id, c.ID)
	}
	g.joinLeads()
	for _, c := range m.Removed {
		g.take(c)
	}
	g.change()
	g.sights(addContactSights, m.Keep.ID)
	g.settle(m.Keep.ID, g.owed)
	if g.err != nil {
		return leads.Merge{}, g.err
	}
	return leads.Merge{ID: g.id, ContactID: m.Keep.ID, Removed: idsOfContacts(m.Removed), By: person(m.UserID, ""), At: m.At}, g.record()
}

func idsOfContacts(all []leads.Contact) []string {
	return mapRows(all, func(c leads.Contact) string { return c.ID })
}

// noteRows notes which contact and lead the records of a contact have.
func (g *merger) noteRows(contactID string) {
	for _, from := range []string{
		`'identity', kind || ' ' || value, contact_id, '', position FROM identities`,
		`'lead', id, contact_id, id, 0 FROM leads`,
		`'interaction', id, contact_id, COALESCE(lead_id, ''), COALESCE((SELECT c.answered FROM calls c WHERE c.id = interactions.id), 0) FROM interactions`,
		`'reply', id, contact_id, lead_id, sent FROM replies`,
		`'task', id, contact_id, COALESCE(lead_id, ''), 0 FROM tasks`,
		`'missed', k.call_id, t.contact_id, k.task_id, 0 FROM task_calls k JOIN tasks t ON t.id = k.task_id`,
		`'offer', id, contact_id, '', 0 FROM offered_identities`,
		`'made', user_id || ' ' || asked_as, contact_id, '', 0 FROM made_contacts`,
	} {
		g.do("INSERT INTO merge_rows (merge_id, kind, id, contact_id, lead_id, position) SELECT $1, "+from+" WHERE contact_id = $2", g.id, contactID)
	}
}

// takeHistory gives the history of a record to the one with which it is joined.
func (g *merger) takeHistory(object leads.HistoryObject, from, to string) {
	g.do(`INSERT INTO merge_rows (merge_id, kind, id, contact_id, lead_id, position)
SELECT $1, 'change', id, object_id, '', 0 FROM changes WHERE object = $2 AND object_id = $3`, g.id, string(object), from)
	g.do("UPDATE changes SET object_id = $3 WHERE object = $1 AND object_id = $2", string(object), from, to)
}

// keepImages keeps rows that are going to be removed, or changed to after.
func (g *merger) keepImages(table string, rows []image, after string) {
	for _, row := range rows {
		g.images++
		g.do(`INSERT INTO merge_images (merge_id, n, name, id, before, after) VALUES ($1, $2, $3, $4, $5, $6)`,
			g.id, g.images, table, row.text("id"), row.encode(), after)
	}
}

// take gives the records of a contact to the one that stays, and removes it.
func (g *merger) take(c leads.Contact) {
	from, to := c.ID, g.Keep.ID
	g.do(`UPDATE identities SET position = position + (SELECT COUNT(*) FROM identities k WHERE k.contact_id = $2), contact_id = $2 WHERE contact_id = $1`, from, to)
	for _, table := range []string{"leads", "interactions", "replies", "made_contacts"} {
		g.do("UPDATE "+table+" SET contact_id = $2 WHERE contact_id = $1", from, to)
	}
	g.joinCallbacks(from)
	g.do("UPDATE tasks SET contact_id = $2 WHERE contact_id = $1", from, to)
	g.takeHistory(leads.ObjectContact, from, to)
	g.takeOffers(from)
	g.takeSuggestions(from)
	g.keepImages("contact_tags", g.rows("contact_tags", "contact_id = $1", from), "")
	g.do("DELETE FROM contact_tags WHERE contact_id = $1", from)
	g.takeValues(from)
	row := g.rows("contacts", "id = $1", from)
	if g.err == nil && (len(row) != 1 || row[0].number("version") != c.Version) {
		g.err = batch.ErrConflict
	}
	g.keepImages("contacts", row, "")
	g.do("DELETE FROM contacts WHERE id = $1", from)
}

// takeOffers gives the offers of a contact to the one that stays, save those that it has itself.
func (g *merger) takeOffers(from string) {
	const known = `contact_id = $1 AND (EXISTS (SELECT 1 FROM identities d WHERE d.kind = offered_identities.kind AND d.value = offered_identities.value AND d.contact_id = $2)
    OR EXISTS (SELECT 1 FROM offered_identities o WHERE o.contact_id = $2 AND o.kind = offered_identities.kind AND o.value = offered_identities.value))`
	g.keepImages("offered_identities", g.rows("offered_identities", known, from, g.Keep.ID), "")
	g.do("DELETE FROM offered_identities WHERE "+known, from, g.Keep.ID)
	g.do("UPDATE offered_identities SET contact_id = $2 WHERE contact_id = $1", from, g.Keep.ID)
}

// takeSuggestions gives the suspected duplicates of a contact to the one that stays.
func (g *merger) takeSuggestions(from string) {
	rows := g.rows("merge_suggestions", "contact_id = $1 OR other_id = $1", from)
	g.keepImages("merge_suggestions", rows, "")
	g.do("DELETE FROM merge_suggestions WHERE contact_id = $1 OR other_id = $1", from)
	for _, row := range rows {
		other := row.text("other_id")
		if other == from {
			other = row.text("contact_id")
		}
		if other == g.Keep.ID || slices.ContainsFunc(g.Removed, func(c leads.Contact) bool { return c.ID == other }) {
			continue
		}
		row["contact_id"], row["other_id"] = min(other, g.Keep.ID), max(other, g.Keep.ID)
		if g.insert("merge_suggestions", row) {
			added := row.encode()
			g.images++
			g.do(`INSERT INTO merge_images (merge_id, n, name, id, before, after) VALUES ($1, $2, 'merge_suggestions', '', '', $3)`, g.id, g.images, added)
		}
	}
}

// change stores the fields of the contact that stays.
func (g *merger) change() {
	if g.err != nil {
		return
	}
	row := g.rows("contacts", "id = $1", g.Keep.ID)
	after := image{"name": g.Is.Name, "company": g.Is.Company, "company_id": nil, "role": g.Is.Role, "owner_id": nil, "warning": g.Is.Warning, "notes": g.Is.Notes}
	if g.Is.Owner != nil {
		after["owner_id"] = g.Is.Owner.ID
	}
	if g.Is.CompanyID != "" {
		after["company_id"] = g.Is.CompanyID
	}
	g.keepImages("contacts", row, after.encode())
	g.keepImages("contact_tags", g.rows("contact_tags", "contact_id = $1", g.Keep.ID), unchanged)
	g.do("UPDATE contacts SET owner_id = $2 WHERE id = $1", g.Keep.ID, after["owner_id"])
	if g.err == nil {
		g.err = g.tx.SaveContact(g.ctx, g.Is)
	}
	if g.err == nil {
		g.err = g.tx.SetTags(g.ctx, g.Is)
	}
	g.changeValues()
}

// settle brings up to date what is derived from the records of a contact.
func (s *steps) settle(contactID string, interactions []string) {
	holdTasksOfContact.Queue(s.tx, oneID{contactID})
	slices.Sort(interactions)
	for _, id := range slices.Compact(interactions) {
		s.tx.settleFacts(id)
	}
	s.flush()
}

// record records what happened, for those who saw the contacts and the leads.
func (g *merger) record() error {
	var watchers []string
	for _, c := range g.Removed {
		watchers = append(watchers, leads.IDOf(c.Owner))
	}
	for _, l := range g.rows("merge_images", "merge_id = $1 AND name = 'leads'", g.id) {
		row, err := imageOf(l.text("before"))
		if err != nil {
			return err
		}
		watchers = append(watchers, row.text("manager_id"))
	}
	if g.err != nil {
		return g.err
	}
	kept, err := g.tx.q.GetContact(g.ctx, g.Keep.ID)
	if err != nil {
		return err
	}
	c := contactOf(kept)
	managers, err := g.tx.q.ManagersOfContact(g.ctx, c.ID)
	if err != nil {
		return err
	}
	watchers = append(append(watchers, managers...), g.UserID, leads.IDOf(g.Keep.Owner), leads.IDOf(c.Owner))
	merged := &leads.MergedRecords{Contacts: idsOfContacts(g.Removed), Leads: g.gone}
	if err := g.tx.record(g.ctx, leads.EventBody{Type: leads.EventContactMerged, Contact: &c, Merged: merged}, watchers...); err != nil {
		return err
	}
	for _, id := range g.Leads {
		if _, err := g.tx.RecordLead(g.ctx, leads.EventLeadUpdated, id); err != nil {
			return err
		}
	}
	return nil
}
