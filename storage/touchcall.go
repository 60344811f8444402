package storage

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// writeCall inserts or updates the call.
func (w *touchWriter) writeCall(context.Context) error {
	if w.out.Call == nil {
		return nil
	}
	w.call = &leads.CallRecord{
		ID: w.stored.InteractionID, Source: w.t.Source, ContactID: w.stored.ContactID, LeadID: w.stored.LeadID, Call: *w.out.Call,
		Line: w.t.Subject, Advert: w.t.UTM["utm_source"],
	}
	if !w.out.NewInteraction && !w.correctsInteraction() { // the interaction stays as stored
		w.call.Line, w.call.Advert = w.before.Subject, fromJSON(w.before.UTM)["utm_source"]
	}
	if w.contact != nil {
		w.call.ContactName = w.contact.Name
	}
	w.call.Legs = slices.Clone(w.call.Legs) // users are filled in
	w.call.Durations()
	w.nameUsers()
	c := w.call
	row := db.Call{
		ID: c.ID, Linkedid: c.Linkedid, Direction: string(c.Direction), State: string(c.State), Disposition: string(c.Disposition),
		FromNumber: c.From, ToNumber: c.To, DID: c.DID, Queue: c.Queue, OperatorExtension: c.Operator, OperatorID: orNull(leads.IDOf(c.OperatorUser)),
		HangupBy: c.HangupBy, Started: micros(c.Started), Answered: micros(c.Answered), Ended: micros(c.Ended),
		Journal: c.Journal, PartOf: c.PartOf, Told: encodeJournalLists(c.Call),
		Waited: c.Waited.Microseconds(), Rung: c.Rung.Microseconds(), Talked: c.Talked.Microseconds(), Held: c.Held.Microseconds(), Version: 1,
	}
	if w.out.NewInteraction {
		tables.calls.Insert(w.tx, row)
		return nil
	}
	row.Version = w.before.Version
	moveCall.Queue(w.tx, row)
	return nil
}

// moveCall conflicts when the call has moved since it was read.
var moveCall = batch.NewUpdate[db.Call]("moving a call on", batch.EachOne, `
UPDATE calls SET direction = v.direction, state = v.state, disposition = v.disposition, from_number = v.from_number, to_number = v.to_number,
    did = v.did, queue = v.queue, operator_extension = v.operator_extension, operator_id = v.operator_id, hangup_by = v.hangup_by,
    started = v.started, answered = v.answered, ended = v.ended, journal = v.journal, part_of = v.part_of, told = v.told,
    waited = v.waited, rung = v.rung, talked = v.talked, held = v.held, version = calls.version + 1
FROM v WHERE calls.id = v.id AND calls.version = v.version`, "id", "version", "direction", "state", "disposition", "from_number", "to_number",
	"did", "queue", "operator_extension", "operator_id", "hangup_by", "started", "answered", "ended", "journal", "part_of", "told",
	"waited", "rung", "talked", "held")

// writeLegs stores the legs that differ from those stored before.
func (w *touchWriter) writeLegs(context.Context) error {
	if w.call == nil {
		return nil
	}
	before := w.storedCall().Legs
	for i, l := range w.call.Legs {
		if i < len(before) && sameLeg(before[i], l) {
			continue
		}
		tables.legs.Upsert(w.tx, db.Leg{
			CallID: w.call.ID, Position: int64(i), Channel: l.Channel, Extension: l.Extension, UserID: orNull(leads.IDOf(l.User)),
			State: string(l.State), Rang: micros(l.Rang), Answered: micros(l.Answered), Ended: micros(l.Ended),
		})
	}
	if len(w.call.Legs) < len(before) {
		dropLegs.Queue(w.tx, db.Leg{CallID: w.call.ID, Position: int64(len(w.call.Legs))})
	}
	return nil
}

// dropLegs deletes the legs of a call from a position on.
var dropLegs = batch.NewUpdate[db.Leg]("deleting legs", batch.AnyRows, `
DELETE FROM legs WHERE (call_id, position) IN (
    SELECT l.call_id, l.position FROM v CROSS JOIN legs l WHERE l.call_id = v.call_id AND l.position >= v.position)`, "call_id", "position")

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

// telephone is an extension as the calls of a source name it.
type telephone struct{ Source, Number string }

// usersOfTelephones selects whose the telephones are.
var usersOfTelephones = batch.NewJoin[telephone, telephoneUser]("reading whose the telephones are", `
SELECT v.source, v.number, u.id, u.name FROM v CROSS JOIN user_extensions e CROSS JOIN users u
WHERE e.number = v.number AND e.source IN ('', v.source) AND u.id = e.user_id`, "source", "number")

type telephoneUser struct {
	telephone
	ID, Name string
}

func personsOf(rows []telephoneUser) map[telephone]*leads.Person {
	whose := make(map[telephone]*leads.Person, len(rows))
	for _, r := range rows {
		whose[r.telephone] = person(r.ID, r.Name)
	}
	return whose
}

// telephonesOf returns the telephones of a touch's call.
func telephonesOf(t leads.Touch) (all []telephone) {
	if t.Call == nil {
		return nil
	}
	add := func(number string) {
		if number != "" && !slices.Contains(all, telephone{t.Source, number}) {
			all = append(all, telephone{t.Source, number})
		}
	}
	add(t.Call.Operator)
	for _, l := range t.Call.Legs {
		add(l.Extension)
	}
	return all
}

// nameUsers fills in the users of the legs and of the operator, by extension. A stored leg
// keeps its user, even if another user has the extension now.
func (w *touchWriter) nameUsers() {
	before := map[string]*leads.Person{}
	for _, l := range w.storedCall().Legs {
		before[l.Channel] = l.User
	}
	whose := func(number string) *leads.Person { return w.book.users[telephone{w.call.Source, number}] }
	if w.call.OperatorUser = whose(w.call.Operator); w.call.OperatorUser == nil && w.call.Operator == w.before.OperatorExtension {
		w.call.OperatorUser = person(w.before.OperatorID, w.before.OperatorName)
	}
	for i := range w.call.Legs {
		l := &w.call.Legs[i]
		if l.User = whose(l.Extension); before[l.Channel] != nil {
			l.User = before[l.Channel]
		}
		if l.Extension == w.call.Operator && l.User != nil {
			w.call.OperatorUser = l.User
		}
	}
}
