package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// longestWait bounds how long before its answer a call may have begun.
const longestWait = 4 * time.Hour

// openCallbacks reads the open call-backs of contacts.
var openCallbacks = batch.NewQuery[string, openCallback]("reading call-backs", `
SELECT t.id, t.contact_id, t.version, t.missed, t.calls, t.wished FROM tasks t
WHERE t.state = 'open' AND t.kind = 'callback' AND`, "t.contact_id")

type openCallback struct {
	ID, ContactID                  string
	Version, Missed, Calls, Wished int64
}

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

// loadCallbacks reads the open call-backs of the contacts of a wave, where its touches
// matter for them, and decides on the changes.
func loadCallbacks(ctx context.Context, tx *Tx, wave []*touchWriter) error {
	var ids []string
	for _, w := range wave {
		if w.mayHaveCallback() {
			ids = append(ids, w.out.ContactID)
		}
	}
	rows, err := openCallbacks.Rows(ctx, tx, ids...)
	if err != nil {
		return err
	}
	open := batch.ByID(rows, func(r openCallback) string { return r.ContactID })
	for _, w := range wave {
		if err := w.decideCallback(ctx, open); err != nil {
			return err
		}
	}
	return nil
}

// mayHaveCallback reports whether the touch matters for call-backs and its contact may have
// an open one.
func (w *touchWriter) mayHaveCallback() bool {
	if w.out.ContactID == "" || !w.facts.Any() {
		return false
	}
	for _, c := range w.known.Contacts {
		if c.ID == w.out.ContactID {
			return c.OpenTask || w.facts.Missed || w.facts.Wished
		}
	}
	return true
}

func (w *touchWriter) decideCallback(ctx context.Context, known map[string]openCallback) error {
	if !w.facts.Any() || w.out.ContactID == "" && !w.out.NewContact {
		return nil
	}
	var open *tasks.KnownCallback
	if row, ok := known[w.out.ContactID]; ok {
		open = &tasks.KnownCallback{ID: row.ID, Version: row.Version, Missed: fromMicros(row.Missed), Calls: int(row.Calls), Wished: row.Wished != 0}
	}
	if w.facts.Withdrawn && open != nil {
		holder, err := w.tx.q.TaskOfCall(ctx, w.stored.InteractionID)
		if err = orNotFound(err); err != nil && !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		open.Holds = holder == open.ID
	}
	var since tasks.CallbackFacts
	if w.facts.Missed && !w.out.NewContact {
		var err error
		if since, err = reachedSince(ctx, w.tx.q, w.out.ContactID, w.stored.InteractionID, w.out.Call.Started); err != nil {
			return err
		}
	}
	w.callback, w.task = tasks.DecideCallback(w.facts, open, since), open
	return nil
}

// reachedSince returns how a contact was first reached after a moment, leaving out the
// interaction but.
func reachedSince(ctx context.Context, q *db.Queries, contactID, but string, since time.Time) (tasks.CallbackFacts, error) {
	row, err := q.ReachedSince(ctx, db.ReachedSinceParams{
		ContactID: contactID, Near: micros(since.Add(-longestWait)), But: but, Since: micros(since),
	})
	if err = orNotFound(err); errors.Is(err, leads.ErrNotFound) {
		return tasks.CallbackFacts{}, nil
	} else if err != nil {
		return tasks.CallbackFacts{}, err
	}
	n := tasks.CallbackFacts{Reached: leads.ContactedAgain, At: fromMicros(row.Reached)}
	if leads.Direction(row.Direction) == leads.Out {
		n.Reached = leads.CalledBack
	}
	return n, nil
}

// writeCallback writes the change of the contact's call-back.
func (w *touchWriter) writeCallback(ctx context.Context) error {
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
		return requireRow(w.tx.q.WishInTask(ctx, db.WishInTaskParams{
			ID: w.task.ID, Version: w.task.Version, Wished: wish.Wished, Due: wish.Due, Number: wish.Number, Note: wish.Note, Missed: wish.Missed,
		}))
	case s.Add:
		w.taskEvent = leads.EventTaskUpdated
		tables.taskCalls.Upsert(w.tx, db.TaskCall{CallID: w.stored.InteractionID, TaskID: w.task.ID})
		addCallToTask.Queue(w.tx, addedCall{ID: w.task.ID, Version: w.task.Version, CallID: w.stored.InteractionID, Missed: micros(w.out.Call.Started)})
		return nil
	}
	if s.Drop {
		if err := w.tx.q.DropTaskCall(ctx, w.stored.InteractionID); err != nil {
			return err
		}
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
		ID: newID(), Kind: "callback", State: string(leads.TaskOpen), ContactID: w.contact.ID, LeadID: orNull(w.stored.LeadID),
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

// recordCallbacks records the events of call-backs, after their rows are flushed.
func recordCallbacks(ctx context.Context, wave []*touchWriter) error {
	for _, w := range wave {
		if w.taskEvent == "" {
			continue
		}
		if _, err := recordTask(ctx, w.tx.q, &w.log, w.taskEvent, w.task.ID); err != nil {
			return err
		}
	}
	return nil
}
