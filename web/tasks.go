package web

import (
	"context"

	"ctihub/leads"
	"ctihub/leads/tasks"
	"ctihub/web/api"
)

// ListTasks lists the tasks that the caller may see, and counts their own.
func (o operations) ListTasks(ctx context.Context, req api.ListTasksRequestObject) (api.ListTasksResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	page, wrongOrder := ordered(page, q.Order)
	at, wrongPeriod := period(q.Since, q.Until)
	if err := first(err, wrongOrder, wrongPeriod, oneOf("state", q.State, leads.TaskOpen, leads.TaskDone)); err != nil {
		return nil, err
	}
	l, err := o.Tasks.List(ctx, viewer(ctx), tasks.Wanted{State: q.State, Mine: q.Mine, Late: q.Late, Period: at}, page)
	return api.ListTasks200JSONResponse{Items: items(l.List), Next: l.Next, Open: l.Mine.Open, Late: l.Mine.Late, Waiting: l.Waiting}, err
}

// GetTask returns one task.
func (o operations) GetTask(ctx context.Context, req api.GetTaskRequestObject) (api.GetTaskResponseObject, error) {
	t, err := o.Tasks.Get(ctx, viewer(ctx), req.Id)
	return api.GetTask200JSONResponse(t), err
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
