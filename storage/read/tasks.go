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
	of := func(holder string) { q.add(all.with(where("t.holder_id = ?", holder))) }
	if v.all {
		if f.OwnerID != "" {
			of(f.OwnerID)
		} else {
			q.add(all)
		}
		return
	}
	if f.OwnerID == "" || f.OwnerID == v.user {
		of(v.user)
	}
	if f.State == leads.TaskDone {
		ended := all.with(where("t.done_by = ?", v.user))
		if f.OwnerID != "" {
			ended = ended.with(guarded("t.holder_id = ?", f.OwnerID))
		}
		q.add(ended)
	}
	if f.OwnerID != "" || !v.manager || v.disabled {
		return
	}
	unheld := where("t.holder_id IS NULL")
	if v.team == "" {
		q.add(all.with(unheld))
		return
	}
	q.add(all.with(unheld, where("t.team = ''")), all.with(unheld, where("t.team = ?", v.team)))
}
