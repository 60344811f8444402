package read

import (
	"context"
	"math"
	"time"

	"ctihub/leads"
)

var (
	openTasks = list[TaskRow]{rows: "task_rows", key: "due", first: int64(math.MinInt64), keyOf: func(r TaskRow) (any, string) { return r.Due, r.ID }}
	doneTasks = newestFirst("task_rows", "done", func(r TaskRow) (int64, string) { return r.Done, r.ID })
)

// Tasks lists the tasks that the viewer may see: open ones by their due time,
// the longest overdue first, done ones by when they were done, newest first.
func (l Lists) Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (Page[TaskRow], error) {
	q, list := newQuery(), openTasks
	if f.State == leads.TaskDone {
		list = doneTasks
		q.startFromTable("tasks", "t", "t.state = 'done'")
	} else {
		q.startFromTable("tasks", "t", "t.state = 'open'")
		q.inPeriod("due", time.Time{}, f.LateAt)
	}
	q.equals("r.owner_id", f.OwnerID)
	q.visible(visibleTask(v, "r.id"))
	return list.read(ctx, l.On, q, p)
}
