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

// unmerger takes a merge back.
type unmerger struct {
	separation
	m      leads.Merge
	images []storedImage
}

// storedImage is a row of merge_images.
type storedImage struct {
	table, id     string
	before, after image
	removed       bool
}

// UndoMerge brings the removed contacts back with their records, see contacts.MergeTx. It
// conflicts if the merge was undone meanwhile.
func (t *Tx) UndoMerge(ctx context.Context, m leads.Merge, userID string) (was leads.Contact, all []leads.Contact, err error) {
	if err := t.LockContacts(ctx, m.ContactID); err != nil {
		return was, nil, err
	}
	if was, err = t.WholeContact(ctx, m.ContactID); err != nil {
		return was, nil, err
	}
	if err := requireRow(t.q.EndMerge(ctx, db.EndMergeParams{ID: m.ID, Undone: micros(t.s.now()), UndoneBy: userID})); err != nil {
		return was, nil, err
	}
	u := &unmerger{separation: separation{steps: steps{ctx: ctx, tx: t}, from: m.ContactID, sides: map[string]string{}, known: m.ID}, m: m}
	u.load()
	u.sights(dropContactSights, m.ContactID)
	u.putBack("contacts")
	later := u.later()
	u.identities(later)
	u.giveBack()
	u.leads(later)
	u.give(later)
	parts := append([]string{m.ContactID}, m.Removed...)
	u.tasks(parts)
	u.offers()
	u.tags()
	u.values()
	u.suggestions()
	u.kept()
	for _, i := range u.images {
		if i.table == "leads" && i.before.number("responded") == 0 {
			u.answered(i.before.text("id"))
		}
	}
	u.finish(parts...)
	if u.err != nil {
		return was, nil, u.err
	}
	for _, id := range parts {
		c, err := t.WholeContact(ctx, id)
		if err != nil {
			return was, nil, err
		}
		all = append(all, c)
	}
	return was, all, u.record(all[0], all[1:]...)
}

// WholeContact returns a contact with its notes, whoever sees it.
func (t *Tx) WholeContact(ctx context.Context, id string) (leads.Contact, error) {
	row, err := t.q.GetContact(ctx, id)
	if err != nil {
		return leads.Contact{}, orNotFound(err)
	}
	c := contactOf(row)
	c.Notes = row.Notes
	return c, nil
}

// load reads what the merge kept.
func (u *unmerger) load() {
	for _, r := range u.rows("merge_images", "merge_id = $1 ORDER BY n", u.m.ID) {
		before, err := imageOf(r.text("before"))
		after, err2 := imageOf(r.text("after"))
		if u.err = cmp.Or(u.err, err, err2); u.err != nil {
			return
		}
		u.images = append(u.images, storedImage{r.text("name"), r.text("id"), before, after, r.text("after") == ""})
	}
}

// putBack inserts the rows of a table that the merge removed.
func (u *unmerger) putBack(table string) {
	for _, i := range u.images {
		if i.table == table && i.removed {
			u.restore(table, i.before)
		}
	}
}

// restore inserts a removed row. Its version grows: it was read with the one before. What belonged to
// a user who has left since belongs to the owner of the contact that stayed.
func (u *unmerger) restore(table string, row image) {
	for _, column := range []string{"manager_id", "owner_id"} {
		if left := u.texts("SELECT id FROM users WHERE id = $1 AND disabled", row.text(column)); len(left) > 0 {
			row[column] = u.owner()
		}
	}
	if table == "contacts" {
		u.nameCompany(row)
	}
	if _, ok := row["version"]; ok {
		row["version"] = row.number("version") + 1
	}
	if u.err == nil && !u.insert(table, row) && u.err == nil {
		u.err = fmt.Errorf("%w: a row of %s that a merge removed is there already", leads.ErrConflict, table)
	}
}

// nameCompany gives a row of a contact the name that its company has now. A company that was
// deleted since is only a text.
func (u *unmerger) nameCompany(row image) {
	id := row.text("company_id")
	if id == "" {
		return
	}
	if names := u.texts("SELECT name FROM companies WHERE id = $1", id); len(names) > 0 {
		row["company"] = names[0]
	} else {
		row["company_id"] = nil
	}
}

// owner returns the owner of the contact that stayed, nil for none.
func (u *unmerger) owner() any {
	for _, c := range u.rows("contacts", "id = $1", u.from) {
		return c["owner_id"]
	}
	return nil
}

