package storage

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// longestWait bounds how long before its answer a call may have begun.
const longestWait = 4 * time.Hour

// Updates of open tasks are refused when the task changed since it was read.
var (
	// addCallToTask: the latest call names the number to call back.
	addCallToTask = batch.NewUpdate[addedCall]("adding a call to a task", batch.EachOne, `
UPDATE tasks SET calls = tasks.calls + 1, call_id = CASE WHEN tasks.missed > v.missed THEN tasks.call_id ELSE v.call_id END,
    missed = CASE WHEN tasks.missed > v.missed THEN tasks.missed ELSE v.missed END, version = tasks.version + 1
FROM v WHERE tasks.id = v.id AND tasks.version = v.version AND tasks.state = 'open'`, "id", "version", "call_id", "missed")

	countInTask = batch.NewUpdate[countedInTask]("counting in a task", batch.EachOne, `
UPDATE tasks SET calls = tasks.calls + v.calls, attempts = tasks.attempts + v.attempts, version = tasks.version + 1
FROM v WHERE tasks.id = v.id AND tasks.version = v.version AND tasks.state = 'open'`, "id", "version", "calls", "attempts")

	// wishInTask stores a customer's wish to be called.
	wishInTask = batch.NewUpdate[db.Task]("noting a wish in a task", batch.EachOne, `
UPDATE tasks SET wished = v.wished, due = v.due, number = v.number, note = v.note, missed = v.missed, escalated = 0, version = tasks.version + 1
FROM v WHERE tasks.id = v.id AND tasks.version = v.version AND tasks.state = 'open'`, "id", "version", "wished", "due", "number", "note", "missed")
	dropTaskCall = batch.NewUpdate[db.TaskCall]("taking a call from a task", batch.AnyRows, `
DELETE FROM task_calls WHERE call_id IN (SELECT v.call_id FROM v)`, "call_id")
	endTask = batch.NewUpdate[endedTask]("ending a task", batch.EachOne, `
UPDATE tasks SET state = 'done', done = v.done, done_by = v.done_by, outcome = v.outcome, comment = v.comment, version = tasks.version + 1
FROM v WHERE tasks.id = v.id AND tasks.version = v.version AND tasks.state = 'open'`, "id", "version", "done", "done_by", "outcome", "comment")
)

type addedCall struct {
	ID      string
	Version int64
	CallID  string
	Missed  int64
}

type countedInTask struct {
	ID                       string
	Version, Calls, Attempts int64
}

type endedTask struct {
	ID               string
	Version, Done    int64
	DoneBy           sql.NullString
	Outcome, Comment string
}

// decideCallback decides on the change of the contact's call-back.
func (w *touchWriter) decideCallback() {
	if !w.facts.Any() || w.contact == nil {
		return
	}
	var open *tasks.KnownCallback
	if row := w.held.Task; row.ID != "" {
		open = &tasks.KnownCallback{ID: row.ID, Version: row.Version, Missed: fromMicros(row.Missed), Calls: int(row.Calls), Wished: row.Wished != 0}
		open.Holds = w.facts.Withdrawn && w.before.TaskID == row.ID
	}
	var since tasks.CallbackFacts
	if w.facts.Missed && !w.out.NewContact {
		since = w.book.reached[reachKey{w.t.Key(), w.contact.ID}]
	}
	w.callback, w.task = tasks.DecideCallback(w.facts, open, since), open
}

// missedCall asks how those whom a missed call may belong to were first reached after it began:
// the holders of an identity, the contact of the stored call, a contact that is known.
type missedCall struct {
	Source, ExternalID, Kind, Value string // of the call, and of its caller
	ContactID, CallID               string // empty: not known
	Near, Since                     int64  // near bounds the search: calls begin before they are answered
}

// reachKey is a missed call's key and a contact's id.
type reachKey struct {
	leads.Key
	contactID string
}

