package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// dialsShown is how many of a user's own dials are listed.
const dialsShown = 20

// dialForgotten is how long a dial may wait for a hub that owns its exchange.
// After that nobody expects a telephone to ring any more.
const dialForgotten = time.Minute

func dialOf(r db.DialRow) leads.Dial {
	return leads.Dial{
		ID: r.ID, User: leads.Person{ID: r.UserID, Name: r.UserName}, Key: r.AskedAs, Source: r.Source, Extension: r.Extension, Number: r.Number,
		State: leads.DialState(r.State), Reason: leads.DialReason(r.Reason), Cancelled: r.Cancelled,
		Asked: fromMicros(r.Asked), Updated: fromMicros(r.Updated), CallID: r.CallID, Answered: r.Answered != 0,
	}
}

// AskDial stores a dial that the policy allows, and counts it. The same key of
// the same user again returns the dial that it was given to, and stores nothing.
// A leads.DialRefusal: the number may not be dialled, or not today.
// leads.ErrConflict: the key was given to another number, or the telephone is
// being called for another dial.
func (s *Store) AskDial(ctx context.Context, d leads.Dial) (dial leads.Dial, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		before, err := q.DialAskedAs(ctx, db.DialAskedAsParams{UserID: d.User.ID, AskedAs: d.Key})
		if err == nil {
			if dial = dialOf(before); dial.Number != d.Number || dial.Extension != d.Extension || dial.Source != d.Source {
				return fmt.Errorf("%w: the key was used for another dial", leads.ErrConflict)
			}
			return nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := s.mayDial(ctx, q, d); err != nil {
			return err
		}
		pending, err := q.PendingDial(ctx, db.PendingDialParams{Source: d.Source, Extension: d.Extension})
		switch {
		case err == nil && pending.State == string(leads.DialAsked) && s.now().Sub(fromMicros(pending.Asked)) > dialForgotten:
			if _, err = moveDial(ctx, b, dialOf(pending), leads.DialFailed, leads.DialExchangeAway); err != nil {
				return err
			}
		case err == nil:
			return fmt.Errorf("%w: the telephone is being called already", leads.ErrConflict)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		id := newID()
		if err := one(q.InsertDial(ctx, db.InsertDialParams{
			ID: id, UserID: d.User.ID, AskedAs: d.Key, Source: d.Source, Extension: d.Extension, Number: d.Number, Asked: micros(s.now()),
		})); err != nil {
			return err
		}
		dial, err = recordDial(ctx, b, id)
		return err
	})
	if err != nil {
		return leads.Dial{}, fmt.Errorf("storing a dial: %w", err)
	}
	return dial, nil
}

// mayDial asks the policy, and counts the dial of today.
func (s *Store) mayDial(ctx context.Context, q *db.Queries, d leads.Dial) error {
	ours, err := q.IsColleague(ctx, db.IsColleagueParams{Number: d.Number, Source: d.Source})
	if err != nil {
		return err
	}
	if err := s.dialling.Judge(d, ours); err != nil {
		return err
	}
	day := s.here().In(s.zone).Format(time.DateOnly)
	if err := q.DropDialCounts(ctx, day); err != nil {
		return err
	}
	for _, c := range s.dialling.Counts(d) {
		n, err := q.CountDial(ctx, db.CountDialParams{Day: day, Counted: c.Of, Most: int64(c.Most)})
		if err != nil {
			return err
		}
		if n == 0 {
			return c.Refusal
		}
	}
	return nil
}

// TakeDial marks a dial as given to the exchange, before it is: whatever
// happens then, it is not given a second time. leads.ErrConflict when it was
// taken or cancelled before.
func (s *Store) TakeDial(ctx context.Context, id string) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		row, err := q.GetDial(ctx, id)
		if err != nil {
			return found(err)
		}
		if row.State != string(leads.DialAsked) {
			return leads.ErrConflict
		}
		_, err = moveDial(ctx, b, dialOf(row), leads.DialOperator, "")
		return err
	})
	if err != nil {
		return fmt.Errorf("taking a dial: %w", err)
	}
	return nil
}

// MoveDial moves a dial forward; what is behind changes nothing. The failure of
// a dial that its user cancelled is theirs.
func (s *Store) MoveDial(ctx context.Context, id string, to leads.DialState, reason leads.DialReason) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		row, err := q.GetDial(ctx, id)
		if err != nil {
			return found(err)
		}
		d := dialOf(row)
		if to.Rank() <= d.State.Rank() || d.State.Over() {
			return nil
		}
		if d.Cancelled && to == leads.DialFailed {
			reason = leads.DialCancelled
		}
		_, err = moveDial(ctx, b, d, to, reason)
		return err
	})
	if err != nil {
		return fmt.Errorf("moving a dial: %w", err)
	}
	return nil
}

// CancelDial gives a dial up on behalf of somebody who may see it. One that the
// exchange was not told of is over at once; another when the exchange has hung up.
func (s *Store) CancelDial(ctx context.Context, v leads.Viewer, id string) (dial leads.Dial, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		row, err := q.SeeDial(ctx, db.SeeDialParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		dial = dialOf(row)
		switch {
		case dial.State.Over() || dial.Cancelled:
			return nil
		case dial.State == leads.DialAsked:
			dial, err = moveDial(ctx, b, dial, leads.DialFailed, leads.DialCancelled)
			return err
		}
		dial.Cancelled = true
		return one(q.CancelDial(ctx, db.CancelDialParams{ID: id, Was: row.State, Updated: micros(s.now())}))
	})
	if err != nil {
		return leads.Dial{}, fmt.Errorf("cancelling a dial: %w", err)
	}
	return dial, nil
}

func moveDial(ctx context.Context, b *bulk, d leads.Dial, to leads.DialState, reason leads.DialReason) (leads.Dial, error) {
	if err := one(b.q.MoveDial(ctx, db.MoveDialParams{
		ID: d.ID, Was: string(d.State), State: string(to), Reason: string(reason), Updated: micros(b.s.now()),
	})); err != nil {
		return d, err
	}
	return recordDial(ctx, b, d.ID)
}

// recordDial reads a dial as it is now and records an event of it for its user.
func recordDial(ctx context.Context, b *bulk, id string) (leads.Dial, error) {
	row, err := b.q.GetDial(ctx, id)
	if err != nil {
		return leads.Dial{}, found(err)
	}
	d := dialOf(row)
	return d, b.record(ctx, leads.EventBody{Type: leads.EventDial, Dial: &d}, d.User.ID)
}

// OpenDials returns the dials at one exchange that are not over, the oldest
// first.
func (s *Store) OpenDials(ctx context.Context, source string) ([]leads.Dial, error) {
	rows, err := s.read.ListOpenDials(ctx, source)
	if err != nil {
		return nil, fmt.Errorf("listing open dials: %w", err)
	}
	return all(rows, dialOf), nil
}

// DialsOf returns a user's newest dials.
func (s *Store) DialsOf(ctx context.Context, userID string) ([]leads.Dial, error) {
	rows, err := s.read.ListDialsOf(ctx, db.ListDialsOfParams{UserID: userID, Most: dialsShown})
	if err != nil {
		return nil, fmt.Errorf("listing dials: %w", err)
	}
	return all(rows, dialOf), nil
}

// Dial returns one dial, of anybody for supervisors, of the viewer for others.
func (s *Store) Dial(ctx context.Context, v leads.Viewer, id string) (leads.Dial, error) {
	row, err := s.read.SeeDial(ctx, db.SeeDialParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.Dial{}, fmt.Errorf("dial %q: %w", id, found(err))
	}
	return dialOf(row), nil
}
