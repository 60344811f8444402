package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// wordOf is a user's own word as it stands now: a pause that ran out is over,
// whether or not it has been written down yet.
func wordOf(presence, reason, note string, since, until int64) leads.PresenceState {
	return leads.PresenceState{
		Presence: leads.Presence(presence), Reason: leads.PauseReason(reason), Note: note,
		Since: fromMicros(since), Until: fromMicros(until),
	}.At(time.Now().UTC())
}

func shiftsOf(text string) (shifts []leads.Shift) {
	if text != "" {
		_ = json.Unmarshal([]byte(text), &shifts) // written by toJSON
	}
	return shifts
}

// Seats returns the wallboard: everybody who works, for a supervisor; for
// others themselves and their team. The zone of now decides about shifts.
func (s *Store) Seats(ctx context.Context, v leads.Viewer, now time.Time) ([]leads.Seat, error) {
	rows, err := s.read.ListSeats(ctx, db.ListSeatsParams{Viewer: v.UserID, SeesAll: v.Role.SeesAll()})
	if err != nil {
		return nil, fmt.Errorf("listing presence: %w", err)
	}
	return all(rows, func(r db.ListSeatsRow) leads.Seat {
		u := userOf(db.UserRow{
			ID: r.ID, Name: r.Name, Role: r.Role, Team: r.Team, Presence: r.Presence, Extensions: r.Extensions, Device: r.Device,
			PauseReason: r.PauseReason, PauseNote: r.PauseNote, PresenceSince: r.PresenceSince, PresenceUntil: r.PresenceUntil, Shifts: r.Shifts,
		})
		return leads.Seat{
			User: leads.Person{ID: u.ID, Name: u.Name}, Team: u.Team, Extensions: u.Extensions,
			OnShift: leads.OnShift(u.Shifts, now), Device: u.Device, Activity: leads.Activity(r.Activity), PresenceState: u.Word,
		}
	}), nil
}

// SetPresence stores a user's own word. The same word again makes no event; the
// first one does, though a new user counts as offline before it.
func (s *Store) SetPresence(ctx context.Context, userID string, p leads.PresenceState) (u leads.User, err error) {
	if err := p.Check(); err != nil {
		return u, fmt.Errorf("%w: %w", leads.ErrInvalid, err)
	}
	p.Note = typed(p.Note)
	if len(p.Note) > maxTyped {
		return u, fmt.Errorf("%w: the note is too long", leads.ErrInvalid)
	}
	p.Since, p.Until = s.now(), time.Time{}
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		row, err := q.GetUser(ctx, userID)
		if err != nil {
			return found(err)
		}
		if u = userOf(row); u.Word.Presence == p.Presence && u.Word.Reason == p.Reason && u.Word.Note == p.Note && row.Presence == string(p.Presence) && row.PresenceSince > 0 {
			return nil
		}
		if err := one(q.SetPresence(ctx, db.SetPresenceParams{
			ID: userID, Presence: string(p.Presence), PauseReason: string(p.Reason), PauseNote: p.Note, PresenceSince: micros(p.Since),
		})); err != nil {
			return err
		}
		u.Presence, u.Word = p.Presence, p
		return recordPresence(ctx, b, u)
	})
	if err != nil {
		return leads.User{}, fmt.Errorf("presence of user %q: %w", userID, err)
	}
	return u, nil
}

func recordPresence(ctx context.Context, b *bulk, u leads.User) error {
	return b.record(ctx, leads.EventBody{Type: leads.EventPresence, User: &u}, u.ID)
}

// recordPresenceOf is recordPresence of a user as they are now.
func recordPresenceOf(ctx context.Context, b *bulk, userID string) error {
	row, err := b.q.GetUser(ctx, userID)
	if err != nil {
		return found(err)
	}
	return recordPresence(ctx, b, userOf(row))
}

// BeginWrapUp pauses a user from the end of a call until a later time. Nothing
// happens (and no event) unless they have been available since before the end,
// so that every hub may ask for it, and again.
func (s *Store) BeginWrapUp(ctx context.Context, userID string, end, until time.Time) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		n, err := q.BeginWrapUp(ctx, db.BeginWrapUpParams{ID: userID, Since: micros(end), Until: micros(until)})
		if err != nil || n == 0 {
			return err
		}
		return recordPresenceOf(ctx, b, userID)
	})
	if err != nil {
		return fmt.Errorf("wrap-up of user %q: %w", userID, err)
	}
	return nil
}

// EndPauses makes those available whose pause has run out, and counts them.
func (s *Store) EndPauses(ctx context.Context) (ended int, err error) {
	ids, err := s.read.ListEndedPauses(ctx, micros(s.now()))
	for _, id := range ids {
		mine := false
		e := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
			q := b.q
			mine = false
			n, err := q.EndPause(ctx, db.EndPauseParams{ID: id, Now: micros(s.now())})
			if err != nil || n == 0 { // another hub was first
				return err
			}
			mine = true
			return recordPresenceOf(ctx, b, id)
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

// PutDevices stores the states of telephones at an exchange, and tells about
// the people whose they are.
func (s *Store) PutDevices(ctx context.Context, source string, devices []leads.Device) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		at := micros(s.now())
		for _, d := range devices {
			n, err := q.PutDevice(ctx, db.PutDeviceParams{Extension: d.Extension, Source: source, State: string(d.State), Since: at})
			if err != nil {
				return err
			}
			if n == 0 {
				continue
			}
			users, err := q.UsersOfExtensions(ctx, db.UsersOfExtensionsParams{Source: source, Extensions: "," + d.Extension + ","})
			if err != nil {
				return err
			}
			for _, u := range users {
				if err := recordPresenceOf(ctx, b, u.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("storing the devices of %s: %w", source, err)
	}
	return nil
}

// Telephones returns the telephones at one source, and whose owners are away
// now.
func (s *Store) Telephones(ctx context.Context, source string) ([]leads.Telephone, error) {
	rows, err := s.read.ListTelephones(ctx, db.ListTelephonesParams{Source: source, Now: micros(s.now())})
	if err != nil {
		return nil, fmt.Errorf("listing the telephones at %s: %w", source, err)
	}
	return all(rows, func(r db.ListTelephonesRow) leads.Telephone {
		return leads.Telephone{Extension: r.Number, Away: r.Away}
	}), nil
}

// Callee returns the owner of the contact with this phone (E.164), and the
// state of their telephones at one exchange; nil for nobody. It is one query.
func (s *Store) Callee(ctx context.Context, source, phone string) (*leads.Callee, error) {
	rows, err := s.read.ListCallee(ctx, db.ListCalleeParams{Source: source, Phone: phone})
	if err != nil {
		return nil, fmt.Errorf("looking for a caller's manager: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	r := rows[0]
	word := wordOf(r.Presence, r.PauseReason, r.PauseNote, r.PresenceSince, r.PresenceUntil)
	c := &leads.Callee{Busy: r.Busy, User: leads.User{
		ID: r.ID, Role: leads.Role(r.Role), Disabled: r.Disabled, Presence: word.Presence, Word: word, Shifts: shiftsOf(r.Shifts),
	}}
	for _, r := range rows {
		c.Devices = append(c.Devices, leads.Device{Extension: r.Number, State: leads.DeviceState(r.Device)})
	}
	return c, nil
}
