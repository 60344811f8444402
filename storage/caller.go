package storage

import (
	"context"
	"slices"

	"ctihub/leads"
)

// LineOf returns the line of a company by whose number an interaction came and that it is still
// with, or from which it was given to a person; empty for none.
func (t *Tx) LineOf(ctx context.Context, interactionID string) (string, error) {
	return idOrNone(t.q.LineOfInteraction(ctx, interactionID))
}

// given is an interaction that goes from one contact to another.
type given struct {
	separation
	i    leads.Interaction
	to   leads.Contact
	gone string // the lead that was joined with one of the other contact; empty: none
}

// GiveInteraction gives an interaction to another contact. If nothing else is in its lead, the lead
// goes along, or is joined with the contact's open lead of the pipeline; else the interaction goes to the
// contact's open lead, or to a new one. Its call-backs follow.
func (t *Tx) GiveInteraction(ctx context.Context, i leads.Interaction, to leads.Contact) (leads.Interaction, error) {
	both := []string{i.ContactID, to.ID}
	slices.Sort(both) // in one order, so that two transactions cannot deadlock
	if err := t.LockContacts(ctx, both...); err != nil {
		return i, err
	}
	g := &given{separation: separation{steps: steps{ctx: ctx, tx: t}, from: i.ContactID, sides: map[string]string{}}, i: i, to: to}
	saw, err := t.viewersOf(ctx, i)
	if err != nil {
		return i, err
	}
	g.sights(dropContactSights, both...)
	g.do("UPDATE interactions SET contact_id = $2 WHERE id = $1", i.ID, to.ID)
	touched := g.lead()
	g.followInteractions()
	waiting := g.rows("tasks", openCallbackOf, to.ID)
	for _, task := range waiting {
		task["calls"] = int64(0) // they are counted anew
	}
	g.callbacks(g.laterCallbacks(), waiting, i.ContactID, to.ID)
	g.answered(touched...)
	g.repeated(g.texts("SELECT id FROM leads WHERE contact_id = $1", to.ID)...)
	g.sights(addContactSights, both...)
	g.settle(i.ContactID, nil)
	g.settle(to.ID, append(g.owed, i.ID))
	if g.err != nil {
		return i, g.err
	}
	return g.record(saw, touched)
}

// lead gives the interaction its lead of the other contact, and returns the leads that have other
// interactions now.
func (g *given) lead() (touched []string) {
	if g.i.LeadID == "" {
		g.do(`UPDATE interactions SET lead_id = (SELECT l.id FROM leads l WHERE l.contact_id = $2 AND l.closed = 0 ORDER BY l.opened DESC, l.id DESC LIMIT 1) WHERE id = $1`, g.i.ID, g.to.ID)
		return nil
	}
	if len(g.texts("SELECT id FROM interactions WHERE lead_id = $1 AND id <> $2", g.i.LeadID, g.i.ID)) > 0 {
		g.leadsOf([]laterInteraction{{ID: g.i.ID, LeadID: g.i.LeadID}})
		return append(g.texts("SELECT lead_id FROM interactions WHERE id = $1 AND lead_id IS NOT NULL", g.i.ID), g.i.LeadID)
	}
	row := g.rows("leads", "id = $1", g.i.LeadID)
	if len(row) == 0 { // an error was noted
		return nil
	}
	open := g.rows("leads", "contact_id = $1 AND pipeline_id = $2 AND closed = 0", g.to.ID, row[0].text("pipeline_id"))
	if row[0].number("closed") != 0 || len(open) == 0 {
		g.do("UPDATE leads SET contact_id = $2 WHERE id = $1", g.i.LeadID, g.to.ID)
		return []string{g.i.LeadID}
	}
	with := open[0].text("id")
	g.join(with)
	return []string{with}
}

// join makes the interaction's lead, in which nothing else is, a part of another one, which gets what
// people wrote of it and it lacks.
func (g *given) join(with string) {
	g.gone = g.i.LeadID
	g.do(`UPDATE leads SET amount = CASE WHEN leads.amount = 0 THEN o.amount ELSE leads.amount END,
    currency = CASE WHEN leads.amount = 0 THEN o.currency ELSE leads.currency END,
    probability = CASE WHEN leads.probability < 0 THEN o.probability ELSE leads.probability END,
    expected = CASE WHEN leads.expected = '' THEN o.expected ELSE leads.expected END,
    product = CASE WHEN leads.product = '' THEN o.product ELSE leads.product END
FROM leads o WHERE o.id = $1 AND leads.id = $2`, g.gone, with)
	g.do(`UPDATE field_values SET record_id = $2, created = (SELECT l.opened FROM leads l WHERE l.id = $2)
WHERE record_id = $1 AND field_id NOT IN (SELECT v.field_id FROM field_values v WHERE v.record_id = $2)`, g.gone, with)
	g.do("DELETE FROM field_values WHERE record_id = $1", g.gone)
	for _, table := range []string{"interactions", "replies", "tasks"} {
		g.do("UPDATE "+table+" SET lead_id = $2 WHERE lead_id = $1", g.gone, with)
	}
	for _, part := range partsOfLead {
		g.do("DELETE FROM "+part+" WHERE lead_id = $1", g.gone)
	}
	g.do("UPDATE changes SET object_id = $2 WHERE object = 'lead' AND object_id = $1", g.gone, with)
	g.do("DELETE FROM leads WHERE id = $1", g.gone)
}

// viewersOf returns who sees an interaction, beside supervisors.
func (t *Tx) viewersOf(ctx context.Context, i leads.Interaction) ([]string, error) {
	saw, err := t.q.ContactViewers(ctx, i.ContactID)
	if err != nil || i.Call == nil {
		return saw, err
	}
	callers, err := t.q.CallAudience(ctx, i.ID)
	return append(saw, callers...), err
}

// record records what changed, for those who see it now and those who saw it, and returns the
// interaction as it is.
func (g *given) record(saw, touched []string) (leads.Interaction, error) {
	t, ctx := g.tx, g.ctx
	i, err := t.SeeInteraction(ctx, leads.Viewer{Role: leads.RoleSupervisor}, g.i.ID)
	if err != nil {
		return i, err
	}
	body := leads.EventBody{Type: leads.EventEdited, Interaction: &i}
	if i.Call != nil {
		body = leads.EventBody{Type: leads.EventCallUpdated, Call: i.Call}
	}
	if err := t.recordOf(ctx, body, i, saw...); err != nil {
		return i, err
	}
	for _, id := range touched {
		kind := leads.EventLeadUpdated
		if slices.Contains(g.made, id) {
			kind = leads.EventLeadCreated
		}
		if _, err := t.RecordLead(ctx, kind, id, slices.Clone(saw)...); err != nil {
			return i, err
		}
	}
	if g.gone == "" {
		return i, nil
	}
	return i, t.record(ctx, leads.EventBody{
		Type: leads.EventContactMerged, Contact: &g.to, Merged: &leads.MergedRecords{Contacts: []string{}, Leads: []string{g.gone}},
	}, slices.Clone(saw)...)
}
