package web

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/leads/pipeline"
	"ctihub/web/api"
)

// ListPipelines lists all pipelines with their stages.
func (o operations) ListPipelines(ctx context.Context, _ api.ListPipelinesRequestObject) (api.ListPipelinesResponseObject, error) {
	list, err := o.Pipeline.Pipelines(ctx)
	return api.ListPipelines200JSONResponse{Items: items(leads.List[leads.Pipeline]{Items: list})}, err
}

// GetPipeline returns one pipeline.
func (o operations) GetPipeline(ctx context.Context, req api.GetPipelineRequestObject) (api.GetPipelineResponseObject, error) {
	p, err := o.Pipeline.Pipeline(ctx, req.Id)
	return api.GetPipeline200JSONResponse{Body: p, Headers: api.GetPipeline200ResponseHeaders{ETag: pipelineState(p).tag()}}, err
}

// CreatePipeline makes a pipeline.
func (o operations) CreatePipeline(ctx context.Context, req api.CreatePipelineRequestObject) (api.CreatePipelineResponseObject, error) {
	b := req.Body
	edit := pipeline.Setup{Name: &b.Name, Position: b.Position, TakesNew: &b.TakesNew, TakesRepeat: &b.TakesRepeat, Stages: stageEdits(b.Stages)}
	if b.Currency != "" {
		edit.Currency = &b.Currency
	}
	p, err := o.Pipeline.AddPipeline(ctx, viewer(ctx), edit)
	return api.CreatePipeline201JSONResponse{Body: p, Headers: api.CreatePipeline201ResponseHeaders{ETag: pipelineState(p).tag()}}, unprocessable(err)
}

// UpdatePipeline changes a pipeline and its stages; what is left out stays.
func (o operations) UpdatePipeline(ctx context.Context, req api.UpdatePipelineRequestObject) (api.UpdatePipelineResponseObject, error) {
	b := req.Body
	p, err := o.Pipeline.ChangePipeline(ctx, viewer(ctx), req.Id, pipeline.Setup{
		Name: b.Name, Currency: b.Currency, Position: b.Position, TakesNew: b.TakesNew, TakesRepeat: b.TakesRepeat, Retired: b.Retired,
		Stages: stageEdits(b.Stages), Moves: b.Moves,
	}, unchanged(req.Params.IfMatch, pipelineState))
	return api.UpdatePipeline200JSONResponse{Body: p, Headers: api.UpdatePipeline200ResponseHeaders{ETag: pipelineState(p).tag()}}, unprocessable(err)
}

// RetirePipeline retires a pipeline and moves its open leads.
func (o operations) RetirePipeline(ctx context.Context, req api.RetirePipelineRequestObject) (api.RetirePipelineResponseObject, error) {
	return api.RetirePipeline204Response{}, unprocessable(o.Pipeline.RetirePipeline(ctx, viewer(ctx), req.Id, req.Params.MoveTo))
}

func stageEdits(all []api.StageEdit) (edits []pipeline.StageEdit) {
	for _, s := range all {
		edits = append(edits, pipeline.StageEdit{ID: s.Id, Name: s.Name, Kind: s.Kind, Probability: s.Probability, Required: s.Required})
	}
	return edits
}

// GetBoard returns the leads of a pipeline that the caller may see, by stage.
func (o operations) GetBoard(ctx context.Context, req api.GetBoardRequestObject) (api.GetBoardResponseObject, error) {
	q := req.Params
	f, err := o.leadFilter(ctx, api.ListLeadsParams{
		PipelineId: q.PipelineId, Q: q.Q, Status: q.Status, Open: q.Open, ManagerId: q.ManagerId, ContactId: q.ContactId, CompanyId: q.CompanyId, Since: q.Since, Until: q.Until,
		Waiting: q.Waiting, Source: q.Source, Channel: q.Channel, Team: q.Team, Repeat: q.Repeat, UtmSource: q.UtmSource, Field: q.Field,
	})
	if err := first(err, oneOf("order", q.Order, leads.NewestFirst, leads.OldestFirst)); err != nil {
		return nil, err
	}
	if f.PipelineID == "" {
		all, err := o.Pipeline.Pipelines(ctx)
		if err != nil {
			return nil, err
		}
		used := slices.IndexFunc(all, func(p leads.Pipeline) bool { return !p.Retired })
		f.PipelineID = all[max(used, 0)].ID
	}
	b, err := o.Store.Board(ctx, viewer(ctx), f, q.Order)
	return api.GetBoard200JSONResponse(b), unprocessable(err)
}
