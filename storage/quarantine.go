package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// QuarantineWaiting counts quarantined touches that wait for a decision, up to most.
func (s *Store) QuarantineWaiting(ctx context.Context, most int) (int, error) {
	n, err := s.read.CountQuarantineWaiting(ctx, int32(most))
	if err != nil {
		return 0, fmt.Errorf("counting the quarantine: %w", err)
	}
	return int(n), nil
}

// QuarantinedTouch returns one quarantined touch, with Raw and Touch.
func (s *Store) QuarantinedTouch(ctx context.Context, id string) (leads.QuarantinedTouch, error) {
	r, err := s.read.GetQuarantine(ctx, id)
	if err != nil {
		return leads.QuarantinedTouch{}, fmt.Errorf("quarantined touch %q: %w", id, orNotFound(err))
	}
	q := quarantinedOf(read.QuarantineRow{
		ID: r.ID, Source: r.Source, ExternalID: r.ExternalID, Reason: r.Reason, Cause: r.Cause, Facts: r.Facts, At: r.At, State: r.State, Retries: r.Retries,
		Decided: r.Decided, DecidedBy: r.DecidedBy, DecidedName: r.DecidedName, Note: r.Note, InteractionID: r.InteractionID,
	})
	q.Raw, q.Touch = r.Raw, r.Touch
	return q, nil
}

// Discard ends the quarantine of a touch without an interaction. The record stays, with the
// user, the time and the note. leads.ErrConflict: it does not wait any more.
func (s *Store) Discard(ctx context.Context, id, userID, note string) error {
	return s.retryQueries(ctx, func(q *db.Queries) error {
		rows, err := q.DiscardQuarantine(ctx, db.DiscardQuarantineParams{ID: id, Decided: micros(s.now()), DecidedBy: orNull(userID), Note: note})
		return decided(id, rows, err)
	})
}

// finishRetry stores the result of a retry, in its transaction.
func finishRetry(ctx context.Context, tx *Tx, r *intake.Retry, stored []intake.Stored, at time.Time) error {
	if r == nil {
		return nil
	}
	q := tx.q
	if err := tx.Flush(ctx); err != nil { // the interaction that is referred to
		return err
	}
	if r.Reason != "" {
		rows, err := q.RefuseQuarantine(ctx, db.RefuseQuarantineParams{ID: r.ID, Reason: cleanText(r.Reason), Cause: string(r.Cause)})
		return decided(r.ID, rows, err)
	}
	if len(stored) != 1 {
		return fmt.Errorf("%w: a retry is of one touch", leads.ErrInvalid)
	}
	rows, err := q.AcceptQuarantine(ctx, db.AcceptQuarantineParams{
		ID: r.ID, Decided: micros(at), DecidedBy: orNull(r.By), InteractionID: orNull(stored[0].InteractionID),
	})
	return decided(r.ID, rows, err)
}

// decided returns leads.ErrConflict if no row was changed.
func decided(id string, rows int64, err error) error {
	if err == nil && rows == 0 {
		return fmt.Errorf("%w: quarantined touch %q does not wait any more", leads.ErrConflict, id)
	}
	return err
}

func quarantinedOf(r read.QuarantineRow) leads.QuarantinedTouch {
	var facts []string
	_ = json.Unmarshal([]byte(r.Facts), &facts) // written by toJSON
	return leads.QuarantinedTouch{
		ID: r.ID, Source: r.Source, ExternalID: r.ExternalID, Reason: r.Reason,
		Cause: cmp.Or(leads.QuarantineCause(r.Cause), leads.CauseOther), Facts: facts, At: fromMicros(r.At), State: leads.QuarantineState(r.State),
		Retries: r.Retries, Decided: fromMicros(r.Decided), DecidedBy: person(r.DecidedBy, r.DecidedName), Note: r.Note, InteractionID: r.InteractionID,
	}
}
