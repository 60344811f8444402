package storage

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// The table sights says who sees which interaction, call and contact, in the order of their
// lists; the view sights_due says what it has to hold. This file keeps it. Whoever writes
// an interaction or a call, or changes who serves a lead or a contact, calls one of its
// functions in the same transaction. The calls at somebody's telephone are not written:
// they are few, and lists find them by themselves.

// The parts of the statements that insert missing rows: of interactions i, by those who see
// their contact; of calls i, by their lead and by their parties; of calls i, for filters;
// and of contacts k. CROSS JOIN keeps SQLite to the order of the tables.
const (
	insertSights = `
INSERT INTO sights (viewer, kind, at, id)`

	sightsOfTouches = `
SELECT c.owner_id, 'touch', i.at, i.id FROM i CROSS JOIN contacts c WHERE c.id = i.contact_id AND c.owner_id IS NOT NULL
UNION SELECT COALESCE(l.manager_id, 'team ' || l.team), 'touch', i.at, i.id FROM i CROSS JOIN leads l WHERE l.contact_id = i.contact_id
UNION SELECT 'teams', 'touch', i.at, i.id FROM i CROSS JOIN leads l WHERE l.contact_id = i.contact_id AND l.manager_id IS NULL AND l.team <> ''`

	sightsOfCalls = `
SELECT COALESCE(l.manager_id, 'team ' || l.team), 'call', i.at, i.id FROM i CROSS JOIN leads l WHERE i.channel = 'call' AND l.id = i.lead_id
UNION SELECT 'teams', 'call', i.at, i.id FROM i CROSS JOIN leads l WHERE i.channel = 'call' AND l.id = i.lead_id AND l.manager_id IS NULL AND l.team <> ''`

	sightsOfParties = `
SELECT c.operator_id, 'call', i.at, i.id FROM i CROSS JOIN calls c WHERE i.channel = 'call' AND c.id = i.id AND c.operator_id IS NOT NULL
UNION SELECT g.user_id, 'call', i.at, i.id FROM i CROSS JOIN legs g WHERE i.channel = 'call' AND g.call_id = i.id AND g.user_id IS NOT NULL AND g.answered <> 0`

	sightsByFilter = `
SELECT 'all', 'direction ' || c.direction, i.at, i.id FROM i CROSS JOIN calls c WHERE c.id = i.id AND c.direction <> 'in'
UNION SELECT 'all', 'disposition ' || c.disposition, i.at, i.id FROM i CROSS JOIN calls c WHERE c.id = i.id AND c.disposition NOT IN ('answered', '')
UNION SELECT 'all', 'queue ' || c.queue, i.at, i.id FROM i CROSS JOIN calls c WHERE c.id = i.id AND c.queue <> ''
UNION SELECT 'all', 'not answered', i.at, i.id FROM i CROSS JOIN calls_not_answered n WHERE n.id = i.id`

	sightsOfContacts = `
SELECT COALESCE(l.manager_id, 'team ' || l.team), 'contact', k.created, k.id FROM k CROSS JOIN leads l
    WHERE l.contact_id = k.id AND COALESCE(l.manager_id, '') <> COALESCE(k.owner_id, '?')
UNION SELECT 'teams', 'contact', k.created, k.id FROM k CROSS JOIN leads l WHERE l.contact_id = k.id AND l.manager_id IS NULL AND l.team <> ''`

	and        = "\nUNION"
	onConflict = "\nON CONFLICT DO NOTHING"

	ofInteractions = `, i AS (SELECT n.id, n.at, n.channel, n.contact_id, n.lead_id FROM v CROSS JOIN interactions n WHERE n.id = v.id)`
)

// leadAndViewer is a lead and a viewer of it; an empty one: those whom it may be given to.
type leadAndViewer struct{ LeadID, Viewer string }

// callSight is a row of a call.
type callSight struct{ CallID, Viewer, Kind string }

type oneID struct{ ID string }

