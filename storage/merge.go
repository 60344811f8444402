package storage

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// A merge gives the records of some contacts to another one and removes those contacts. It notes
// in merge_rows which contact and lead each record had, and in merge_images the rows that it
// removes or changes. storage/unmerge.go takes it back.

var (
	// lockContactsByID makes touches of contacts wait, and waits for those that are being stored.
	// PostgreSQL only: SQLite has one writer.
	lockContactsByID = batch.NewUpdate[oneID]("locking contacts", batch.AnyRows, `
SELECT c.id FROM v JOIN contacts c ON c.id = v.id ORDER BY c.id FOR UPDATE OF c`, "id")

	dropContactSights = batch.NewUpdate[oneID]("removing who saw contacts", batch.AnyRows, sightsOfContact("\nDELETE FROM sights WHERE (viewer, kind, at, id) IN (", ")"), "id")
	addContactSights  = batch.NewUpdate[oneID]("adding who sees contacts", batch.AnyRows, sightsOfContact(insertSights, onConflict), "id")
)

// sightsOfContact is a statement on all rows by which contacts v and their interactions are seen.
func sightsOfContact(before, after string) string {
	return `, k AS (SELECT n.id, n.created, n.owner_id FROM v CROSS JOIN contacts n WHERE n.id = v.id),
i AS (SELECT n.id, n.at, n.channel, n.contact_id, n.lead_id FROM k CROSS JOIN interactions n WHERE n.contact_id = k.id)` +
		before + sightsOfTouches + and + sightsOfCalls + and + sightsOfParties + and + sightsOfContacts + after
}

// LockContacts makes touches of the contacts wait until the transaction ends.
func (t *Tx) LockContacts(ctx context.Context, ids ...string) error {
	if t.s.writing != nil {
		return nil
	}
	for _, id := range ids {
		lockContactsByID.Queue(t, oneID{id})
	}
	return t.Flush(ctx)
}

var openLeadsOf = batch.NewQuery[string, db.LeadRow]("reading open leads", "SELECT "+batch.Columns[db.LeadRow]("r")+" FROM lead_rows r WHERE r.closed = 0 AND", "r.contact_id")

// OpenLeads returns the open leads of contacts.
func (t *Tx) OpenLeads(ctx context.Context, contactIDs ...string) ([]leads.Lead, error) {
	rows, err := openLeadsOf.Rows(ctx, t, contactIDs...)
	return mapRows(rows, leadOf), err
}

// MergeCounts counts the records of contacts.
func (t *Tx) MergeCounts(ctx context.Context, contactIDs ...string) (n leads.MergeCounts, err error) {
	for _, id := range contactIDs {
		c, err := t.q.CountOfContact(ctx, id)
		if err != nil {
			return n, err
		}
		n.Leads, n.Interactions, n.Tasks, n.Files = n.Leads+c.Leads, n.Interactions+c.Interactions, n.Tasks+c.Tasks, n.Files+c.Files
	}
	return n, nil
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
	g.sights(dropContactSights, m.Removed...)
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
	g.sights(addContactSights)
	g.settle(m.Keep.ID, g.owed)
	if g.err != nil {
		return leads.Merge{}, g.err
	}
	return leads.Merge{ID: g.id, ContactID: m.Keep.ID, Removed: idsOfContacts(m.Removed), By: person(m.UserID, ""), At: m.At}, g.record()
}

func idsOfContacts(all []leads.Contact) []string {
	return mapRows(all, func(c leads.Contact) string { return c.ID })
}

