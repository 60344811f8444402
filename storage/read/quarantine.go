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
    FROM quarantine q LEFT JOIN users u ON u.id = q.decided_by) AS`, "at", func(r QuarantineRow) (int64, string) { return r.At, r.ID })

// Quarantine lists quarantined touches, newest first.
func (l Lists) Quarantine(ctx context.Context, f leads.QuarantineFilter, p leads.Page) (Page[QuarantineRow], error) {
	q := newQuery()
	if f.State == leads.QuarantineWaiting {
		q.and("r.state = 'waiting'") // a literal, not a parameter: it selects a partial index
	} else {
		q.equals("r.state", string(f.State))
	}
	q.equals("r.source", f.Source)
	return quarantineList.read(ctx, l.On, q, p)
}
