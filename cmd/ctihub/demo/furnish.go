package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

// Inboxes gives the inbox of a source and team, see [intake.Service.Inbox].
type Inboxes func(source, team string) leads.Inbox

// Store is what the demo needs of storage beside the intake.
type Store interface {
	Users(ctx context.Context, p leads.Page) (leads.List[leads.User], error)
	CreateUser(ctx context.Context, u leads.User) (leads.User, error)
	SetPresence(ctx context.Context, userID string, p leads.PresenceState) (leads.User, error)
}

// ErrInUse says that the database belongs to a real office.
var ErrInUse = errors.New("this database has people of its own, and the demo would add people whose passwords everybody knows; " +
	"give the demo a database of its own (another \"data\" folder) or start without --demo")

// ErrDemo says that the database belongs to the demo.
var ErrDemo = errors.New("this database was made by \"ctihub serve --demo\", and everybody knows the passwords of its people; " +
	"give the hub a database of its own (another \"data\" folder or \"database\"), or start the demo again with --demo")

// Progress of Furnish, kept as the cursor of a source that has no touches.
const (
	markSource = "demo-office"
	markBegun  = "begun" // the database was empty and belongs to the demo
	markDone   = "done"
)

// Cursors reads how far a source has read, empty before the first time.
type Cursors interface {
	Cursor(ctx context.Context, source string) (string, error)
}

// Refuse returns ErrDemo for a database that [Furnish] has begun to fill. Furnish
// writes its mark before the first person.
func Refuse(ctx context.Context, store Cursors) error {
	if mark, err := store.Cursor(ctx, markSource); err != nil || mark == "" {
		return err
	}
	return ErrDemo
}

// Furnish writes people and history into an empty database. If it did so before it
// does nothing; for a database with other people it returns ErrInUse. hash makes
// the password hashes; with sounds the calls of the history have recordings, which
// [Line] serves.
func Furnish(ctx context.Context, store Store, inbox Inboxes, hash func(password string) string, sounds bool, now time.Time) error {
	mark := inbox(markSource, "")
	done, err := mark.Cursor(ctx)
	if err != nil || done == markDone {
		return err
	}
	if done == "" {
		users, err := store.Users(ctx, leads.Page{Limit: 1})
		if err != nil {
			return err
		}
		if len(users.Items) > 0 {
			return ErrInUse
		}
		if err := mark.Put(ctx, markBegun); err != nil {
			return err
		}
	}
	if err := addStaff(ctx, store, hash); err != nil {
		return err
	}
	if err := putHistory(ctx, inbox, sounds, now); err != nil {
		return err
	}
	return mark.Put(ctx, markDone)
}

// addStaff adds the staff and sets their presence. It keeps people whom an
// interrupted Furnish has added.
func addStaff(ctx context.Context, store Store, hash func(password string) string) error {
	presence := map[string]leads.PresenceState{}
	for _, p := range People() {
		u := leads.User{Login: p.Login, Name: p.Name, Role: p.Role, Team: p.Team, Extensions: p.Extensions, PasswordHash: hash(p.Password)}
		if p.Hours != "" {
			shift, err := leads.ParseShift(p.Hours)
			if err != nil {
				return fmt.Errorf("adding %s: %w", p.Login, err)
			}
			u.Shifts = []leads.Shift{shift}
		}
		if _, err := store.CreateUser(ctx, u); err != nil && !errors.Is(err, leads.ErrExists) {
			return fmt.Errorf("adding %s: %w", p.Login, err)
		}
		presence[p.Login] = p.Presence
	}
	staff, err := store.Users(ctx, leads.Page{Limit: len(presence)})
	if err != nil {
		return err
	}
	for _, u := range staff.Items {
		if _, err := store.SetPresence(ctx, u.ID, presence[u.Login]); err != nil {
			return fmt.Errorf("presence of %s: %w", u.Login, err)
		}
	}
	return nil
}
