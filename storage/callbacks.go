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

// recallCallbacks reads the open call-backs of those whom the touches of a wave
// bring news of, and decides what becomes of them.
func recallCallbacks(ctx context.Context, b *bulk, wave []*filing) error {
	var ids []string
	for _, f := range wave {
		if f.mayOweCallback() {
			ids = append(ids, f.out.ContactID)
		}
	}
	open, err := readAll(ids, func(some []string) ([]db.OpenCallbacksRow, error) { return b.listed(some).OpenCallbacks(ctx, "") },
		func(r db.OpenCallbacksRow) string { return r.ContactID })
	if err != nil {
		return err
	}
	for _, f := range wave {
		if err := f.decideCallback(ctx, open); err != nil {
			return err
		}
	}
	return nil
}

// mayOweCallback reports whether the touch's contact may have an open call-back
// that matters now.
func (f *filing) mayOweCallback() bool {
	if f.out.ContactID == "" || !f.news.Any() {
		return false
	}
	for _, c := range f.known.Contacts {
		if c.ID == f.out.ContactID {
			return c.OpenTask || f.news.Missed || f.news.Wished
		}
	}
	return true
}

func (f *filing) decideCallback(ctx context.Context, known map[string]db.OpenCallbacksRow) error {
	if !f.news.Any() || f.out.ContactID == "" && !f.out.NewContact {
		return nil
	}
	var open *leads.KnownCallback
	if row, ok := known[f.out.ContactID]; ok {
		open = &leads.KnownCallback{ID: row.ID, Version: row.Version, Missed: fromMicros(row.Missed), Calls: int(row.Calls), Wished: row.Wished != 0}
	}
	if f.news.Withdrawn && open != nil {
		holder, err := f.q.TaskOfCall(ctx, f.stored.InteractionID)
		if err = found(err); err != nil && !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		open.Holds = holder == open.ID
	}
	var since leads.News
	if f.news.Missed && !f.out.NewContact {
		var err error
		if since, err = reachedSince(ctx, f.q, f.out.ContactID, f.stored.InteractionID, f.out.Call.Started); err != nil {
			return err
		}
	}
	f.callback, f.task = leads.DecideCallback(f.news, open, since), open
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

// fileCallback writes what becomes of the contact's call-back.
func (f *filing) fileCallback(ctx context.Context) error {
	s := f.callback
	if f.news.Wished {
		if err := f.to.InsertWish(ctx, db.InsertWishParams{InteractionID: f.stored.InteractionID, Number: f.t.WishedNumber()}); err != nil {
			return err
		}
	}
	switch {
	case s.Open && f.news.Wished:
		return f.openWished(ctx)
	case s.Open:
		return f.openCallback(ctx)
	case s.Wish:
		f.taskEvent = leads.EventTaskUpdated
		w := f.wish()
		return one(f.q.WishInTask(ctx, db.WishInTaskParams{
			ID: f.task.ID, Version: f.task.Version, Wished: w.Wished, Due: w.Due, Number: w.Number, Note: w.Note, Missed: w.Missed,
		}))
	case s.Add:
		f.taskEvent = leads.EventTaskUpdated
		if err := f.to.PutTaskCall(ctx, db.PutTaskCallParams{CallID: f.stored.InteractionID, TaskID: f.task.ID}); err != nil {
			return err
		}
		return one(f.to.AddCallToTask(ctx, db.AddCallToTaskParams{
			ID: f.task.ID, Version: f.task.Version, CallID: f.stored.InteractionID, Missed: micros(f.out.Call.Started),
		}))
	}
	if s.Drop {
		if err := f.q.DropTaskCall(ctx, f.stored.InteractionID); err != nil {
			return err
		}
	}
	switch {
	case f.task == nil:
		return nil
	case s.Done != "":
		f.taskEvent = leads.EventTaskDone
		return one(f.to.EndTask(ctx, db.EndTaskParams{ID: f.task.ID, Version: f.task.Version, Done: micros(s.At), Outcome: string(s.Done)}))
	case s.Tried || s.Drop && f.task.Holds:
		f.taskEvent = leads.EventTaskUpdated
		p := db.CountInTaskParams{ID: f.task.ID, Version: f.task.Version}
		if s.Tried {
			p.Attempts = 1
		} else {
			p.Calls = -1
		}
		return one(f.to.CountInTask(ctx, p))
	}
	return nil
}

// openCallback makes a call-back for the touch's call; one that is ended at
// once if the customer was reached before their missed call was told.
func (f *filing) openCallback(ctx context.Context) error {
	c, s := f.out.Call, f.callback
	ended := c.Ended
	if ended.IsZero() {
		ended = f.t.At
	}
	p := db.InsertTaskParams{
		ID: newID(), State: string(leads.TaskOpen), ContactID: f.contact.ID, LeadID: orNull(f.stored.LeadID), CallID: orNull(f.stored.InteractionID), Calls: 1,
		Team: f.t.Team, Missed: micros(c.Started), Due: micros(ended.Add(f.within)), Created: micros(f.at),
	}
	if f.lead != nil {
		p.Team = f.lead.Team
	}
	f.task = &leads.KnownCallback{ID: p.ID}
	f.taskEvent = leads.EventTaskCreated
	if s.Done != "" {
		f.taskEvent = leads.EventTaskDone
		p.State, p.Done, p.Outcome = string(leads.TaskDone), micros(s.At), string(s.Done)
	}
	if err := one(f.to.InsertTask(ctx, p)); err != nil {
		return err
	}
	return f.to.PutTaskCall(ctx, db.PutTaskCallParams{CallID: f.stored.InteractionID, TaskID: p.ID})
}

// wish is what a task knows of the touch's wish to be called.
func (f *filing) wish() db.InsertTaskParams {
	at, due := f.t.CallBack.At, f.t.CallBack.At
	if !at.After(f.t.At) {
		at, due = f.t.At, f.t.At.Add(f.within)
	}
	return db.InsertTaskParams{
		Wished: micros(at), Due: micros(due), Missed: micros(f.t.At), Number: f.t.WishedNumber(), Note: shortened(typed(f.t.Text), maxTyped),
	}
}

// openWished makes a call-back that the customer asked for.
func (f *filing) openWished(ctx context.Context) error {
	p := f.wish()
	p.ID, p.State, p.ContactID, p.LeadID, p.Created = newID(), string(leads.TaskOpen), f.contact.ID, orNull(f.stored.LeadID), micros(f.at)
	if p.Team = f.t.Team; f.lead != nil {
		p.Team = f.lead.Team
	}
	f.task, f.taskEvent = &leads.KnownCallback{ID: p.ID}, leads.EventTaskCreated
	return one(f.to.InsertTask(ctx, p))
}

// tellCallbacks writes the events of call-backs, which are read as they are
// written by now, and reports whether there are any.
func tellCallbacks(ctx context.Context, wave []*filing) (any bool, err error) {
	for _, f := range wave {
		if f.taskEvent == "" {
			continue
		}
		any = true
		if _, err := recordTask(ctx, f.q, &f.log, f.taskEvent, f.task.ID); err != nil {
			return any, err
		}
	}
	return any, nil
}
