package calls

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

// dialForgotten is how long a dial may wait for a hub that owns its exchange.
// After that the user no longer expects the telephone to ring.
const dialForgotten = time.Minute

// Add stores a dial that the policy allows, and counts it. A repeated key of the
// same user returns the dial that has it, and stores nothing.
// leads.DialRefusal: the number may not be dialled, or not today.
// ErrDialPending: the key was used with another number, or the telephone is being
// called for another dial.
func (s *Service) Add(ctx context.Context, d leads.Dial) (dial leads.Dial, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		dial, err = tx.DialAskedAs(ctx, d.User.ID, d.Key)
		if err == nil {
			if dial.Number != d.Number || dial.Extension != d.Extension || dial.Source != d.Source {
				return ErrDialPending
			}
			return nil
		}
		if !errors.Is(err, leads.ErrNotFound) {
			return err
		}
		if err := s.mayDial(ctx, tx, d); err != nil {
			return err
		}
		pending, err := tx.PendingDial(ctx, d.Source, d.Extension)
		switch {
		case err == nil && pending.State == leads.DialAsked && s.Now().Sub(pending.Asked) > dialForgotten:
			if _, err := move(ctx, tx, pending, leads.DialFailed, leads.DialExchangeAway); err != nil {
				return err
			}
		case err == nil:
			return ErrDialPending
		case !errors.Is(err, leads.ErrNotFound):
			return err
		}
		id, err := tx.AddDial(ctx, d)
		if err != nil {
			return err
		}
		dial, err = tx.RecordDial(ctx, id)
		return err
	})
	if err != nil {
		return leads.Dial{}, fmt.Errorf("storing a dial: %w", err)
	}
	return dial, nil
}

// mayDial asks the policy, and counts the dial of today.
func (s *Service) mayDial(ctx context.Context, tx Tx, d leads.Dial) error {
	ours, err := tx.IsColleague(ctx, d.Source, d.Number)
	if err != nil {
		return err
	}
	if err := s.Policy.Judge(d, ours); err != nil {
		return err
	}
	day := s.Now().Format(time.DateOnly)
	if err := tx.DropDialCounts(ctx, day); err != nil {
		return err
	}
	for _, c := range s.Policy.Counts(d) {
		counted, err := tx.CountDial(ctx, day, c)
		if err != nil {
			return err
		}
		if !counted {
			return c.Refusal
		}
	}
	return nil
}

// Open returns the dials at an exchange that are not over, the oldest first.
func (s *Service) Open(ctx context.Context, exchange string) ([]leads.Dial, error) {
	return s.Store.OpenDials(ctx, exchange)
}

// Take marks a dial as given to the exchange, before the exchange gets it: so it is
// never originated twice. leads.ErrConflict when it was taken or cancelled before.
func (s *Service) Take(ctx context.Context, id string) error {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.Dial(ctx, id)
		if err != nil {
			return err
		}
		if d.State != leads.DialAsked {
			return leads.ErrConflict
		}
		_, err = move(ctx, tx, d, leads.DialOperator, "")
		return err
	})
	if err != nil {
		return fmt.Errorf("taking a dial: %w", err)
	}
	return nil
}

// Move moves a dial forward; an earlier state changes nothing. A cancelled dial that
// fails gets the reason "cancelled".
func (s *Service) Move(ctx context.Context, id string, to leads.DialState, reason leads.DialReason) error {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.Dial(ctx, id)
		if err != nil {
			return err
		}
		if to.Rank() <= d.State.Rank() || d.State.Over() {
			return nil
		}
		why := reason
		if d.Cancelled && to == leads.DialFailed {
			why = leads.DialCancelled
		}
		_, err = move(ctx, tx, d, to, why)
		return err
	})
	if err != nil {
		return fmt.Errorf("moving a dial: %w", err)
	}
	return nil
}

func move(ctx context.Context, tx Tx, d leads.Dial, to leads.DialState, reason leads.DialReason) (leads.Dial, error) {
	if err := tx.MoveDial(ctx, d, to, reason); err != nil {
		return d, err
	}
	return tx.RecordDial(ctx, d.ID)
}
