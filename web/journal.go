package web

import (
	"context"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
	"ctihub/web/api"
)

// listMost bounds the gaps or days of one answer.
const listMost = 100

// ListGaps lists the times in which a source received no events.
func (o operations) ListGaps(ctx context.Context, req api.ListGapsRequestObject) (api.ListGapsResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	gaps, err := o.Store.Gaps(ctx, req.Params.Source, listMost)
	return api.ListGaps200JSONResponse{Items: append([]leads.Gap{}, gaps...)}, err
}

// ListReconciliations lists the days whose calls were compared with the journal.
func (o operations) ListReconciliations(ctx context.Context, req api.ListReconciliationsRequestObject) (api.ListReconciliationsResponseObject, error) {
	if err := access.Can(viewer(ctx), access.Watch); err != nil {
		return nil, err
	}
	days, err := o.Store.Reconciliations(ctx, req.Params.Source, req.Params.Day, listMost)
	return api.ListReconciliations200JSONResponse{Items: append([]leads.Reconciliation{}, days...)}, err
}

// AskReconciliation asks for the comparison of a day.
func (o operations) AskReconciliation(ctx context.Context, req api.AskReconciliationRequestObject) (api.AskReconciliationResponseObject, error) {
	v := viewer(ctx)
	if err := access.Can(v, access.CompareDays); err != nil {
		return nil, err
	}
	source, day := req.Body.Source, req.Body.Day
	at, err := time.ParseInLocation(time.DateOnly, day, o.Now().Location())
	switch {
	case err != nil:
		return nil, invalid("day", "A day such as 2026-11-21.")
	case at.After(o.Now()):
		return nil, invalid("day", "That day has not begun.")
	case !slices.ContainsFunc(o.Sources.States(), func(s leads.SourceState) bool {
		return s.Name == source && (s.State == leads.SourceStandby || s.Journal != nil && s.Journal.State != leads.JournalNone)
	}):
		return nil, invalid("source", "A source that follows the journal of an exchange.")
	}
	if err := o.Store.AskReconciliation(ctx, source, day); err != nil {
		return nil, err
	}
	o.Log.Info("reconciliation asked for", "source", source, "day", day, "user", v.UserID)
	r, err := o.Store.Reconciliation(ctx, source, day)
	return api.AskReconciliation200JSONResponse(r), err
}
