package web

import (
	"context"
	"time"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/leads/worklist"
	"ctihub/web/api"
)

// ListTasks lists the tasks that the caller may see, and counts their own.
func (o operations) ListTasks(ctx context.Context, req api.ListTasksRequestObject) (api.ListTasksResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	page, wrongOrder := ordered(page, leads.ViewTasks, q.Order)
	at, wrongPeriod := period(q.Since, q.Until)
	kind, wrongKind := leads.Line("kind", q.Kind)
	if err := first(err, wrongOrder, wrongPeriod, wrongKind, oneOf("state", q.State, leads.TaskOpen, leads.TaskDone)); err != nil {
		return nil, err
	}
	l, err := o.Tasks.List(ctx, viewer(ctx), tasks.Wanted{
		State: q.State, Mine: q.Mine, Late: q.Late, Kind: leads.TaskKind(kind), ContactID: q.ContactId, LeadID: q.LeadId, Period: at,
	}, page)
	return api.ListTasks200JSONResponse{Items: items(l.List), Next: l.Next, Open: l.Mine.Open, Late: l.Mine.Late, Waiting: l.Waiting}, err
}

// GetTask returns one task.
func (o operations) GetTask(ctx context.Context, req api.GetTaskRequestObject) (api.GetTaskResponseObject, error) {
	t, err := o.Tasks.Get(ctx, viewer(ctx), req.Id)
	return api.GetTask200JSONResponse{Body: t, Headers: api.GetTask200ResponseHeaders{ETag: taskState(t).tag()}}, err
}

// CreateTask stores a task that the caller plans.
func (o operations) CreateTask(ctx context.Context, req api.CreateTaskRequestObject) (api.CreateTaskResponseObject, error) {
	b := req.Body
	key := ""
	if req.Params.IdempotencyKey != "" || b.Key != "" {
		var err error
		if key, err = keyOf(req.Params.IdempotencyKey, b.Key, "task"); err != nil {
			return nil, unprocessable(err)
		}
	}
	t, err := o.Tasks.Plan(ctx, viewer(ctx), tasks.Plan{
		Key: key, Kind: b.Kind, Title: b.Title, Due: b.Due, Remind: b.Remind, Priority: b.Priority, Repeat: b.Repeat,
		OwnerID: userParam(ctx, b.OwnerId), Team: b.Team, LeadID: b.LeadId, ContactID: b.ContactId, InteractionID: b.InteractionId,
	})
	return api.CreateTask200JSONResponse(t), unprocessable(err)
}

// UpdateTask changes an open task; what is left out stays.
func (o operations) UpdateTask(ctx context.Context, req api.UpdateTaskRequestObject) (api.UpdateTaskResponseObject, error) {
	b := req.Body
	c := tasks.Change{Title: b.Title, Priority: (*leads.Priority)(b.Priority), Repeat: (*leads.Repeat)(b.Repeat), OwnerID: b.OwnerId, Team: b.Team}
	if b.OwnerId != nil {
		owner := userParam(ctx, *b.OwnerId)
		c.OwnerID = &owner
	}
	if err := first(timeOf("due", b.Due, &c.Due), timeOf("remind", b.Remind, &c.Remind), timeOf("snooze_until", b.SnoozeUntil, &c.Snooze)); err != nil {
		return nil, unprocessable(err)
	}
	t, err := o.Tasks.Change(ctx, viewer(ctx), req.Id, c, unchanged(req.Params.IfMatch, taskState))
	return api.UpdateTask200JSONResponse{Body: t, Headers: api.UpdateTask200ResponseHeaders{ETag: taskState(t).tag()}}, unprocessable(err)
}

// timeOf reads a time of a change: nil stays nil, an empty text is the zero time.
func timeOf(field string, s *string, into **time.Time) error {
	if s == nil {
		return nil
	}
	var at time.Time
	if *s != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, *s); err != nil {
			return leads.Invalid(field, "Write it as 2026-11-30T09:00:00Z.")
		}
	}
	*into = &at
	return nil
}

// GetWorklist returns what the caller has to do next.
func (o operations) GetWorklist(ctx context.Context, _ api.GetWorklistRequestObject) (api.GetWorklistResponseObject, error) {
	l, err := o.Worklist.List(ctx, viewer(ctx))
	return api.GetWorklist200JSONResponse{Items: items(leads.List[worklist.Item]{Items: l.Items}), Late: l.Late, Waiting: l.Waiting}, err
}

// TakeTask makes the caller the owner of a task.
func (o operations) TakeTask(ctx context.Context, req api.TakeTaskRequestObject) (api.TakeTaskResponseObject, error) {
	t, err := o.Tasks.Take(ctx, viewer(ctx), req.Id)
	return api.TakeTask200JSONResponse(t), err
}

// ReassignTask hands a task over to a colleague.
func (o operations) ReassignTask(ctx context.Context, req api.ReassignTaskRequestObject) (api.ReassignTaskResponseObject, error) {
	t, err := o.Tasks.Give(ctx, viewer(ctx), req.Id, userParam(ctx, req.Body.OwnerId))
	return api.ReassignTask200JSONResponse(t), err
}

// FinishTask ends a task with an outcome.
func (o operations) FinishTask(ctx context.Context, req api.FinishTaskRequestObject) (api.FinishTaskResponseObject, error) {
	t, err := o.Tasks.Finish(ctx, viewer(ctx), req.Id, req.Body.Outcome, req.Body.Comment)
	return api.FinishTask200JSONResponse(t), err
}

// ReportNotAnswered counts the calls of a period that were not answered.
func (o operations) ReportNotAnswered(ctx context.Context, req api.ReportNotAnsweredRequestObject) (api.ReportNotAnsweredResponseObject, error) {
	r, err := o.Tasks.NotAnsweredReport(ctx, viewer(ctx), req.Params.From, req.Params.To)
	return api.ReportNotAnswered200JSONResponse(r), err
}