// sights queues a statement for the contact that stays and others, and runs it.
func (g *merger) sights(u *batch.Update[oneID], others ...leads.Contact) {
	for _, c := range append([]leads.Contact{g.Keep}, others...) {
		u.Queue(g.tx, oneID{c.ID})
	}
	g.flush()
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

// partsOfLead are the tables whose rows belong to a lead and to nothing else.
var partsOfLead = []string{"lead_stages"}

// joinLeads makes one open lead of several in a pipeline: the messages and tasks of the others
// become its own.
func (g *merger) joinLeads() {
	goOn, others := map[string]string{}, []image(nil)
	for _, c := range append([]leads.Contact{g.Keep}, g.Removed...) {
		for _, l := range g.rows("leads", "contact_id = $1 AND closed = 0", c.ID) {
			if !slices.Contains(g.Leads, l.text("id")) {
				others = append(others, l)
				continue
			}
			goOn[l.text("pipeline_id")] = l.text("id")
			g.keepImages("leads", []image{l}, unchanged)
		}
		g.keepImages("tasks", g.rows("tasks", openCallbackOf, c.ID), unchanged)
	}
	for _, l := range others {
		if with := goOn[l.text("pipeline_id")]; with != "" {
			g.joinLead(l, with)
		} else if g.err == nil { // it was opened or moved since
			g.err = batch.ErrConflict
		}
	}
}

// unchanged is the after of a row that the merge leaves as it is, but that may change in between.
const unchanged = "{}"

// openCallbackOf is the open call-back of a contact.
const openCallbackOf = "contact_id = $1 AND state = 'open' AND kind = 'callback'"

func (g *merger) joinLead(row image, with string) {
	id := row.text("id")
	g.owed = append(g.owed, g.texts("SELECT id FROM interactions WHERE lead_id = $1", id)...)
	g.do("UPDATE interactions SET lead_id = $2 WHERE lead_id = $1", id, with)
	g.do("UPDATE replies SET lead_id = $2 WHERE lead_id = $1", id, with)
	g.do("UPDATE tasks SET lead_id = $2 WHERE lead_id = $1", id, with)
	for _, part := range partsOfLead {
		g.keepImages(part, g.rows(part, "lead_id = $1", id), "")
		g.do("DELETE FROM "+part+" WHERE lead_id = $1", id)
	}
	g.keepImages("leads", []image{row}, "")
	g.do("DELETE FROM leads WHERE id = $1", id)
	g.do("UPDATE merge_rows SET lead_id = $3 WHERE merge_id = $1 AND kind = 'lead' AND id = $2", g.id, id, with)
	g.takeHistory(leads.ObjectLead, id, with)
	g.gone = append(g.gone, id)
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
	row := g.rows("contacts", "id = $1", from)
	if g.err == nil && (len(row) != 1 || row[0].number("version") != c.Version) {
		g.err = batch.ErrConflict
	}
	g.keepImages("contacts", row, "")
	g.do("DELETE FROM contacts WHERE id = $1", from)
}

// joinCallbacks makes one open call-back of two: the one that is due first, with all the calls.
func (g *merger) joinCallbacks(from string) {
	theirs, ours := g.rows("tasks", openCallbackOf, from), g.rows("tasks", openCallbackOf, g.Keep.ID)
	if len(theirs) == 0 || len(ours) == 0 {
		return
	}
	stays, goes := ours[0], theirs[0]
	if goes.number("due") < stays.number("due") {
		stays, goes = goes, stays
	}
	latest := stays
	if goes.number("missed") > stays.number("missed") {
		latest = goes
	}
	wish := stays
	if wish.number("wished") == 0 {
		wish = goes
	}
	after := image{
		"calls": stays.number("calls") + goes.number("calls"), "attempts": stays.number("attempts") + goes.number("attempts"),
		"missed": latest.number("missed"), "call_id": firstSet(latest["call_id"], stays["call_id"], goes["call_id"]),
		"wished": wish["wished"], "number": wish["number"], "note": wish["note"],
	}
	g.keepImages("tasks", []image{stays}, after.encode())
	g.keepImages("tasks", []image{goes}, "")
	g.do("UPDATE task_calls SET task_id = $2 WHERE task_id = $1", goes.text("id"), stays.text("id"))
	g.do("DELETE FROM tasks WHERE id = $1", goes.text("id"))
	g.do(`UPDATE tasks SET calls = $2, attempts = $3, missed = $4, call_id = $5, wished = $6, number = $7, note = $8, version = version + 1 WHERE id = $1`,
		stays.text("id"), after["calls"], after["attempts"], after["missed"], after["call_id"], after["wished"], after["number"], after["note"])
}

// firstSet returns the first value that is not NULL.
func firstSet(values ...any) any {
	for _, v := range values {
		if v != nil {
			return v
		}
	}
	return nil
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
	after := image{"name": g.Is.Name, "company": g.Is.Company, "owner_id": nil, "warning": g.Is.Warning, "notes": g.Is.Notes}
	if g.Is.Owner != nil {
		after["owner_id"] = g.Is.Owner.ID
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
