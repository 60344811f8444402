package office

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
)

// Inboxes gives the inbox of a source and team, see [leads.Intake.Inbox].
type Inboxes func(source, team string) leads.Inbox

// Store is what the demo needs of storage beside the intake.
type Store interface {
	Users(ctx context.Context, p leads.Page) (leads.List[leads.User], error)
	CreateUser(ctx context.Context, u leads.User) (leads.User, error)
}

// ErrInUse says that the database belongs to a real office.
var ErrInUse = errors.New("this database has people of its own, and the demo would add people whose passwords everybody knows; " +
	"give the demo a database of its own (another \"data\" folder) or start without --demo")

// How far furnishing got, kept as the cursor of a source that has no touches.
const (
	markSource = "demo-office"
	markBegun  = "begun" // the database was empty and belongs to the demo
	markDone   = "done"
)

// Furnish brings people and history into an empty database. On one that it
// furnished before it does nothing; on one with other people it returns
// ErrInUse. hash makes the password hashes.
func Furnish(ctx context.Context, store Store, inbox Inboxes, hash func(password string) string, now time.Time) error {
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
	for _, p := range People() {
		_, err := store.CreateUser(ctx, leads.User{
			Login: p.Login, Name: p.Name, Role: p.Role, Team: p.Team, Extensions: p.Extensions,
			Presence: leads.Available, PasswordHash: hash(p.Password),
		})
		if err != nil && !errors.Is(err, leads.ErrExists) { // exists: begun before and killed
			return fmt.Errorf("adding %s: %w", p.Login, err)
		}
	}
	if err := putHistory(ctx, inbox, now); err != nil {
		return err
	}
	return mark.Put(ctx, markDone)
}
