package storage

import (
	"cmp"
	"slices"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/storage/db"
)

// replay finds anew which call-backs the contacts of a separation have: what happened to each of
// them is decided again in its order, as if the others had not been there.
type replay struct {
	*separation
	open map[string]image // the call-back that waits, by contact
	pool map[string]image // call-backs of the hub that are made anew, by their first call
	took []string         // ids of the call-backs whose calls are decided again
}

// laterCallbacks returns the call-backs of the contact that are not known, and puts those aside
// that wait: a contact has one of them.
func (s *separation) laterCallbacks() []image {
	all := s.rows("tasks", "contact_id = $1 AND kind = 'callback'"+notKnown("task", "tasks.id"), s.from, s.known)
	for _, task := range all {
		s.do("UPDATE tasks SET state = 'done', done = 1 WHERE id = $1 AND state = 'open'", task.text("id"))
	}
	return all
}

// callbacks gives the contacts their own call-backs. atMerge are those that were open then, as they
// were. Those that a person ended, or the customer asked for, stay as they are.
func (s *separation) callbacks(later, atMerge []image, parts ...string) {
	r := &replay{separation: s, open: map[string]image{}, pool: map[string]image{}}
	for _, was := range atMerge {
		r.begin(was)
	}
	for _, task := range later {
		r.take(task)
	}
	for _, contact := range parts {
		for _, e := range r.happened(contact) {
			r.decide(contact, e)
		}
	}
	for _, task := range r.pool {
		s.do("DELETE FROM task_calls WHERE task_id = $1", task.text("id"))
		s.do("DELETE FROM tasks WHERE id = $1", task.text("id"))
	}
	for _, contact := range parts {
		s.do(`UPDATE tasks SET lead_id = (SELECT l.id FROM leads l WHERE l.contact_id = $1 AND l.closed = 0 ORDER BY l.opened DESC, l.id DESC LIMIT 1) WHERE contact_id = $1 AND kind = 'callback'
    AND lead_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leads o WHERE o.id = tasks.lead_id AND o.contact_id = $1)`, contact)
	}
}

// begin makes a call-back wait again as it was at the merge.
func (r *replay) begin(was image) {
	id := was.text("id")
	if ended := r.texts("SELECT id FROM tasks WHERE id = $1 AND done_by IS NOT NULL", id); len(ended) > 0 {
		return
	}
	r.do("UPDATE tasks SET state = 'open', done = 0, outcome = '', calls = $2, missed = $3, call_id = $4, version = version + 1 WHERE id = $1",
		id, was["calls"], was["missed"], was["call_id"])
	r.open[was.text("contact_id")] = was
	r.took = append(r.took, id)
}

// take takes a later call-back to be made anew, or gives it to the contact of its call or lead.
func (r *replay) take(task image) {
	id := task.text("id")
	calls := r.texts("SELECT k.call_id FROM task_calls k JOIN calls c ON c.id = k.call_id WHERE k.task_id = $1 ORDER BY c.started, c.id", id)
	byItself := task["done_by"] == nil && (r.known != "" || task.text("state") == string(leads.TaskOpen))
	if len(calls) > 0 && byItself && task.number("wished") == 0 {
		r.pool[calls[0]], r.took = task, append(r.took, id)
		return
	}
	to := r.texts(`SELECT COALESCE((SELECT i.contact_id FROM interactions i WHERE i.id = t.call_id), (SELECT l.contact_id FROM leads l WHERE l.id = t.lead_id), t.contact_id)
FROM tasks t WHERE t.id = $1`, id)
	if r.err != nil {
		return
	}
	r.do("UPDATE tasks SET contact_id = $2, version = version + 1 WHERE id = $1", id, to[0])
	if task.text("state") != string(leads.TaskOpen) {
		return
	}
	if before, waits := r.open[to[0]]; waits { // the wish is the later one
		r.do("UPDATE task_calls SET task_id = $2 WHERE task_id = $1", before.text("id"), id)
		r.do("UPDATE tasks SET calls = calls + $2 WHERE id = $1", id, before.number("calls"))
		r.do("DELETE FROM tasks WHERE id = $1", before.text("id"))
	}
	r.do("UPDATE tasks SET state = 'open', done = 0 WHERE id = $1", id)
	r.open[to[0]] = task
}

