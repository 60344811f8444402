// Package pipeline opens leads by hand, moves them through their stages, reopens closed ones
// and hands them over.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Store is what the service needs from storage.
type Store interface {
	// Tx runs f in one transaction, and retries it from the start on a conflict. The
	// events that f records are published after the commit.
	Tx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error
	// Assignable returns a lead, without a check of rights, and its contact's owner.
	Assignable(ctx context.Context, leadID string) (lead leads.Lead, ownerID string, err error)
}

// Tx is a transaction of the service.
type Tx interface {
	SeeLead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	User(ctx context.Context, id string) (leads.User, error)
	// AddHistory adds entries to the history.
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
	// MoveLead changes the stage of a lead, unless another writer moved it or handed it
	// over since it was read.
	MoveLead(ctx context.Context, l leads.Lead, m Move) error
	// HandOver gives a lead another manager, and writes its history, unless another writer moved it or
	// handed it over since it was read, and a contact without an owner that owner.
	HandOver(ctx context.Context, l leads.Lead, a leads.Assignment) error
	// OpenLead returns the open lead of a contact, else leads.ErrNotFound.
	OpenLead(ctx context.Context, contactID string) (leads.Lead, error)
	SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	// AddLead stores a new lead of a contact without a manager, and returns its id.
	AddLead(ctx context.Context, l leads.Lead) (id string, err error)
	// RecordLead records what a lead is now, for everybody who sees it and the
	// users also named, and returns it.
	RecordLead(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Lead, error)
}

// Move is a change of a lead's stage.
type Move struct {
	To      leads.LeadStatus
	Refusal string    // goes with leads.LeadRefused
	At      time.Time // when
}

// Service changes leads for users who may see them.
type Service struct {
	Store Store
	Now   func() time.Time
}

// Move moves a lead to a later stage. Only a refusal has a reason, and needs it. The
// checks run on the stored lead in the same transaction; their error is returned and
// nothing is changed.
func (s *Service) Move(ctx context.Context, v leads.Viewer, id string, to leads.LeadStatus, refusal string, checks ...func(leads.Lead) error) (lead leads.Lead, err error) {
	if refusal, err = leads.Line("refusal", refusal); err != nil {
		return lead, err
	}
	refusal = leads.OneSpace(refusal)
	switch {
	case to == leads.LeadRefused && refusal == "":
		return lead, leads.Invalid("refusal", "Say why the lead is refused.")
	case to != leads.LeadRefused && refusal != "":
		return lead, leads.Invalid("refusal", "It goes with status refused only.")
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		before, err := s.changeable(ctx, tx, v, id, checks)
		if err != nil {
			return err
		}
		if !before.Status.CanBecome(to) {
			return fmt.Errorf("%w: a lead cannot go from %s to %q", leads.ErrInvalid, before.Status, to)
		}
		if err := moveLead(ctx, tx, v, before, Move{To: to, Refusal: refusal, At: s.Now()}); err != nil {
			return err
		}
		lead, err = tx.RecordLead(ctx, leads.EventLeadUpdated, id, v.UserID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("moving lead %q: %w", id, err)
	}
	return lead, nil
}

// moveLead changes the stage of a lead for a viewer, and writes the history.
func moveLead(ctx context.Context, tx Tx, v leads.Viewer, l leads.Lead, m Move) error {
	if err := tx.MoveLead(ctx, l, m); err != nil {
		return err
	}
	return tx.AddHistory(ctx, recordOf(l).One(v, leads.HistoryEntry{
		Field: leads.FieldStatus, Before: string(l.Status), After: string(m.To), Note: m.Refusal, At: m.At,
	}))
}

// recordOf returns a lead as a record of the history.
func recordOf(l leads.Lead) leads.Record {
	return leads.Record{Object: leads.ObjectLead, ID: l.ID, Name: l.ContactName}
}

// changeable returns a lead that the viewer may change and that passes the checks.
func (s *Service) changeable(ctx context.Context, tx Tx, v leads.Viewer, id string, checks []func(leads.Lead) error) (leads.Lead, error) {
	lead, err := tx.SeeLead(ctx, v, id)
	if err != nil {
		return lead, err
	}
	if err := access.MayChange(v, lead); err != nil {
		return lead, err
	}
	return lead, leads.CheckAll(lead, checks)
}

// HandOver gives an open lead to a manager by hand, from any manager or none. It does not
// count as a turn of the round robin. The former manager gets the event too. The checks
// are as in [Service.Move].
func (s *Service) HandOver(ctx context.Context, v leads.Viewer, id, managerID, byName string, checks ...func(leads.Lead) error) (lead leads.Lead, err error) {
	if err := leads.CheckUserID("manager_id", managerID); err != nil {
		return lead, err
	}
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		before, err := s.changeable(ctx, tx, v, id, checks)
		if err != nil {
			return err
		}
		to, err := tx.User(ctx, managerID)
		switch {
		case errors.Is(err, leads.ErrNotFound), err == nil && !to.TakesLeads():
			return fmt.Errorf("%w: manager_id is not a user who takes leads", leads.ErrInvalid)
		case err != nil:
			return err
		case !before.Status.Open():
			return fmt.Errorf("%w: the lead is closed", leads.ErrInvalid)
		case before.ManagerID == managerID:
			lead = before
			return nil
		}
		if err := tx.HandOver(ctx, before, leads.Assignment{
			LeadID: id, ManagerID: managerID, ManagerName: to.Name, By: v, Reason: leads.ReasonByHand + ":" + byName, At: s.Now(),
		}); err != nil {
			return err
		}
		lead, err = tx.RecordLead(ctx, leads.EventLeadAssigned, id, before.ManagerID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("handing over lead %q: %w", id, err)
	}
	return lead, nil
}

// Take gives an unassigned lead to the user who asks for it, by the rules of HandOver.
// An assigned lead is returned with leads.ErrConflict to a user who sees it, or could
// have taken it; the user's own lead is no error.
func (s *Service) Take(ctx context.Context, u leads.User, id string) (leads.Lead, error) {
	if !u.TakesLeads() { // also for supervisors, who may hand over every lead
		return leads.Lead{}, fmt.Errorf("taking lead %q: %w", id, leads.ErrForbidden)
	}
	lead, err := s.HandOver(ctx, u.Viewer(), id, u.ID, u.Name)
	hidden, refused := errors.Is(err, leads.ErrNotFound), errors.Is(err, leads.ErrForbidden) || errors.Is(err, leads.ErrConflict)
	if !hidden && !refused {
		return lead, err
	}
	now, _, missing := s.Store.Assignable(ctx, id)
	offered := access.MayBeGiven(u, now.Team)
	if missing != nil || now.ManagerID == "" || hidden && !offered {
		return leads.Lead{}, err
	}
	return now, fmt.Errorf("taking lead %q: %w", id, leads.ErrConflict)
}
