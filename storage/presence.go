package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// presenceOf returns a user's present presence: an expired pause is over, even if that is
// not stored yet.
func presenceOf(presence, reason, note string, since, until int64) leads.PresenceState {
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

// Seats returns the wallboard: all users for a supervisor, for others themselves and their
// team. The zone of now decides who is on shift.
func (s *Store) Seats(ctx context.Context, v leads.Viewer, now time.Time) ([]leads.Seat, error) {
	rows, err := s.read.ListSeats(ctx, db.ListSeatsParams{Viewer: v.UserID, SeesAll: v.Role.SeesAll()})
	if err != nil {
		return nil, fmt.Errorf("listing presence: %w", err)
	}
	return mapRows(rows, func(r db.ListSeatsRow) leads.Seat {
		u := userOf(db.UserRow{
			ID: r.ID, Name: r.Name, Role: r.Role, Team: r.Team, Presence: r.Presence, Extensions: r.Extensions, Device: r.Device,
			PauseReason: r.PauseReason, PauseNote: r.PauseNote, PresenceSince: r.PresenceSince, PresenceUntil: r.PresenceUntil, Shifts: r.Shifts,
		})
		return leads.Seat{
			User: leads.Person{ID: u.ID, Name: u.Name}, Team: u.Team, Extensions: u.Extensions,
			OnShift: leads.OnShift(u.Shifts, now), Device: u.Device, Activity: leads.Activity(r.Activity), PresenceState: u.PresenceState,
		}
	}), nil
}

// EndedPauses returns some of the users whose pause was to end before a moment.
func (s *Store) EndedPauses(ctx context.Context, at time.Time) (userIDs []string, err error) {
	return s.read.ListEndedPauses(ctx, micros(at))
}

// StoredPresence returns a user's presence as it is stored: a pause may have ended.
func (t *Tx) StoredPresence(ctx context.Context, userID string) (leads.PresenceState, error) {
	r, err := t.q.GetUser(ctx, userID)
	return leads.PresenceState{
		Presence: leads.Presence(r.Presence), Reason: leads.PauseReason(r.PauseReason), Note: r.PauseNote,
		Since: fromMicros(r.PresenceSince), Until: fromMicros(r.PresenceUntil),
	}, orNotFound(err)
}

// StorePresence stores the presence that a user sets.
func (t *Tx) StorePresence(ctx context.Context, userID string, p leads.PresenceState) error {
	return requireRow(t.q.SetPresence(ctx, db.SetPresenceParams{
		ID: userID, Presence: string(p.Presence), PauseReason: string(p.Reason), PauseNote: oneLine(p.Note), PresenceSince: micros(p.Since),
	}))
}

// BeginWrapUp pauses a user from the end of a call until a later time, if they have been
// available since before the end and the call lacks facts that are required, or none are.
func (t *Tx) BeginWrapUp(ctx context.Context, userID, callID string, end, until time.Time) (begun bool, err error) {
	n, err := t.q.BeginWrapUp(ctx, db.BeginWrapUpParams{ID: userID, CallID: callID, Since: micros(end), Until: micros(until)})
	return n > 0, err
}

// EndPause makes a user available whose pause was to end before a moment.
func (t *Tx) EndPause(ctx context.Context, userID string, at time.Time) (ended bool, err error) {
	n, err := t.q.EndPause(ctx, db.EndPauseParams{ID: userID, Now: micros(at)})
	return n > 0, err
}

// PutDevice stores the state of a telephone at a source.
func (t *Tx) PutDevice(ctx context.Context, source string, d leads.Device) (changed bool, err error) {
	n, err := t.q.PutDevice(ctx, db.PutDeviceParams{Extension: d.Extension, Source: source, State: string(d.State), Since: micros(t.s.now())})
	return n > 0, err
}

// UsersOfExtension returns the users of a telephone at a source.
func (t *Tx) UsersOfExtension(ctx context.Context, source, extension string) (userIDs []string, err error) {
	users, err := t.q.UsersOfExtensions(ctx, db.UsersOfExtensionsParams{Source: source, Extensions: "," + extension + ","})
	for _, u := range users {
		userIDs = append(userIDs, u.ID)
	}
	return userIDs, err
}

// RecordPresence records an event of a user's present presence, and returns the user.
func (t *Tx) RecordPresence(ctx context.Context, userID string) (leads.User, error) {
	u, err := t.User(ctx, userID)
	if err != nil {
		return leads.User{}, err
	}
	return u, t.record(ctx, leads.EventBody{Type: leads.EventPresence, User: &u}, u.ID)
}

// Telephones returns the telephones at one source, with those whose users are away now.
func (s *Store) Telephones(ctx context.Context, source string) ([]leads.Telephone, error) {
	rows, err := s.read.ListTelephones(ctx, db.ListTelephonesParams{Source: source, Now: micros(s.now())})
	if err != nil {
		return nil, fmt.Errorf("listing the telephones at %s: %w", source, err)
	}
	return mapRows(rows, func(r db.ListTelephonesRow) leads.Telephone {
		return leads.Telephone{Extension: r.Number, Away: r.Away}
	}), nil
}

// Callee returns the owner of the contact with this phone (E.164), with their device states
// at one exchange; nil for none. It is one query.
func (s *Store) Callee(ctx context.Context, source, phone string) (*leads.Callee, error) {
	rows, err := s.read.ListCallee(ctx, db.ListCalleeParams{Source: source, Phone: phone})
	if err != nil {
		return nil, fmt.Errorf("looking for a caller's manager: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	r := rows[0]
	presence := presenceOf(r.Presence, r.PauseReason, r.PauseNote, r.PresenceSince, r.PresenceUntil)
	c := &leads.Callee{Busy: r.Busy, User: leads.User{
		ID: r.ID, Role: leads.Role(r.Role), Disabled: r.Disabled, Presence: presence.Presence, PresenceState: presence, Shifts: shiftsOf(r.Shifts),
	}}
	for _, r := range rows {
		c.Devices = append(c.Devices, leads.Device{Extension: r.Number, State: leads.DeviceState(r.Device)})
	}
	return c, nil
}
