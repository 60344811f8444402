package web

import (
	"context"

	"ctihub/leads"
	"ctihub/web/api"
)

// ListHistory lists the changes of records that the caller may see.
func (o operations) ListHistory(ctx context.Context, req api.ListHistoryRequestObject) (api.ListHistoryResponseObject, error) {
	q := req.Params
	page, err := pageOf(q.Limit, q.Cursor)
	made, wrongPeriod := period(q.Since, q.Until)
	var alone error
	if q.Id != "" && q.Object == "" {
		alone = invalid("object", "It goes with id: give the kind of the record.")
	}
	if err := first(err, wrongPeriod, alone, oneOf("object", q.Object, leads.HistoryObjects...), oneOf("field", q.Field, leads.HistoryFields...),
		oneOf("way", q.Way, leads.Ways...)); err != nil {
		return nil, err
	}
	list, err := o.Store.History(ctx, viewer(ctx), leads.HistoryFilter{
		Object: q.Object, ObjectID: q.Id, UserID: userParam(ctx, q.UserId), Way: q.Way, Field: q.Field, Made: made,
	}, page)
	return api.ListHistory200JSONResponse{Items: items(list), Next: list.Next}, err
}
