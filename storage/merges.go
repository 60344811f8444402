package storage

import (
	"context"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// mergesMost is how many merges of a contact are listed.
const mergesMost = 50

// GetMerge returns a merge.
func (t *Tx) GetMerge(ctx context.Context, id string) (leads.Merge, error) {
	return getMerge(ctx, t.q, id)
}

func getMerge(ctx context.Context, q *db.Queries, id string) (leads.Merge, error) {
	r, err := q.GetMerge(ctx, id)
	if err != nil {
		return leads.Merge{}, fmt.Errorf("merge %q: %w", id, orNotFound(err))
	}
	m := leads.Merge{
		ID: r.ID, ContactID: r.ContactID, By: person(r.UserID, r.UserName), At: fromMicros(r.At),
		Undone: fromMicros(r.Undone), UndoneBy: person(r.UndoneBy, r.UndoneName),
	}
	m.Removed, err = q.RemovedByMerge(ctx, id)
	return m, err
}

// Merges returns the newest merges of a contact that the viewer may see, the latest first.
func (s *Store) Merges(ctx context.Context, v leads.Viewer, contactID string) (all []leads.Merge, err error) {
	if _, err := s.Contact(ctx, v, contactID); err != nil {
		return nil, err
	}
	ids, err := s.read.MergesOfContact(ctx, db.MergesOfContactParams{ContactID: contactID, Most: mergesMost})
	if err != nil {
		return nil, fmt.Errorf("merges of contact %q: %w", contactID, err)
	}
	for _, id := range ids {
		m, err := getMerge(ctx, s.read, id)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// StandingMerge returns the merge, not undone, that removed a contact; else leads.ErrNotFound.
func (t *Tx) StandingMerge(ctx context.Context, contactID string) (leads.Merge, error) {
	id, err := t.q.MergeThatRemoved(ctx, contactID)
	if err != nil {
		return leads.Merge{}, orNotFound(err)
	}
	return t.GetMerge(ctx, id)
}

// LaterMerge returns the id of the newest standing merge after m of which the contact that
// stayed is a part; empty for none.
func (t *Tx) LaterMerge(ctx context.Context, m leads.Merge) (string, error) {
	if removed, err := t.StandingMerge(ctx, m.ContactID); !errors.Is(err, leads.ErrNotFound) {
		return removed.ID, err
	}
	id, err := t.q.LaterMerge(ctx, db.LaterMergeParams{ContactID: m.ContactID, ID: m.ID})
	if err = orNotFound(err); errors.Is(err, leads.ErrNotFound) {
		return "", nil
	}
	return id, err
}

var openLeadsOf = batch.NewQuery[string, db.LeadRow]("reading open leads", "SELECT "+batch.Columns[db.LeadRow]("r")+" FROM lead_rows r WHERE r.closed = 0 AND", "r.contact_id")

// OpenLeads returns the open leads of contacts.
func (t *Tx) OpenLeads(ctx context.Context, contactIDs ...string) ([]leads.Lead, error) {
	rows, err := openLeadsOf.Rows(ctx, t, contactIDs...)
	return mapRows(rows, leadOf), err
}

// MergeCounts counts the records of contacts.
func (t *Tx) MergeCounts(ctx context.Context, contactIDs ...string) (n leads.MergeCounts, err error) {
	for _, id := range contactIDs {
		c, err := t.q.CountOfContact(ctx, id)
		if err != nil {
			return n, err
		}
		n.Leads, n.Interactions, n.Tasks, n.Files = n.Leads+c.Leads, n.Interactions+c.Interactions, n.Tasks+c.Tasks, n.Files+c.Files
	}
	return n, nil
}