// contactsReached selects by which answered call or inbound message, other than the call itself,
// the contacts were first reached.
var contactsReached = batch.NewJoin[missedCall, contactReached]("reading how contacts were reached", `
SELECT x.source, x.external_id, x.of_contact, COALESCE((
    SELECT i.direction || '|' || CAST(COALESCE(NULLIF(k.answered, 0), i.at) AS TEXT)
    FROM interactions i LEFT JOIN calls k ON k.id = i.id
    WHERE i.contact_id = x.of_contact AND i.at > x.near AND i.id <> x.call_id AND NOT (i.source = x.source AND i.external_id = x.external_id)
      AND ((k.id IS NULL AND i.channel <> 'note' AND (i.direction = 'in' AND i.automatic = '' OR i.channel IN ('call_by_hand', 'meeting', 'visit')) AND i.at > x.since)
        OR (k.answered > x.since AND k.direction IN ('in', 'out')))
    ORDER BY COALESCE(NULLIF(k.answered, 0), i.at), i.id LIMIT 1), '') AS reached
FROM (SELECT v.*, d.contact_id AS of_contact FROM v CROSS JOIN identities d WHERE d.kind = v.kind AND d.value = v.value
    UNION SELECT v.*, i.contact_id FROM v CROSS JOIN interactions i
        WHERE i.source = v.source AND i.external_id = v.external_id AND i.contact_id IS NOT NULL
    UNION SELECT v.*, v.contact_id FROM v WHERE v.contact_id <> '') x`,
	"source", "external_id", "kind", "value", "contact_id", "call_id", "near", "since")

type contactReached struct{ Source, ExternalID, ContactID, Reached string }

// missedSince asks for a call that began at a moment.
func missedSince(began time.Time) missedCall {
	return missedCall{Near: micros(began.Add(-longestWait)), Since: micros(began)}
}

// missedCallsOf returns a touch's call, once for each identity of its caller, if it is missed.
func missedCallsOf(t leads.Touch) (all []missedCall) {
	if t.Call == nil || !t.Call.NotAnswered() {
		return nil
	}
	c := missedSince(t.Call.Started)
	c.Source, c.ExternalID = t.Source, t.ExternalID
	if len(t.From) == 0 {
		return []missedCall{c}
	}
	for _, id := range t.From {
		c.Kind, c.Value = string(id.Kind), id.Value
		all = append(all, c)
	}
	return all
}

func reachedOf(rows []contactReached) map[reachKey]tasks.CallbackFacts {
	all := map[reachKey]tasks.CallbackFacts{}
	for _, r := range rows {
		direction, at, ok := strings.Cut(r.Reached, "|")
		if !ok {
			continue
		}
		all[reachKey{leads.Key{Source: r.Source, ExternalID: r.ExternalID}, r.ContactID}] = reachedBy(direction, at)
	}
	return all
}

// reachedBy says how and when a contact was reached, by an interaction's direction and time.
func reachedBy(direction, at string) tasks.CallbackFacts {
	n := tasks.CallbackFacts{Reached: leads.ContactedAgain, At: parseTime(at)}
	if leads.Direction(direction) == leads.Out {
		n.Reached = leads.CalledBack
	}
	return n
}

// writeCallback writes the change of the contact's call-back.
func (w *touchWriter) writeCallback(context.Context) error {
	s := w.callback
	if w.facts.Wished {
		tables.wishes.Insert(w.tx, db.Wish{InteractionID: w.stored.InteractionID, Number: w.t.WishedNumber()})
	}
	switch {
	case s.Open && w.facts.Wished:
		w.openWished()
		return nil
	case s.Open:
		w.openCallback()
		return nil
	case s.Wish:
		w.taskEvent = leads.EventTaskUpdated
		wish := w.wish()
		wish.ID, wish.Version = w.task.ID, w.task.Version
		wishInTask.Queue(w.tx, wish)
		return nil
	case s.Add:
		w.taskEvent = leads.EventTaskUpdated
		tables.taskCalls.Upsert(w.tx, db.TaskCall{CallID: w.stored.InteractionID, TaskID: w.task.ID})
		addCallToTask.Queue(w.tx, addedCall{ID: w.task.ID, Version: w.task.Version, CallID: w.stored.InteractionID, Missed: micros(w.out.Call.Started)})
		return nil
	}
	if s.Drop {
		dropTaskCall.Queue(w.tx, db.TaskCall{CallID: w.stored.InteractionID})
	}
	switch {
	case w.task == nil:
		return nil
	case s.Done != "":
		w.taskEvent = leads.EventTaskDone
		endTask.Queue(w.tx, endedTask{ID: w.task.ID, Version: w.task.Version, Done: micros(s.At), Outcome: string(s.Done)})
	case s.Tried || s.Drop && w.task.Holds:
		w.taskEvent = leads.EventTaskUpdated
		p := countedInTask{ID: w.task.ID, Version: w.task.Version}
		if s.Tried {
			p.Attempts = 1
		} else {
			p.Calls = -1
		}
		countInTask.Queue(w.tx, p)
	}
	return nil
}

