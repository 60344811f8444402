package read

import (
	"context"

	"ctihub/leads"
)

var historyList = newestFirst("change_rows", func(r ChangeRow) (int64, string) { return r.At, r.ID })

// History lists the changes of records that the viewer may see, newest first. Of one record the
// caller has checked that.
func (l Lists) History(ctx context.Context, v leads.Viewer, f leads.HistoryFilter, p leads.Page) (Page[ChangeRow], error) {
	from, err := l.viewpoint(ctx, v)
	if err != nil {
		return Page[ChangeRow]{}, err
	}
	q := &query{}
	all := stream{from: "changes h", key: "h.at", id: "h.id"}
	switch {
	case f.ObjectID != "":
		q.add(all.with(where("h.object = ? AND h.object_id = ?", string(f.Object), f.ObjectID)))
		q.equals("h.user_id", f.UserID)
	case f.UserID != "":
		q.add(all.with(where("h.user_id <> '' AND h.user_id = ?", f.UserID))) // as the index says
		q.equals("h.object", string(f.Object))
	default:
		q.add(all)
		q.equals("h.object", string(f.Object))
	}
	if !from.all && f.ObjectID == "" {
		c := from.changesSeen()
		q.filter(c.text, c.values...)
	}
	q.equals("h.way", string(f.Way))
	q.equals("h.field", string(f.Field))
	q.inPeriod(f.Made)
	return historyList.read(ctx, l, q, p)
}
