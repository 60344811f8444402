package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ctihub/leads"
	"ctihub/leads/contacts"
	"ctihub/leads/facts"
	"ctihub/leads/fields"
	"ctihub/leads/people"
	"ctihub/leads/pipeline"
	"ctihub/leads/tasks"
)

// Inboxes gives the inbox of a source and team, see [intake.Service.Inbox].
type Inboxes func(source, team string) leads.Inbox

// Store is what the demo needs of storage beside the intake.
type Store interface {
	Users(ctx context.Context, p leads.Page) (leads.List[leads.User], error)
	CreateUser(ctx context.Context, u leads.User) (leads.User, error)
	Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (leads.List[leads.Lead], error)
	Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (leads.List[leads.Task], error)
	Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (leads.List[leads.Interaction], error)
}

// Office is the hub that the demo fills: its store, intake and services, all by one clock.
type Office struct {
	Store    Store
	Inbox    Inboxes
	People   *people.Service
	Pipeline *pipeline.Service
	Tasks    *tasks.Service
	Facts    *facts.Service
	Contacts *contacts.Service
	Fields   *fields.Service
	Route    func(ctx context.Context, leadID string) error
	SetClock func(at time.Time) // zero: the present
	Log      *slog.Logger
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
// the password hashes; with sounds the latest calls of the history have recordings, which
// [Line] serves.
func Furnish(ctx context.Context, o Office, hash func(password string) string, sounds bool, now time.Time, days int) error {
	mark := o.Inbox(markSource, "")
	done, err := mark.Cursor(ctx)
	if err != nil || done == markDone {
		return err
	}
	if done == "" {
		users, err := o.Store.Users(ctx, leads.Page{Limit: 1})
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
	staff, err := addStaff(ctx, o, hash)
	if err != nil {
		return err
	}
	o.Log.InfoContext(ctx, "the demo office gets its history, which takes some seconds", "days", days)
	if err := livePast(ctx, o, staff, sounds, now, days); err != nil {
		return fmt.Errorf("writing the history: %w", err)
	}
	if err := addTwice(ctx, o, staff); err != nil {
		return fmt.Errorf("adding contacts twice: %w", err)
	}
	return mark.Put(ctx, markDone)
}

// addStaff adds the staff, sets their presence and returns them. It keeps people whom an
// interrupted Furnish has added.
func addStaff(ctx context.Context, o Office, hash func(password string) string) ([]leads.User, error) {
	presence := map[string]leads.PresenceState{}
	for _, p := range People() {
		u := leads.User{Login: p.Login, Name: p.Name, Role: p.Role, Team: p.Team, Extensions: p.Extensions, PasswordHash: hash(p.Password)}
		if p.Hours != "" {
			shift, err := leads.ParseShift(p.Hours)
			if err != nil {
				return nil, fmt.Errorf("adding %s: %w", p.Login, err)
			}
			u.Shifts = []leads.Shift{shift}
		}
		if _, err := o.Store.CreateUser(ctx, u); err != nil && !errors.Is(err, leads.ErrExists) {
			return nil, fmt.Errorf("adding %s: %w", p.Login, err)
		}
		presence[p.Login] = p.Presence
	}
	staff, err := o.Store.Users(ctx, leads.Page{Limit: len(presence)})
	if err != nil {
		return nil, err
	}
	for _, u := range staff.Items {
		if _, err := o.People.SetPresence(ctx, u.ID, presence[u.Login]); err != nil {
			return nil, fmt.Errorf("presence of %s: %w", u.Login, err)
		}
	}
	return staff.Items, nil
}