var (
	// addSights adds the rows of interactions that are not calls.
	addSights = batch.NewUpdate[oneID]("adding who sees interactions", batch.AnyRows, ofInteractions+insertSights+sightsOfTouches+onConflict, "id")

	// addCallSights adds the rows of calls.
	addCallSights = batch.NewUpdate[oneID]("adding who sees calls", batch.AnyRows,
		ofInteractions+insertSights+sightsOfTouches+and+sightsOfCalls+and+sightsOfParties+and+sightsByFilter+onConflict, "id")

	// addLeadSights adds what those who see leads see of their contacts: the rows of the
	// contacts and of all their interactions.
	addLeadSights = batch.NewUpdate[oneID]("adding who sees contacts", batch.AnyRows,
		`, k AS (SELECT n.id, n.created, n.owner_id FROM v CROSS JOIN leads l CROSS JOIN contacts n WHERE l.id = v.id AND n.id = l.contact_id),
i AS (SELECT n.id, n.at, n.channel, n.contact_id, n.lead_id FROM k CROSS JOIN interactions n WHERE n.contact_id = k.id)`+
			insertSights+sightsOfTouches+and+sightsOfCalls+and+sightsOfParties+and+sightsOfContacts+onConflict, "id")

	// dropSights removes the rows of one who saw a lead: of its contact, and of the
	// contact's interactions; also the row of the contact's owner, who needs none.
	dropSights = batch.NewUpdate[leadAndViewer]("removing who saw contacts", batch.AnyRows,
		`, f AS (SELECT l.contact_id, v.viewer FROM v CROSS JOIN leads l WHERE l.id = v.lead_id AND v.viewer <> ''
    UNION SELECT l.contact_id, 'team ' || l.team FROM v CROSS JOIN leads l WHERE l.id = v.lead_id AND v.viewer = ''
    UNION SELECT l.contact_id, 'teams' FROM v CROSS JOIN leads l WHERE l.id = v.lead_id AND v.viewer = '')
DELETE FROM sights WHERE (viewer, kind, at, id) IN (
    SELECT f.viewer, 'touch', i.at, i.id FROM f CROSS JOIN interactions i WHERE i.contact_id = f.contact_id
    UNION ALL SELECT f.viewer, 'call', i.at, i.id FROM f CROSS JOIN interactions i WHERE i.contact_id = f.contact_id AND i.channel = 'call'
    UNION ALL SELECT f.viewer, 'contact', c.created, c.id FROM f CROSS JOIN contacts c WHERE c.id = f.contact_id
    UNION ALL SELECT c.owner_id, 'contact', c.created, c.id FROM f CROSS JOIN contacts c WHERE c.id = f.contact_id AND c.owner_id IS NOT NULL)`,
		"lead_id", "viewer")

	// dropCallSights removes rows of calls.
	dropCallSights = batch.NewUpdate[callSight]("removing who saw calls", batch.AnyRows, `
DELETE FROM sights WHERE (viewer, kind, at, id) IN (
    SELECT v.viewer, v.kind, i.at, i.id FROM v CROSS JOIN interactions i WHERE i.id = v.call_id)`, "call_id", "viewer", "kind")

	// lockContacts makes touches of the contacts of leads wait, and waits for those that
	// are being stored: each sees the other's rows, or is seen. PostgreSQL only: SQLite
	// has one writer.
	lockContacts = batch.NewUpdate[oneID]("locking contacts", batch.AnyRows, `
SELECT c.id FROM v JOIN leads l ON l.id = v.id JOIN contacts c ON c.id = l.contact_id ORDER BY c.id FOR UPDATE OF c`, "id")
)

// lockSights queues the lock under which those who see a lead may change. Interactions take
// a weaker lock of their contact when they are inserted, by their foreign key.
func (tx *Tx) lockSights(leadID string) {
	if tx.s.writing == nil {
		lockContacts.Queue(tx, oneID{leadID})
	}
}

// changeSights queues the rows of a lead that got another manager, and of its contact and
// the contact's tasks. former is the manager before, empty if there was none.
func (tx *Tx) changeSights(leadID, former string) {
	dropSights.Queue(tx, leadAndViewer{leadID, former})
	addLeadSights.Queue(tx, oneID{leadID})
	holdTasksOfLead.Queue(tx, oneID{leadID})
	tx.moveFactsDue(leadID)
}

// writeSights queues the rows of a touch: a step of writeWave after those of which it reads.
func (w *touchWriter) writeSights(context.Context) error {
	if w.out.NewContact && w.call == nil && w.owner == "" { // a company may give it an owner
		w.writeFirstSights()
		return nil
	}
	if w.out.NewLead { // may show somebody all that the contact ever wrote
		if !w.out.NewContact {
			w.tx.lockSights(w.stored.LeadID)
		}
		addLeadSights.Queue(w.tx, oneID{w.stored.LeadID})
	}
	switch {
	case w.call != nil:
		w.writeCallSights()
	case w.out.NewInteraction && !w.out.NewLead:
		addSights.Queue(w.tx, oneID{w.stored.InteractionID})
	}
	return nil
}

// writeFirstSights queues the rows of a new contact that wrote: nothing has to be read.
func (w *touchWriter) writeFirstSights() {
	viewers := []string{w.lead.ManagerID}
	if w.lead.ManagerID == "" {
		if viewers[0] = "team " + w.lead.Team; w.lead.Team != "" {
			viewers = append(viewers, "teams")
		}
	}
	for _, viewer := range viewers {
		tables.sights.Insert(w.tx, db.Sight{Viewer: viewer, Kind: "touch", At: micros(w.t.At), ID: w.stored.InteractionID})
		if w.lead.ManagerID == "" { // a manager owns the contact
			tables.sights.Insert(w.tx, db.Sight{Viewer: viewer, Kind: "contact", At: micros(w.contact.Created), ID: w.contact.ID})
		}
	}
}

func (w *touchWriter) writeCallSights() {
	now, before := callSights(*w.call), []callSight(nil)
	if !w.out.NewInteraction {
		before = callSights(leads.CallRecord{ID: w.call.ID, Call: w.storedCall(), OperatorUser: person(w.before.OperatorID, "")})
	}
	added := w.out.NewInteraction || w.out.Found
	for _, s := range now {
		added = added || !slices.Contains(before, s)
	}
	for _, s := range before {
		if !slices.Contains(now, s) {
			dropCallSights.Queue(w.tx, s)
			added = true // the lead's manager may be the same user
		}
	}
	if added {
		addCallSights.Queue(w.tx, oneID{w.call.ID})
	}
}

// callSights are the rows of a call that its lead and contact do not decide.
func callSights(c leads.CallRecord) (all []callSight) {
	add := func(viewer, kind string) {
		if s := (callSight{c.ID, viewer, kind}); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if c.OperatorUser != nil {
		add(c.OperatorUser.ID, "call")
	}
	for _, l := range c.Legs {
		if l.User != nil && !l.Answered.IsZero() {
			add(l.User.ID, "call")
		}
	}
	if c.Direction != leads.In {
		add("all", "direction "+string(c.Direction))
	}
	if c.Disposition != "" && c.Disposition != leads.Answered {
		add("all", "disposition "+string(c.Disposition))
	}
	if c.Queue != "" {
		add("all", "queue "+c.Queue)
	}
	if c.NotAnswered() {
		add("all", "not answered")
	}
	return all
}
