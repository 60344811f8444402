package people

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ctihub/leads"
)

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error

	// Seats returns the presence of all users for supervisors, of the viewer's team for
	// others. The zone of now decides who is on shift.
	Seats(ctx context.Context, v leads.Viewer, now time.Time) ([]leads.Seat, error)
	// Telephones returns the telephones at a source, and whose owners are away.
	Telephones(ctx context.Context, source string) ([]leads.Telephone, error)
	// EndedPauses returns some of the users whose pause was to end before a moment.
	EndedPauses(ctx context.Context, at time.Time) (userIDs []string, err error)
}

// Tx is a transaction of the service.
type Tx interface {
	User(ctx context.Context, id string) (leads.User, error)
	// StoredPresence returns a user's presence as it is stored: a pause may have ended.
	StoredPresence(ctx context.Context, userID string) (leads.PresenceState, error)
	StorePresence(ctx context.Context, userID string, p leads.PresenceState) error
	// BeginWrapUp pauses a user from the end of a call until a later time, unless
	// they are not available or have been only since after the end, or the call has
	// all facts that are required of it.
	BeginWrapUp(ctx context.Context, userID, callID string, end, until time.Time) (begun bool, err error)
	// EndPause makes a user available whose pause was to end before a moment.
	EndPause(ctx context.Context, userID string, at time.Time) (ended bool, err error)
	// PutDevice stores the state of a telephone at a source.
	PutDevice(ctx context.Context, source string, d leads.Device) (changed bool, err error)
	// UsersOfExtension returns the users of a telephone at a source.
	UsersOfExtension(ctx context.Context, source, extension string) (userIDs []string, err error)
	// RecordPresence records an event of a user's present presence, and returns the user.
	RecordPresence(ctx context.Context, userID string) (leads.User, error)
}

// Feed is the live feed.
type Feed interface {
	// Subscribe returns the events published from now on that the viewer may see,
	// until ctx ends or the reader falls behind.
	Subscribe(ctx context.Context, v leads.Viewer) <-chan *leads.Event
}

// Service keeps the presence of users.
type Service struct {
	Store Store
	Feed  Feed
	// OnAvailable, if set, is called when a user becomes available for new leads. It
	// must not block.
	OnAvailable func()
	Now         func() time.Time // in the time zone of the shifts
}

// Seats returns the wallboard: all users for a supervisor, for others themselves and
// their team.
func (s *Service) Seats(ctx context.Context, v leads.Viewer) ([]leads.Seat, error) {
	return s.Store.Seats(ctx, v, s.Now())
}

// SetPresence stores the presence that a user sets. The same presence again makes no
// event, but the first one does, though a new user counts as offline before.
func (s *Service) SetPresence(ctx context.Context, userID string, p leads.PresenceState) (u leads.User, err error) {
	note, err := leads.Line("note", p.Note)
	if err != nil {
		return u, err
	}
	if !p.Presence.Valid() {
		return u, leads.Invalid("presence", "One of available paused offline.")
	}
	p.Note = strings.Join(strings.Fields(note), " ")
	if err := p.Check(); err != nil {
		return u, leads.Invalid("reason", "Not with this presence: "+err.Error()+".")
	}
	p.Since, p.Until = s.Now().UTC(), time.Time{}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		was, err := tx.StoredPresence(ctx, userID)
		if err != nil {
			return err
		}
		over := !was.Until.IsZero() && !p.Since.Before(was.Until)
		if !over && !was.Since.IsZero() && was.Presence == p.Presence && was.Reason == p.Reason && was.Note == p.Note {
			u, err = tx.User(ctx, userID)
			return err
		}
		if err := tx.StorePresence(ctx, userID, p); err != nil {
			return err
		}
		u, err = tx.RecordPresence(ctx, userID)
		return err
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("presence of user %q: %w", userID, err)
	}
	if p.Presence == leads.Available && s.OnAvailable != nil {
		s.OnAvailable()
	}
	return u, nil
}

// BeginWrapUp pauses a user from the end of a call until a later time, if they have
// been available since before the end. Otherwise it changes and records nothing, so
// that every hub may call it, and repeatedly. Where facts are required, it begins only
// while some are missing, and also ends with the last of them (package facts).
func (s *Service) BeginWrapUp(ctx context.Context, userID, callID string, end, until time.Time) error {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		begun, err := tx.BeginWrapUp(ctx, userID, callID, end, until)
		if err != nil || !begun {
			return err
		}
		_, err = tx.RecordPresence(ctx, userID)
		return err
	})
	if err != nil {
		return fmt.Errorf("wrap-up of user %q: %w", userID, err)
	}
	return nil
}

// EndPauses makes the users available whose pause has ended, and counts them.
func (s *Service) EndPauses(ctx context.Context) (ended int, err error) {
	at := s.Now()
	ids, err := s.Store.EndedPauses(ctx, at)
	for _, id := range ids {
		mine := false
		e := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) (err error) {
			if mine, err = tx.EndPause(ctx, id, at); err != nil || !mine { // another hub was first
				return err
			}
			_, err = tx.RecordPresence(ctx, id)
			return err
		})
		if e == nil && mine {
			ended++
		}
		err = errors.Join(err, e)
	}
	if err != nil {
		return ended, fmt.Errorf("ending pauses: %w", err)
	}
	return ended, nil
}