// identities gives the contacts their identities back, in their order, and those that came in
// between to the side with which they came.
func (u *unmerger) identities(later []laterInteraction) {
	for _, r := range u.rows("merge_rows", "merge_id = $1 AND kind = 'identity'", u.m.ID) {
		u.sides[r.text("id")] = r.text("contact_id")
	}
	u.do("UPDATE identities SET position = position + 1000000 WHERE contact_id = $1", u.from)
	u.learn(later)
	u.do(`UPDATE identities SET position = (SELECT r.position FROM merge_rows r WHERE r.merge_id = $1 AND r.kind = 'identity' AND r.id = identities.kind || ' ' || identities.value)
WHERE contact_id IN (SELECT r.contact_id FROM merge_rows r WHERE r.merge_id = $1 AND r.kind = 'identity')
  AND EXISTS (SELECT 1 FROM merge_rows r WHERE r.merge_id = $1 AND r.kind = 'identity' AND r.id = identities.kind || ' ' || identities.value AND r.contact_id = identities.contact_id)`, u.m.ID)
}

// giveBack gives records the contact and the lead that they had.
func (u *unmerger) giveBack() {
	const had = "(SELECT r.contact_id FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = '"
	u.do(`UPDATE leads SET contact_id = `+had+`lead' AND r.id = leads.id) WHERE contact_id = $1 AND id IN (SELECT r.id FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = 'lead')`, u.from, u.m.ID)
	u.do(`UPDATE changes SET object_id = (SELECT r.contact_id FROM merge_rows r WHERE r.merge_id = $1 AND r.kind = 'change' AND r.id = changes.id)
WHERE id IN (SELECT r.id FROM merge_rows r WHERE r.merge_id = $1 AND r.kind = 'change')`, u.m.ID)
	u.do(`UPDATE made_contacts SET contact_id = `+had+`made' AND r.id = user_id || ' ' || asked_as) WHERE contact_id = $1
    AND user_id || ' ' || asked_as IN (SELECT r.id FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = 'made')`, u.from, u.m.ID)
}

// leads brings back the leads that were joined with the one that went on.
func (u *unmerger) leads(later []laterInteraction) {
	for _, i := range u.images {
		if i.table != "leads" || !i.removed {
			continue
		}
		row := i.before
		u.giveLeads(later)
		if open := u.rows("leads", "contact_id = $1 AND pipeline_id = $2 AND closed = 0", row.text("contact_id"), row.text("pipeline_id")); len(open) > 0 {
			u.closeAsJoined(row)
		}
		u.restore("leads", row)
	}
	for _, part := range partsOfLead {
		u.putBack(part)
	}
	u.giveBackKind("interaction")
	u.giveBackKind("reply")
}

// closeAsJoined closes a lead that comes back as the one that went on was closed: the customer
// has opened another one since.
func (u *unmerger) closeAsJoined(row image) {
	for _, i := range u.images {
		if i.table != "leads" || i.removed || i.before.text("pipeline_id") != row.text("pipeline_id") {
			continue
		}
		for _, l := range u.rows("leads", "id = $1 AND closed <> 0", i.before.text("id")) {
			for _, column := range []string{"status", "stage_id", "staged", "refusal", "refusal_id", "closed"} {
				row[column] = l[column]
			}
		}
	}
}

// giveBackKind gives interactions, replies or tasks the contact and the lead that they had.
func (u *unmerger) giveBackKind(kind string) {
	table := map[string]string{"interaction": "interactions", "reply": "replies", "task": "tasks"}[kind]
	u.owed = append(u.owed, u.texts(`SELECT i.id FROM interactions i JOIN merge_rows r ON r.merge_id = $2 AND r.kind = '`+kind+`' AND r.id = i.id
WHERE i.contact_id = $1 AND COALESCE(i.lead_id, '') <> r.lead_id`, u.from, u.m.ID)...)
	was := "(SELECT NULLIF(r.lead_id, '') FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = '" + kind + "' AND r.id = " + table + ".id)"
	u.do("UPDATE "+table+" SET lead_id = "+was+", contact_id = "+strings.Replace(was, "NULLIF(r.lead_id, '')", "r.contact_id", 1)+
		" WHERE contact_id = $1 AND id IN (SELECT r.id FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = '"+kind+"')", u.from, u.m.ID)
}

