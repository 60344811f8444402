package views

import (
	"context"
	"errors"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Views lists the views that a user finds, by list and name.
	Views(ctx context.Context, u leads.User) ([]leads.View, error)
}

// Tx is a transaction of the service.
type Tx interface {
	View(ctx context.Context, id string) (leads.View, error)
	// CountViews counts the views that a user made.
	CountViews(ctx context.Context, ownerID string) (int64, error)
	// AddView stores a new view; leads.ErrExists when another has its name.
	AddView(ctx context.Context, v leads.View) (leads.View, error)
	// SaveView stores a changed view, unless another writer changed it since it was read;
	// leads.ErrExists when another has its name.
	SaveView(ctx context.Context, v leads.View) error
	DropView(ctx context.Context, id string) error
	// AddHistory adds entries to the history.
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
}

// Most is how many views one user may make.
const Most = 200

// ErrNameTaken says that another view has the name.
var ErrNameTaken = &leads.Problem{Kind: leads.ErrExists, Field: "name", Title: "Another view has this name", Detail: "Choose another name, or change that view."}

// Service keeps views for the users who find them.
type Service struct {
	Store Store
	Now   func() time.Time
}

// List returns the views that a user finds, by list and name.
func (s *Service) List(ctx context.Context, u leads.User) ([]leads.View, error) {
	return s.Store.Views(ctx, u)
}

// Add stores a new view of a user. ErrNameTaken when another has its name.
func (s *Service) Add(ctx context.Context, u leads.User, v leads.View) (added leads.View, err error) {
	if _, known := filters[v.List]; !known {
		return added, leads.Invalid("list", "One of calls leads tasks contacts companies.")
	}
	v.Owner, v.Updated = leads.Person{ID: u.ID, Name: u.Name}, s.Now()
	if v, err = checked(v); err != nil {
		return added, err
	}
	if err := mayShare(u, v); err != nil {
		return added, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		n, err := tx.CountViews(ctx, u.ID)
		if err == nil && n >= Most {
			err = leads.Invalid("name", "You have "+leads.OutOf(Most, Most)+" views; delete one first.")
		}
		if err != nil {
			return err
		}
		if added, err = tx.AddView(ctx, v); err != nil {
			return err
		}
		return tx.AddHistory(ctx, recordOf(added).One(u.Viewer(), leads.HistoryEntry{Field: leads.FieldCreated, After: added.Name}))
	})
	return added, taken(err)
}

// Change changes a view for a user who may; what the change leaves out stays. The checks run
// on the stored view in the same transaction; their error is returned and nothing is changed.
func (s *Service) Change(ctx context.Context, u leads.User, id string, c leads.ViewChange, checks ...func(leads.View) error) (v leads.View, err error) {
	if c == (leads.ViewChange{}) {
		return v, leads.Invalid("name", "Give a name, a query or an audience.")
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		was, err := see(ctx, tx, u, id)
		if err != nil {
			return err
		}
		if err := errors.Join(access.MayChangeView(u, was), leads.CheckAll(was, checks)); err != nil {
			return err
		}
		if v, err = checked(c.Apply(was)); err != nil {
			return err
		}
		if v == was {
			return nil
		}
		if v.Audience != was.Audience || v.Team != was.Team {
			if err := mayShare(u, v); err != nil {
				return err
			}
		}
		v.Updated = s.Now()
		if err := tx.SaveView(ctx, v); err != nil {
			return err
		}
		h := leads.History{Of: recordOf(v), By: u.Viewer()}
		h.Field(leads.FieldName, was.Name, v.Name)
		h.Field(leads.FieldQuery, was.Query, v.Query)
		h.Field(leads.FieldAudience, string(was.Audience), string(v.Audience))
		h.Field(leads.FieldTeam, was.Team, v.Team)
		return tx.AddHistory(ctx, h.Entries...)
	})
	return v, taken(err)
}

// Delete deletes a view for a user who may.
func (s *Service) Delete(ctx context.Context, u leads.User, id string) error {
	return s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		v, err := see(ctx, tx, u, id)
		if err != nil {
			return err
		}
		if err := access.MayChangeView(u, v); err != nil {
			return err
		}
		if err := tx.DropView(ctx, id); err != nil {
			return err
		}
		return tx.AddHistory(ctx, recordOf(v).One(u.Viewer(), leads.HistoryEntry{Field: leads.FieldDeleted, Before: v.Name}))
	})
}

// recordOf returns a view as a record of the history.
func recordOf(v leads.View) leads.Record {
	return leads.Record{Object: leads.ObjectView, ID: v.ID, Name: v.Name}
}

// see returns a view that the user finds.
func see(ctx context.Context, tx Tx, u leads.User, id string) (leads.View, error) {
	v, err := tx.View(ctx, id)
	if err == nil && !access.SeesView(u, v) {
		err = leads.ErrNotFound
	}
	return v, err
}

// mayShare returns nil if the user may give a view to its audience.
func mayShare(u leads.User, v leads.View) error {
	if v.Audience == leads.AudienceOwner {
		return nil
	}
	return access.Can(u.Viewer(), access.ShareViews)
}

// checked returns the view as it is stored, or what is wrong with it.
func checked(v leads.View) (_ leads.View, err error) {
	if v.Name, err = leads.Line("name", v.Name); err != nil {
		return v, err
	}
	if v.Name == "" {
		return v, leads.Invalid("name", "Give the view a name.")
	}
	if v.Query, err = checkQuery(v.List, v.Query); err != nil {
		return v, err
	}
	if v.Team, err = leads.Line("team", v.Team); err != nil {
		return v, err
	}
	switch v.Audience {
	case "", leads.AudienceOwner:
		v.Audience, v.Team = leads.AudienceOwner, ""
	case leads.AudienceAll:
		v.Team = ""
	case leads.AudienceTeam:
		if v.Team == "" {
			return v, leads.Invalid("team", "Give the team that finds the view.")
		}
	default:
		return v, leads.Invalid("audience", "One of owner team all.")
	}
	return v, nil
}

func taken(err error) error {
	if errors.Is(err, leads.ErrExists) {
		return ErrNameTaken
	}
	return err
}
