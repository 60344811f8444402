package web

import (
	"context"
	"net/http"
	"time"

	"ctihub/leads"
	"ctihub/web/api"
)

// The period of a report of calls that were not answered.
const (
	reportUsual = 24 * time.Hour
	reportMost  = 92 * 24 * time.Hour
)

var errTaskDone = &problem{status: http.StatusConflict, code: codeConflict, title: "The task is done",
	detail: "Somebody ended it, or the customer was reached. Read it again."}

// ListTasks lists the tasks that the caller may see, and counts their own.
func (o operations) ListTasks(ctx context.Context, req api.ListTasksRequestObject) (api.ListTasksResponseObject, error) {
	q, me, at := req.Params, viewer(ctx), o.Now()
	page, err := pageOf(q.Limit, q.Cursor)
	if err := first(err, oneOf("state", q.State, leads.TaskOpen, leads.TaskDone)); err != nil {
		return nil, err
	}
	f := leads.TaskFilter{State: q.State}
	if q.Mine {
		f.OwnerID = me.UserID
	}
	if q.Late {
		if q.State == leads.TaskDone {
			return nil, invalid("late", "It goes with state open only.")
		}
		f.LateAt = at
	}
	list, err := o.Store.Tasks(ctx, me, f, page)
	if err != nil {
		return nil, err
	}
	mine, err := o.Store.TaskCounts(ctx, me.UserID, at)
	if err != nil {
		return nil, err
	}
	all, err := o.Store.TaskCounts(ctx, "", at)
	return api.ListTasks200JSONResponse{Items: items(list), Next: list.Next, Open: mine.Open, Late: mine.Late, Waiting: all.Open}, err
}

// GetTask returns one task.
func (o operations) GetTask(ctx context.Context, req api.GetTaskRequestObject) (api.GetTaskResponseObject, error) {
	t, err := o.Store.Task(ctx, viewer(ctx), req.Id)
	return api.GetTask200JSONResponse(t), err
}

// TakeTask makes the caller the owner of a task.
func (o operations) TakeTask(ctx context.Context, req api.TakeTaskRequestObject) (api.TakeTaskResponseObject, error) {
	t, err := o.giveTask(ctx, req.Id, callerOf(ctx).user.ID)
	return api.TakeTask200JSONResponse(t), err
}

// ReassignTask hands a task over to a colleague.
func (o operations) ReassignTask(ctx context.Context, req api.ReassignTaskRequestObject) (api.ReassignTaskResponseObject, error) {
	id := userParam(ctx, req.Body.OwnerId)
	if id == "" || len(id) > 64 || !leads.Printable(id) {
		return nil, invalid("owner_id", "It is not the id of a user.")
	}
	t, err := o.giveTask(ctx, req.Id, id)
	return api.ReassignTask200JSONResponse(t), err
}

func (o operations) giveTask(ctx context.Context, id, ownerID string) (leads.Task, error) {
	t, err := o.Store.GiveTask(ctx, viewer(ctx), id, ownerID)
	return o.changedTask(ctx, id, t, err)
}

// FinishTask ends a task as the caller says.
func (o operations) FinishTask(ctx context.Context, req api.FinishTaskRequestObject) (api.FinishTaskResponseObject, error) {
	comment, err := leads.Line("comment", req.Body.Comment)
	if err := first(err, oneOf("outcome", req.Body.Outcome, leads.ReachedByHand, leads.NotReached, leads.NotNeeded)); err != nil {
		return nil, err
	}
	if req.Body.Outcome == "" {
		return nil, invalid("outcome", "One of reached unreachable not_needed.")
	}
	t, err := o.Store.FinishTask(ctx, viewer(ctx), req.Id, req.Body.Outcome, comment)
	t, err = o.changedTask(ctx, req.Id, t, err)
	return api.FinishTask200JSONResponse(t), err
}

// changedTask explains a change's error. A conflict is that of a task that is done,
// unless others just kept changing it.
func (o operations) changedTask(ctx context.Context, id string, t leads.Task, err error) (leads.Task, error) {
	if err == nil {
		return t, nil
	}
	if now, e := o.Store.Task(ctx, viewer(ctx), id); e == nil && now.State == leads.TaskDone {
		return t, errTaskDone
	}
	return t, err
}

// ReportNotAnswered counts the calls of a period that were not answered.
func (o operations) ReportNotAnswered(ctx context.Context, req api.ReportNotAnsweredRequestObject) (api.ReportNotAnsweredResponseObject, error) {
	if !viewer(ctx).Role.SeesAll() {
		return nil, errForbidden
	}
	at, from, to := o.Now(), req.Params.From, req.Params.To
	if to.IsZero() {
		to = at
	}
	if from.IsZero() {
		from = to.Add(-reportUsual)
	}
	if !from.Before(to) || to.Sub(from) > reportMost {
		return nil, invalid("from", "Before to, by 92 days at the most.")
	}
	r, err := o.Store.MissedReport(ctx, from, to, at)
	return api.ReportNotAnswered200JSONResponse(r), err
}
