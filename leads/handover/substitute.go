package handover

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// State of a substitution.
type State string

// States. The router gives the leads of whoever is away to the substitute while it is active.
const (
	Planned State = "planned"
	Active  State = "active"
	Ending  State = "ending" // it is over, and what was lent goes back
	Ended   State = "ended"
)

// Substitution is a period for which a colleague has the open leads and tasks of a user, and gets
// what comes in for them. At the end they go back. Contacts keep their owner.
type Substitution struct {
	ID         string       `json:"id"`
	User       leads.Person `json:"user"` // who is away
	Substitute leads.Person `json:"substitute"`
	Begins     time.Time    `json:"begins"`
	Ends       time.Time    `json:"ends"`
	Keeps      bool         `json:"keeps"` // what came in meanwhile stays with the substitute
	State      State        `json:"state"`
}

// SubstitutionMost is how long a substitution may last.
const SubstitutionMost = 366 * 24 * time.Hour

// sweepEvery is between two looks for substitutions that begin or end.
const sweepEvery = 5 * time.Second

// ErrAway says that a user has a substitute already.
var ErrAway = &leads.Problem{Kind: leads.ErrExists, Field: "user_id", Title: "The user has a substitute already", Detail: "End that substitution first."}

// Substitutions lists those that are not over, by their beginning.
func (s *Service) Substitutions(ctx context.Context, v leads.Viewer) ([]Substitution, error) {
	if err := access.Can(v, access.HandOver); err != nil {
		return nil, err
	}
	return s.Store.Substitutions(ctx)
}

// Substitute plans a substitution; one that begins now begins at once.
func (s *Service) Substitute(ctx context.Context, v leads.Viewer, w Substitution) (Substitution, error) {
	if err := access.Can(v, access.HandOver); err != nil {
		return w, err
	}
	now := s.Now()
	if w.Begins.IsZero() || w.Begins.Before(now) {
		w.Begins = now
	}
	switch {
	case !w.Ends.After(w.Begins) || w.Ends.After(w.Begins.Add(SubstitutionMost)):
		return w, leads.Invalid("until", "Give a time after the beginning, at most a year later.")
	case w.User.ID == w.Substitute.ID:
		return w, leads.Invalid("substitute_id", "Give another user than the one who is away.")
	}
	for field, p := range map[string]*leads.Person{"user_id": &w.User, "substitute_id": &w.Substitute} {
		u, err := s.user(ctx, field, p.ID)
		if err != nil {
			return w, err
		}
		if !u.TakesLeads() {
			return w, leads.Invalid(field, "Give a manager or an operator who is not disabled.")
		}
		p.Name = u.Name
	}
	w.State = Planned
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if w.ID, err = tx.AddSubstitution(ctx, v, w); err != nil {
			return err
		}
		e := leads.HistoryEntry{Field: leads.FieldSubstitute, After: w.Substitute.Name, Note: leads.HistoryTime(w.Begins) + " – " + leads.HistoryTime(w.Ends)}
		return tx.AddHistory(ctx, leads.Record{Object: leads.ObjectUser, ID: w.User.ID, Name: w.User.Name}.One(v, e))
	})
	if errors.Is(err, leads.ErrExists) {
		err = ErrAway
	}
	if err != nil || w.Begins.After(now) {
		return w, err
	}
	w, err = s.move(ctx, w)
	return w, err
}

// EndSubstitution ends a substitution now; what was lent goes back.
func (s *Service) EndSubstitution(ctx context.Context, v leads.Viewer, id string) error {
	if err := access.Can(v, access.HandOver); err != nil {
		return err
	}
	all, err := s.Store.Substitutions(ctx)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(all, func(w Substitution) bool { return w.ID == id })
	if n < 0 {
		return leads.ErrNotFound
	}
	w := all[n]
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		e := leads.HistoryEntry{Field: leads.FieldSubstitute, Before: w.Substitute.Name}
		return tx.AddHistory(ctx, leads.Record{Object: leads.ObjectUser, ID: w.User.ID, Name: w.User.Name}.One(v, e))
	})
	if err != nil {
		return err
	}
	w.Ends = s.Now()
	_, err = s.move(ctx, w)
	return err
}

// Run begins and ends substitutions until ctx ends. It may run on several hubs at once.
func (s *Service) Run(ctx context.Context, log *slog.Logger) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.Error("moving leads and tasks of users who are away; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Sweep moves what belongs to users who are away now, or are back. One that fails does not stop the others.
func (s *Service) Sweep(ctx context.Context) error {
	all, err := s.Store.Substitutions(ctx)
	for _, w := range all {
		if !w.Begins.After(s.Now()) {
			_, e := s.move(ctx, w)
			err = errors.Join(err, e)
		}
	}
	return err
}

// move lends what a user has who is away, or gives it back when the time is over or the substitute
// has left. The state is changed first, so that what comes in goes the same way.
func (s *Service) move(ctx context.Context, w Substitution) (_ Substitution, err error) {
	to, err := s.Store.User(ctx, w.Substitute.ID)
	if err != nil {
		return w, err
	}
	over := !w.Ends.After(s.Now()) || !to.TakesLeads() || w.State == Ending
	if w.State == Planned && over {
		return s.enter(ctx, w, Ended)
	}
	byRule := leads.Viewer{Way: leads.WayRule}
	if !over {
		if w, err = s.enter(ctx, w, Active); err != nil {
			return w, err
		}
		items, err := s.Store.Owned(ctx, w.User.ID, Filter{What: []What{Leads, Tasks}})
		if err == nil {
			err = s.giveAll(ctx, byRule, w.User, w.Substitute, items, leads.ReasonSubstitute+":"+w.User.Name)
		}
		return w, err
	}
	if w, err = s.enter(ctx, w, Ending); err != nil {
		return w, err
	}
	items, err := s.Store.Lent(ctx, w)
	if err == nil {
		err = s.giveAll(ctx, byRule, w.Substitute, w.User, items, leads.ReasonReturned+":"+w.Substitute.Name)
	}
	if err != nil {
		return w, err
	}
	return s.enter(ctx, w, Ended)
}

// enter changes the state of a substitution.
func (s *Service) enter(ctx context.Context, w Substitution, to State) (Substitution, error) {
	if w.State == to {
		return w, nil
	}
	w.State = to
	return w, s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error { return tx.SetSubstitution(ctx, w.ID, to) })
}

// giveAll gives records of one user to another, in groups.
func (s *Service) giveAll(ctx context.Context, v leads.Viewer, from, to leads.Person, items []Item, reason string) error {
	for group := range slices.Chunk(items, groupMost) {
		given := make([]Given, len(group))
		for i, item := range group {
			given[i] = Given{item, to}
		}
		err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
			_, err := tx.Give(ctx, v, from, given, reason)
			return err
		})
		if err != nil {
			return fmt.Errorf("moving what %s has: %w", from.Name, err)
		}
	}
	return nil
}