// happening is what happened to a contact: a missed call, or it was reached.
type happening struct {
	db.HappenedSinceRow
	missed bool
}

func (h happening) at() int64 {
	if h.missed {
		return cmp.Or(h.Ended, h.At)
	}
	return cmp.Or(h.Answered, h.At)
}

// happened returns what happened to a contact that is not known or was answered since, in order.
func (r *replay) happened(contact string) (all []happening) {
	if r.err != nil || len(r.took) == 0 {
		return nil
	}
	rows, err := r.tx.q.HappenedSince(r.ctx, db.HappenedSinceParams{ContactID: orNull(contact), MergeID: r.known})
	r.err = err
	for _, row := range rows {
		missed := row.TaskID != ""
		if missed && !slices.Contains(r.took, row.TaskID) || !missed && row.Reaches == 0 {
			continue
		}
		all = append(all, happening{row, missed})
	}
	slices.SortStableFunc(all, func(a, b happening) int { return cmp.Compare(a.at(), b.at()) })
	return all
}

// decide changes the call-back of a contact by what happened.
func (r *replay) decide(contact string, h happening) {
	open, waits := r.open[contact]
	switch {
	case h.missed && waits:
		id := open.text("id")
		r.do("UPDATE task_calls SET task_id = $2 WHERE call_id = $1", h.ID, id)
		open["missed"] = max(open.number("missed"), h.Started)
		r.do("UPDATE tasks SET calls = calls + 1, call_id = CASE WHEN missed > $3 THEN call_id ELSE $2 END, missed = $4, version = version + 1 WHERE id = $1",
			id, h.ID, h.Started, open["missed"])
	case h.missed:
		r.open[contact] = r.begun(contact, h)
	case waits && open.number("missed") < h.at():
		n := tasks.CallbackFacts{Reached: leads.ContactedAgain, At: fromMicros(h.at()), Wrote: h.Answered == 0}
		if h.Direction == string(leads.Out) {
			n.Reached = leads.CalledBack
		}
		step := tasks.DecideCallback(n, &tasks.KnownCallback{ID: open.text("id"), Missed: fromMicros(open.number("missed")), Wished: open.number("wished") != 0}, tasks.CallbackFacts{})
		if step.Done != "" {
			delete(r.open, contact)
			r.do("UPDATE tasks SET state = 'done', done = $2, outcome = $3, version = version + 1 WHERE id = $1", open.text("id"), micros(step.At), string(step.Done))
		}
	}
}

// begun returns the open call-back for a missed call: the one that began with it, or a new one.
func (r *replay) begun(contact string, h happening) image {
	row, reuse := r.pool[h.ID]
	id := row.text("id")
	if reuse {
		delete(r.pool, h.ID)
		r.do(`UPDATE tasks SET contact_id = $2, state = 'open', done = 0, outcome = '', calls = 1, missed = $3, call_id = $4, version = version + 1 WHERE id = $1`,
			id, contact, h.Started, h.ID)
	} else {
		id = newID()
		tables.tasks.Insert(r.tx, db.Task{
			ID: id, Kind: string(leads.TaskCallback), State: string(leads.TaskOpen), ContactID: orNull(contact), LeadID: orNull(h.LeadID), CallID: orNull(h.ID),
			Team: h.Team, Calls: 1, Missed: h.Started, Due: cmp.Or(h.Ended, h.At) + r.tx.s.callbackWithin.Microseconds(),
			Created: micros(r.tx.s.now()), Version: 1,
		})
		r.flush()
	}
	r.do("UPDATE task_calls SET task_id = $2 WHERE call_id = $1", h.ID, id)
	return image{"id": id, "missed": h.Started}
}
