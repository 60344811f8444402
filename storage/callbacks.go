package storage

import (
	"context"
	"errors"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// longestWait bounds how long before its answer a call may have begun.
const longestWait = 4 * time.Hour

// loadCallbacks reads the open call-backs of those whom the touches of a wave
// bring news of, and decides what becomes of them.
func loadCallbacks(ctx context.Context, tx *Tx, wave []*touchWriter) error {
	var ids []string
	for _, w := range wave {
		if w.mayOweCallback() {
			ids = append(ids, w.out.ContactID)
		}
	}
	open, err := readAll(ids, func(some []string) ([]db.OpenCallbacksRow, error) { return tx.listed(some).OpenCallbacks(ctx, "") },
		func(r db.OpenCallbacksRow) string { return r.ContactID })
	if err != nil {
		return err
	}
	for _, w := range wave {
		if err := w.decideCallback(ctx, open); err != nil {
			return err
		}
	}
	return nil
}

// mayOweCallback reports whether the touch's contact may have an open call-back
// that matters now.
func (w *touchWriter) mayOweCallback() bool {
	if w.out.ContactID == "" || !w.news.Any() {
		return false
	}
	for _, c := range w.known.Contacts {
		if c.ID == w.out.ContactID {
			return c.OpenTask || w.news.Missed || w.news.Wished
		}
	}
	return true
}

func (w *touchWriter) decideCallback(ctx context.Context, known map[string]db.OpenCallbacksRow) error {
	if !w.news.Any() || w.out.ContactID == "" && !w.out.NewContact {
		return nil
	}
	var open *leads.KnownCallback
	if row, ok := known[w.out.ContactID]; ok {
		open = &leads.KnownCallback{ID: row.ID, Version: row.Version, Missed: fromMicros(row.Missed), Calls: int(row.Calls), Wished: row.Wished != 0}
	}
	if w.news.Withdrawn && open != nil {
		holder, err := w.q.TaskOfCall(ctx, w.stored.InteractionID)
		if err = found(err); err != nil && !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		open.Holds = holder == open.ID
	}
	var since leads.News
	if w.news.Missed && !w.out.NewContact {
		var err error
		if since, err = reachedSince(ctx, w.q, w.out.ContactID, w.stored.InteractionID, w.out.Call.Started); err != nil {
			return err
		}
	}
	w.callback, w.task = leads.DecideCallback(w.news, open, since), open
	return nil
}

// reachedSince tells how a contact was first reached after a moment, by another
// interaction than one.
func reachedSince(ctx context.Context, q *db.Queries, contactID, but string, since time.Time) (leads.News, error) {
	row, err := q.ReachedSince(ctx, db.ReachedSinceParams{
		ContactID: contactID, Near: micros(since.Add(-longestWait)), But: but, Since: micros(since),
	})
	if err = found(err); errors.Is(err, leads.ErrNotFound) {
		return leads.News{}, nil
	} else if err != nil {
		return leads.News{}, err
	}
	n := leads.News{Reached: leads.ContactedAgain, At: fromMicros(row.Reached)}
	if leads.Direction(row.Direction) == leads.Out {
		n.Reached = leads.CalledBack
	}
	return n, nil
}

// writeCallback writes what becomes of the contact's call-back.
func (w *touchWriter) writeCallback(ctx context.Context) error {
	s := w.callback
	if w.news.Wished {
		if err := w.to.InsertWish(ctx, db.InsertWishParams{InteractionID: w.stored.InteractionID, Number: w.t.WishedNumber()}); err != nil {
			return err
		}
	}
	switch {
	case s.Open && w.news.Wished:
		return w.openWished(ctx)
	case s.Open:
		return w.openCallback(ctx)
	case s.Wish:
		w.taskEvent = leads.EventTaskUpdated
		wish := w.wish()
		return one(w.q.WishInTask(ctx, db.WishInTaskParams{
			ID: w.task.ID, Version: w.task.Version, Wished: wish.Wished, Due: wish.Due, Number: wish.Number, Note: wish.Note, Missed: wish.Missed,
		}))
	case s.Add:
		w.taskEvent = leads.EventTaskUpdated
		if err := w.to.PutTaskCall(ctx, db.PutTaskCallParams{CallID: w.stored.InteractionID, TaskID: w.task.ID}); err != nil {
			return err
		}
		return one(w.to.AddCallToTask(ctx, db.AddCallToTaskParams{
			ID: w.task.ID, Version: w.task.Version, CallID: w.stored.InteractionID, Missed: micros(w.out.Call.Started),
		}))
	}
	if s.Drop {
		if err := w.q.DropTaskCall(ctx, w.stored.InteractionID); err != nil {
			return err
		}
	}
	switch {
	case w.task == nil:
		return nil
	case s.Done != "":
		w.taskEvent = leads.EventTaskDone
		return one(w.to.EndTask(ctx, db.EndTaskParams{ID: w.task.ID, Version: w.task.Version, Done: micros(s.At), Outcome: string(s.Done)}))
	case s.Tried || s.Drop && w.task.Holds:
		w.taskEvent = leads.EventTaskUpdated
		p := db.CountInTaskParams{ID: w.task.ID, Version: w.task.Version}
		if s.Tried {
			p.Attempts = 1
		} else {
			p.Calls = -1
		}
		return one(w.to.CountInTask(ctx, p))
	}
	return nil
}

// openCallback makes a call-back for the touch's call; one that is ended at
// once if the customer was reached before their missed call was told.
func (w *touchWriter) openCallback(ctx context.Context) error {
	c, s := w.out.Call, w.callback
	ended := c.Ended
	if ended.IsZero() {
		ended = w.t.At
	}
	p := db.InsertTaskParams{
		ID: newID(), State: string(leads.TaskOpen), ContactID: w.contact.ID, LeadID: orNull(w.stored.LeadID), CallID: orNull(w.stored.InteractionID), Calls: 1,
		Team: w.t.Team, Missed: micros(c.Started), Due: micros(ended.Add(w.within)), Created: micros(w.at),
	}
	if w.lead != nil {
		p.Team = w.lead.Team
	}
	w.task = &leads.KnownCallback{ID: p.ID}
	w.taskEvent = leads.EventTaskCreated
	if s.Done != "" {
		w.taskEvent = leads.EventTaskDone
		p.State, p.Done, p.Outcome = string(leads.TaskDone), micros(s.At), string(s.Done)
	}
	if err := one(w.to.InsertTask(ctx, p)); err != nil {
		return err
	}
	return w.to.PutTaskCall(ctx, db.PutTaskCallParams{CallID: w.stored.InteractionID, TaskID: p.ID})
}

// wish is what a task knows of the touch's wish to be called.
func (w *touchWriter) wish() db.InsertTaskParams {
	at, due := w.t.CallBack.At, w.t.CallBack.At
	if !at.After(w.t.At) {
		at, due = w.t.At, w.t.At.Add(w.within)
	}
	return db.InsertTaskParams{
		Wished: micros(at), Due: micros(due), Missed: micros(w.t.At), Number: w.t.WishedNumber(), Note: shortened(typed(w.t.Text), maxTyped),
	}
}

// openWished makes a call-back that the customer asked for.
func (w *touchWriter) openWished(ctx context.Context) error {
	p := w.wish()
	p.ID, p.State, p.ContactID, p.LeadID, p.Created = newID(), string(leads.TaskOpen), w.contact.ID, orNull(w.stored.LeadID), micros(w.at)
	if p.Team = w.t.Team; w.lead != nil {
		p.Team = w.lead.Team
	}
	w.task, w.taskEvent = &leads.KnownCallback{ID: p.ID}, leads.EventTaskCreated
	return one(w.to.InsertTask(ctx, p))
}

// recordCallbacks writes the events of call-backs, which are read as they are
// written by now, and reports whether there are any.
func recordCallbacks(ctx context.Context, wave []*touchWriter) (any bool, err error) {
	for _, w := range wave {
		if w.taskEvent == "" {
			continue
		}
		any = true
		if _, err := recordTask(ctx, w.q, &w.log, w.taskEvent, w.task.ID); err != nil {
			return any, err
		}
	}
	return any, nil
}
