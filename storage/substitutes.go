package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/leads/handover"
	"ctihub/storage/db"
)

// Substitutions lists the substitutions that are not over, by their beginning.
func (s *Store) Substitutions(ctx context.Context) ([]handover.Substitution, error) {
	rows, err := s.read.ListSubstitutes(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing substitutions: %w", err)
	}
	return mapRows(rows, func(r db.ListSubstitutesRow) handover.Substitution {
		return handover.Substitution{
			ID: r.ID, User: leads.Person{ID: r.UserID, Name: r.UserName}, Substitute: leads.Person{ID: r.SubstituteID, Name: r.SubstituteName},
			Begins: fromMicros(r.Begins), Ends: fromMicros(r.Ends), Keeps: r.Keeps, State: handover.State(r.State),
		}
	}), nil
}

// Lent returns what a substitute has of the user who is away, without what is to stay there.
func (s *Store) Lent(ctx context.Context, w handover.Substitution) (all []handover.Item, err error) {
	reason, before := leads.ReasonSubstitute+":"+w.User.Name, int64(0)
	if w.Keeps {
		before = micros(w.Begins)
	}
	lent, err := s.read.LentLeads(ctx, db.LentLeadsParams{SubstituteID: w.Substitute.ID, Reason: reason, Begins: micros(w.Begins), Before: before})
	if err != nil {
		return nil, fmt.Errorf("what a substitute has: %w", err)
	}
	for _, r := range lent {
		all = append(all, handover.Item{What: handover.Leads, ID: r.ID, ContactID: r.ContactID})
	}
	tasks, err := s.read.LentTasks(ctx, db.LentTasksParams{SubstituteID: w.Substitute.ID, Reason: reason, Begins: micros(w.Begins), Before: before})
	if err != nil {
		return nil, fmt.Errorf("what a substitute has: %w", err)
	}
	for _, r := range tasks {
		all = append(all, handover.Item{What: handover.Tasks, ID: r.ID, ContactID: r.ContactID})
	}
	return all, nil
}

// AddSubstitution stores a substitution; leads.ErrExists when the user has one.
func (t *Tx) AddSubstitution(ctx context.Context, v leads.Viewer, w handover.Substitution) (id string, err error) {
	id = newID()
	n, err := t.q.InsertSubstitute(ctx, db.InsertSubstituteParams{
		ID: id, UserID: w.User.ID, SubstituteID: w.Substitute.ID, Begins: micros(w.Begins), Ends: micros(w.Ends), Keeps: w.Keeps, State: string(w.State), CreatedBy: v.UserID,
	})
	if err == nil && n == 0 {
		err = leads.ErrExists
	}
	return id, err
}

// SetSubstitution changes the state of a substitution, unless it is over.
func (t *Tx) SetSubstitution(ctx context.Context, id string, to handover.State) error {
	return t.q.SetSubstituteState(ctx, db.SetSubstituteStateParams{ID: id, State: string(to)})
}
