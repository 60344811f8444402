package storage

import (
	"slices"

	"ctihub/leads"
	"ctihub/storage/batch"
)

// Of the open leads that merged contacts have in a pipeline one goes on, and one of their open
// call-backs.

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
	g.takeValues(id)
	g.keepImages("leads", []image{row}, "")
	g.do("DELETE FROM leads WHERE id = $1", id)
	g.do("UPDATE merge_rows SET lead_id = $3 WHERE merge_id = $1 AND kind = 'lead' AND id = $2", g.id, id, with)
	g.takeHistory(leads.ObjectLead, id, with)
	g.gone = append(g.gone, id)
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
