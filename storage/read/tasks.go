package read

import (
	"context"
	"math"

	"ctihub/leads"
)

var (
	openTasks = list[TaskRow]{rows: "task_rows", first: int64(math.MinInt64), keyOf: func(r TaskRow) (any, string) { return r.Due, r.ID }}
	doneTasks = newestFirst("task_rows", func(r TaskRow) (int64, string) { return r.Done, r.ID })
)

// Tasks lists the tasks that the viewer may see: open ones by their due time,
// the longest overdue first, done ones by when they were done, newest first, unless the page
// has an order.
func (l Lists) Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (Page[TaskRow], error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return Page[TaskRow]{}, err
	}
	q := &query{}
	q.inPeriod(f.Period)
	q.equals("t.kind", string(f.Kind))
	if !f.AwakeAt.IsZero() {
		q.usual = append(q.usual, guarded("t.snoozed <= ?", f.AwakeAt.UnixMicro()))
	}
	if f.State == leads.TaskDone {
		addTasks(q, from, f, stream{from: "tasks t", key: "t.done", id: "t.id", where: []clause{where("t.state = 'done'")}})
		return doneTasks.read(ctx, l, q, p)
	}
	addTasks(q, from, f, stream{from: "tasks t", key: "t.due", id: "t.id", where: []clause{where("t.state = 'open'")}})
	q.inPeriod(leads.Period{Until: f.LateAt})
	return openTasks.read(ctx, l, q, p)
}

// addTasks adds the streams of the tasks that the viewer sees, each a part of all.
func addTasks(q *query, v viewpoint, f leads.TaskFilter, all stream) {
	heldBy := func(user string) stream { return all.with(where("t.holder_id = ?", user)) }
	switch {
	case f.LeadID != "" || f.ContactID != "": // few: the rest is decided row by row
		addTasksOf(q, v, f, all)
	case f.ToDo && (f.OwnerID == "" || f.OwnerID == v.user):
		q.add(heldBy(v.user))
		if f.OwnerID == "" {
			q.add(v.unheld(all)...)
		}
	case f.ToDo:
	case f.OwnerID != "":
		if q.add(heldBy(f.OwnerID)); !v.all && f.OwnerID != v.user {
			q.filter("t.created_by = ? OR t.done_by = ?", v.user, v.user)
		}
	case v.all:
		q.add(all)
	default:
		q.add(heldBy(v.user))
		q.add(v.unheld(all)...)
		q.add(v.authored(f, all)...)
	}
}

// addTasksOf adds the stream of the tasks of a lead or a contact.
func addTasksOf(q *query, v viewpoint, f leads.TaskFilter, all stream) {
	if f.LeadID != "" {
		all = all.with(where("t.lead_id = ?", f.LeadID))
	}
	if f.ContactID != "" {
		all = all.with(where("t.contact_id = ?", f.ContactID))
	}
	q.add(all)
	if f.OwnerID != "" {
		q.usual = append(q.usual, guarded("COALESCE(t.holder_id, '') = ?", f.OwnerID))
	}
	if rule := v.holds(); f.ToDo || !v.all {
		if f.ToDo {
			rule = v.mayDo()
		}
		q.usual = append(q.usual, where("("+rule.text+")", rule.values...))
	}
}

// unheld are the streams of the tasks that nobody has and that the viewer may take.
func (v viewpoint) unheld(all stream) []stream {
	all = all.with(where("t.holder_id IS NULL"))
	switch {
	case !v.all && (!v.manager || v.disabled):
		return nil
	case v.all || v.team == "":
		return []stream{all}
	}
	return []stream{all.with(where("t.team = ''")), all.with(where("t.team = ?", v.team))}
}

// authored are the streams of the tasks that the viewer planned or ended.
func (v viewpoint) authored(f leads.TaskFilter, all stream) []stream {
	planned := all.with(where("t.created_by = ?", v.user))
	if f.State != leads.TaskDone {
		return []stream{planned}
	}
	return []stream{planned, all.with(where("t.done_by = ?", v.user))}
}
