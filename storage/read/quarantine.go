package read

import (
	"context"

	"ctihub/leads"
)

// QuarantineRow is a quarantined touch without its content.
type QuarantineRow struct {
	ID, Source, ExternalID, Reason, Cause, Facts string
	At                                           int64
	State                                        string
	Retries, Decided                             int64
	DecidedBy, DecidedName, Note, InteractionID  string
}

var quarantineList = newestFirst(`(SELECT q.id, q.source, q.external_id, q.reason, q.cause, q.facts, q.at, q.state, q.retries, q.decided,
    COALESCE(q.decided_by, '') AS decided_by, COALESCE(u.name, '') AS decided_name, q.note, COALESCE(q.interaction_id, '') AS interaction_id
    FROM quarantine q LEFT JOIN users u ON u.id = q.decided_by) AS`, func(r QuarantineRow) (int64, string) { return r.At, r.ID })

// Quarantine lists quarantined touches, newest first.
func (l Lists) Quarantine(ctx context.Context, f leads.QuarantineFilter, p leads.Page) (Page[QuarantineRow], error) {
	all := stream{from: "quarantine q", key: "q.at", id: "q.id"}
	switch f.State {
	case "":
	case leads.QuarantineWaiting:
		all = all.with(where("q.state = 'waiting'")) // a literal, not a parameter: it selects a partial index
	default:
		all = all.with(guarded("q.state = ?", string(f.State)))
	}
	if f.Source != "" {
		all = all.with(guarded("q.source = ?", f.Source))
	}
	q := &query{}
	q.add(all)
	return quarantineList.read(ctx, l, q, p)
}