// tasks brings back call-backs that were joined, and settles the calls that came in between.
func (u *unmerger) tasks(parts []string) {
	later := u.laterCallbacks()
	u.giveBackKind("task")
	for _, i := range slices.Backward(u.images) {
		switch {
		case i.table != "tasks":
		case i.removed: // of several removed contacts, it was taken over before
			for _, r := range u.rows("merge_rows", "merge_id = $1 AND kind = 'task' AND id = $2", u.m.ID, i.id) {
				i.before["contact_id"], i.before["lead_id"] = r["contact_id"], orNull(r.text("lead_id"))
			}
			u.restore("tasks", i.before)
		case len(i.after) > 0:
			for column, after := range i.after {
				for _, now := range u.rows("tasks", "id = $1", i.id) {
					if column == "attempts" {
						u.do("UPDATE tasks SET attempts = $2 WHERE id = $1", i.id, i.before.number(column)+now.number(column)-i.after.number(column))
					} else if now[column] == after {
						u.do("UPDATE tasks SET "+column+" = $2 WHERE id = $1", i.id, i.before[column])
					}
				}
			}
		}
	}
	u.do(`UPDATE task_calls SET task_id = (SELECT r.lead_id FROM merge_rows r WHERE r.merge_id = $1 AND r.kind = 'missed' AND r.id = task_calls.call_id)
WHERE call_id IN (SELECT r.id FROM merge_rows r WHERE r.merge_id = $1 AND r.kind = 'missed' AND r.lead_id IN (SELECT t.id FROM tasks t))`, u.m.ID)
	var atMerge []image
	for _, i := range u.images {
		if i.table == "tasks" && !i.removed && len(i.after) == 0 {
			atMerge = append(atMerge, i.before)
		}
	}
	u.callbacks(later, atMerge, parts...)
}

// offers brings back offers that the contact had itself.
func (u *unmerger) offers() {
	u.do(`UPDATE offered_identities SET contact_id = (SELECT r.contact_id FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = 'offer' AND r.id = offered_identities.id)
WHERE contact_id = $1 AND id IN (SELECT r.id FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = 'offer')`, u.from, u.m.ID)
	for _, i := range u.images {
		if i.table == "offered_identities" {
			u.insert(i.table, i.before)
		}
	}
}

// tags gives the removed contacts their tags back, and takes them from the one that stayed unless
// it had them too. Tags that were given or taken in between stay so.
func (u *unmerger) tags() {
	had, joined := map[string]bool{}, []string{}
	for _, i := range u.images {
		switch {
		case i.table != "contact_tags":
		case i.removed:
			u.insert("contact_tags", i.before)
			joined = append(joined, i.before.text("folded"))
		default:
			had[i.before.text("folded")] = true
		}
	}
	for _, tag := range joined {
		if !had[tag] {
			u.do("DELETE FROM contact_tags WHERE contact_id = $1 AND folded = $2", u.from, tag)
		}
	}
	for n, tag := range u.texts("SELECT folded FROM contact_tags WHERE contact_id = $1 ORDER BY position", u.from) {
		u.do("UPDATE contact_tags SET position = $3 WHERE contact_id = $1 AND folded = $2", u.from, tag, n)
	}
}

// suggestions brings back the suspected duplicates of the removed contacts.
func (u *unmerger) suggestions() {
	for _, i := range slices.Backward(u.images) {
		if i.table != "merge_suggestions" {
			continue
		}
		if !i.removed {
			u.do("DELETE FROM merge_suggestions WHERE contact_id = $1 AND other_id = $2", i.after.text("contact_id"), i.after.text("other_id"))
			continue
		}
		if both := u.rows("contacts", "id = $1 OR id = $2", i.before.text("contact_id"), i.before.text("other_id")); len(both) == 2 {
			u.insert("merge_suggestions", i.before)
		}
	}
}

// kept gives the contact that stayed the values that it had, save those that were changed since.
func (u *unmerger) kept() {
	for _, i := range u.images {
		if i.table != "contacts" || i.removed {
			continue
		}
		for _, now := range u.rows("contacts", "id = $1", u.from) {
			for _, column := range []string{"name", "owner_id", "warning", "notes"} {
				if now[column] == i.after[column] {
					u.do("UPDATE contacts SET "+column+" = $2 WHERE id = $1", u.from, i.before[column])
				}
			}
			// Of a company that was renamed since, the text changed by itself.
			if now["role"] == i.after["role"] && now["company_id"] == i.after["company_id"] && (now["company_id"] != nil || now["company"] == i.after["company"]) {
				u.nameCompany(i.before)
				u.do("UPDATE contacts SET company = $2, company_id = $3, role = $4 WHERE id = $1", u.from, i.before["company"], i.before["company_id"], i.before["role"])
			}
		}
	}
}
