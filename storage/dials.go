package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/storage/db"
)

// dialsShown is how many of a user's own dials are listed.
const dialsShown = 20

func dialOf(r db.DialRow) leads.Dial {
	return leads.Dial{
		ID: r.ID, User: leads.Person{ID: r.UserID, Name: r.UserName}, Key: r.AskedAs, Source: r.Source, Extension: r.Extension, Number: r.Number,
		State: leads.DialState(r.State), Reason: leads.DialReason(r.Reason), Cancelled: r.Cancelled,
		Asked: fromMicros(r.Asked), Updated: fromMicros(r.Updated), CallID: r.CallID, Answered: r.Answered != 0,
	}
}

// DialAskedAs returns the dial with a user's key.
func (t *Tx) DialAskedAs(ctx context.Context, userID, key string) (leads.Dial, error) {
	row, err := t.q.DialAskedAs(ctx, db.DialAskedAsParams{UserID: userID, AskedAs: key})
	return dialOf(row), orNotFound(err)
}

// PendingDial returns the dial for which a telephone is being called.
func (t *Tx) PendingDial(ctx context.Context, exchange, extension string) (leads.Dial, error) {
	row, err := t.q.PendingDial(ctx, db.PendingDialParams{Source: exchange, Extension: extension})
	return dialOf(row), orNotFound(err)
}

// IsColleague reports whether a user has the extension that a number is.
func (t *Tx) IsColleague(ctx context.Context, exchange, number string) (bool, error) {
	return t.q.IsColleague(ctx, db.IsColleagueParams{Number: number, Source: exchange})
}

// CountDial counts a dial of a day, unless the limit is reached.
func (t *Tx) CountDial(ctx context.Context, day string, c calls.Count) (counted bool, err error) {
	n, err := t.q.CountDial(ctx, db.CountDialParams{Day: day, Counted: c.Of, Most: int64(c.Most)})
	return n > 0, err
}

// DropDialCounts deletes the counts of other days.
func (t *Tx) DropDialCounts(ctx context.Context, day string) error {
	return t.q.DropDialCounts(ctx, day)
}

// AddDial stores a new dial, without an event.
func (t *Tx) AddDial(ctx context.Context, d leads.Dial) (id string, err error) {
	id = newID()
	return id, requireRow(t.q.InsertDial(ctx, db.InsertDialParams{
		ID: id, UserID: d.User.ID, AskedAs: d.Key, Source: d.Source, Extension: d.Extension, Number: d.Number, Asked: micros(t.s.now()),
	}))
}

// Dial returns a dial without a check of rights.
func (t *Tx) Dial(ctx context.Context, id string) (leads.Dial, error) {
	row, err := t.q.GetDial(ctx, id)
	return dialOf(row), orNotFound(err)
}

// SeeDial returns a dial: any for supervisors, the viewer's own for others.
func (t *Tx) SeeDial(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error) {
	row, err := t.q.SeeDial(ctx, db.SeeDialParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	return dialOf(row), orNotFound(err)
}

// MoveDial changes the state of a dial; it conflicts if that changed since it was read.
func (t *Tx) MoveDial(ctx context.Context, d leads.Dial, to leads.DialState, reason leads.DialReason) error {
	return requireRow(t.q.MoveDial(ctx, db.MoveDialParams{
		ID: d.ID, Was: string(d.State), State: string(to), Reason: string(reason), Updated: micros(t.s.now()),
	}))
}

// MarkCancelled notes that the user cancelled a dial; it conflicts if the state changed
// since it was read.
func (t *Tx) MarkCancelled(ctx context.Context, d leads.Dial) error {
	return requireRow(t.q.CancelDial(ctx, db.CancelDialParams{ID: d.ID, Was: string(d.State), Updated: micros(t.s.now())}))
}

// RecordDial records an event of a dial for its user, and returns the dial.
func (t *Tx) RecordDial(ctx context.Context, id string) (leads.Dial, error) {
	d, err := t.Dial(ctx, id)
	if err != nil {
		return leads.Dial{}, err
	}
	return d, t.record(ctx, leads.EventBody{Type: leads.EventDial, Dial: &d}, d.User.ID)
}

// OpenDials returns the dials at one exchange that are not over, the oldest
// first.
func (s *Store) OpenDials(ctx context.Context, source string) ([]leads.Dial, error) {
	rows, err := s.read.ListOpenDials(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("listing open dials: %w", err)
	}
	return mapRows(rows, dialOf), nil
}

// DialsOf returns a user's newest dials.
func (s *Store) DialsOf(ctx context.Context, userID string) ([]leads.Dial, error) {
	rows, err := s.read.ListDialsOf(ctx, db.ListDialsOfParams{UserID: userID, Most: dialsShown})
	if err != nil {
		return nil, fmt.Errorf("listing dials: %w", err)
	}
	return mapRows(rows, dialOf), nil
}

// Dial returns one dial: any for supervisors, the viewer's own for others.
func (s *Store) Dial(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error) {
	row, err := s.read.SeeDial(ctx, db.SeeDialParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Dial{}, fmt.Errorf("dial %q: %w", id, orNotFound(err))
	}
	return dialOf(row), nil
}