// openCallback creates a call-back for the touch's call, already done if the customer was
// reached before the missed call was reported.
func (w *touchWriter) openCallback() {
	c, s := w.out.Call, w.callback
	ended := c.Ended
	if ended.IsZero() {
		ended = w.t.At
	}
	p := w.newTask()
	p.CallID, p.Calls, p.Missed, p.Due = orNull(w.stored.InteractionID), 1, micros(c.Started), micros(ended.Add(w.within))
	w.task = &tasks.KnownCallback{ID: p.ID}
	w.taskEvent = leads.EventTaskCreated
	if s.Done != "" {
		w.taskEvent = leads.EventTaskDone
		p.State, p.Done, p.Outcome = string(leads.TaskDone), micros(s.At), string(s.Done)
	}
	tables.tasks.Insert(w.tx, p)
	tables.taskCalls.Upsert(w.tx, db.TaskCall{CallID: w.stored.InteractionID, TaskID: p.ID})
}

// newTask returns an open call-back of the touch's contact.
func (w *touchWriter) newTask() db.Task {
	t := db.Task{
		ID: newID(), Kind: string(leads.TaskCallback), State: string(leads.TaskOpen), ContactID: orNull(w.contact.ID), LeadID: orNull(w.stored.LeadID),
		Team: w.t.Team, Created: micros(w.at), Version: 1,
	}
	if w.lead != nil {
		t.Team = w.lead.Team
	}
	return t
}

// wish returns the columns of a task that hold the touch's wish to be called.
func (w *touchWriter) wish() db.Task {
	at, due := w.t.CallBack.At, w.t.CallBack.At
	if !at.After(w.t.At) {
		at, due = w.t.At, w.t.At.Add(w.within)
	}
	return db.Task{
		Wished: micros(at), Due: micros(due), Missed: micros(w.t.At), Number: w.t.WishedNumber(), Note: truncate(oneLine(w.t.Text), maxTyped),
	}
}

// openWished creates a call-back that the customer asked for.
func (w *touchWriter) openWished() {
	p, wish := w.newTask(), w.wish()
	p.Wished, p.Due, p.Missed, p.Number, p.Note = wish.Wished, wish.Due, wish.Missed, wish.Number, wish.Note
	w.task, w.taskEvent = &tasks.KnownCallback{ID: p.ID}, leads.EventTaskCreated
	tables.tasks.Insert(w.tx, p)
}

// recordCallbacks records the events of call-backs. Their rows are written and read again
// first: their owners follow from other tables.
func recordCallbacks(ctx context.Context, tx *Tx, wave []*touchWriter) error {
	var ids []string
	for _, w := range wave {
		if w.taskEvent != "" {
			ids = append(ids, w.task.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	rows, viewers := tasksByID.Ask(ids...), viewersOfTasks.Ask(ids...)
	if err := tx.Read(ctx, rows, viewers); err != nil {
		return err
	}
	byID := batch.ByID(rows.Rows, func(r db.TaskRow) string { return r.ID })
	for _, w := range wave {
		if w.taskEvent == "" {
			continue
		}
		var audience []string
		for _, v := range viewers.Rows {
			if v.TaskID == w.task.ID {
				audience = append(audience, v.UserID)
			}
		}
		task := taskOf(byID[w.task.ID])
		if err := w.record(ctx, leads.EventBody{Type: w.taskEvent, Task: &task}, audience...); err != nil {
			return err
		}
	}
	return nil
}

var (
	tasksByID      = batch.NewQuery[string, db.TaskRow]("reading tasks", "SELECT "+batch.Columns[db.TaskRow]("r")+" FROM task_rows r WHERE", "r.id")
	viewersOfTasks = batch.NewQuery[string, viewerOfTask]("reading who sees tasks", "SELECT DISTINCT v.task_id, v.user_id FROM task_viewers v WHERE", "v.task_id")
)

type viewerOfTask struct{ TaskID, UserID string }
