package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Beginnings of the column audience.
const (
	ofUser = "user "
	ofTeam = "team "
)

func viewOf(r db.ListView, ownerName string) leads.View {
	v := leads.View{
		ID: r.ID, List: leads.ViewList(r.List), Name: r.Name, Query: r.Query, Audience: leads.AudienceOwner,
		Owner: leads.Person{ID: r.OwnerID, Name: ownerName}, Updated: fromMicros(r.Updated), Version: r.Version,
	}
	if team, ok := strings.CutPrefix(r.Audience, ofTeam); ok {
		v.Audience, v.Team = leads.AudienceTeam, team
	} else if !strings.HasPrefix(r.Audience, ofUser) {
		v.Audience = leads.AudienceAll
	}
	return v
}

// audienceOf is the column audience of a view.
func audienceOf(v leads.View) string {
	switch v.Audience {
	case leads.AudienceTeam:
		return ofTeam + v.Team
	case leads.AudienceAll:
		return "all"
	}
	return ofUser + v.Owner.ID
}

// Views lists the views that a user finds, by list and name.
func (s *Store) Views(ctx context.Context, u leads.User) ([]leads.View, error) {
	rows, err := s.read.ListViews(ctx, db.ListViewsParams{Own: ofUser + u.ID, Team: ofTeam + u.Team, Teams: u.Role.SeesAll() || u.Team == ""})
	if err != nil {
		return nil, fmt.Errorf("listing views: %w", err)
	}
	return mapRows(rows, func(r db.ListViewsRow) leads.View { return viewOf(r.ListView, r.OwnerName) }), nil
}

// View returns one view of whomever.
func (t *Tx) View(ctx context.Context, id string) (leads.View, error) {
	r, err := t.q.GetView(ctx, id)
	if err != nil {
		return leads.View{}, fmt.Errorf("view %q: %w", id, orNotFound(err))
	}
	return viewOf(r.ListView, r.OwnerName), nil
}

// CountViews counts the views that a user made.
func (t *Tx) CountViews(ctx context.Context, ownerID string) (int64, error) {
	return t.q.CountViews(ctx, ownerID)
}

// AddView stores a new view; leads.ErrExists when another has its name.
func (t *Tx) AddView(ctx context.Context, v leads.View) (leads.View, error) {
	v.ID, v.Version = newID(), 1
	n, err := t.q.InsertView(ctx, db.InsertViewParams{
		ID: v.ID, List: string(v.List), Audience: audienceOf(v), Folded: leads.Fold(v.Name), Name: v.Name, Query: v.Query, OwnerID: v.Owner.ID, Updated: micros(v.Updated),
	})
	if err == nil && n == 0 {
		err = leads.ErrExists
	}
	return v, err
}

// SaveView stores a changed view: leads.ErrExists when another has its name. The transaction
// runs again when another writer changed it since it was read.
func (t *Tx) SaveView(ctx context.Context, v leads.View) error {
	audience, folded := audienceOf(v), leads.Fold(v.Name)
	holder, err := t.q.ViewNamed(ctx, db.ViewNamedParams{Audience: audience, List: string(v.List), Folded: folded})
	switch {
	case err == nil && holder != v.ID:
		return leads.ErrExists
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	}
	return requireRow(t.q.UpdateView(ctx, db.UpdateViewParams{
		ID: v.ID, Version: v.Version, Audience: audience, Folded: folded, Name: v.Name, Query: v.Query, Updated: micros(v.Updated),
	}))
}

// DropView deletes a view.
func (t *Tx) DropView(ctx context.Context, id string) error {
	n, err := t.q.DeleteView(ctx, id)
	if err == nil && n == 0 {
		err = leads.ErrNotFound
	}
	return err
}
