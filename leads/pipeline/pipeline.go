// Package pipeline keeps pipelines and their stages; it opens leads by hand, moves them through
// the stages, reopens closed ones and hands them over.
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
	// Pipelines returns all pipelines with their stages, in their order, retired ones too.
	Pipelines(ctx context.Context) ([]leads.Pipeline, error)
}

// Tx is a transaction of the service.
type Tx interface {
	SeeLead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	User(ctx context.Context, id string) (leads.User, error)
	// AddHistory adds entries to the history.
	AddHistory(ctx context.Context, entries ...leads.HistoryEntry) error
	// ChangeLead changes the stage of a lead, what it is worth and its custom fields, and writes where it stood,
	// unless another writer changed it or handed it over since it was read.
	ChangeLead(ctx context.Context, was leads.Lead, c Change) error
	// HandOver gives a lead another manager, and writes its history, unless another writer moved it or
	// handed it over since it was read, and a contact without an owner that owner.
	HandOver(ctx context.Context, l leads.Lead, a leads.Assignment) error
	// OpenLeadIn returns the open lead of a contact in a pipeline, else leads.ErrNotFound; in
	// any, if that is empty.
	OpenLeadIn(ctx context.Context, contactID, pipelineID string) (leads.Lead, error)
	// HadLead reports whether a contact has a lead, open or closed.
	HadLead(ctx context.Context, contactID string) (bool, error)
	SeeContact(ctx context.Context, v leads.Viewer, id string) (leads.Contact, error)
	// AddLead stores a new lead of a contact without a manager, and returns its id.
	AddLead(ctx context.Context, l leads.Lead) (id string, err error)
	// RecordLead records what a lead is now, for everybody who sees it and the
	// users also named, and returns it.
	RecordLead(ctx context.Context, kind leads.EventType, id string, also ...string) (leads.Lead, error)
	// ContactOf returns the contact of a lead, and whether a person wrote the nature of one of
	// the lead's interactions.
	ContactOf(ctx context.Context, l leads.Lead) (c leads.Contact, nature bool, err error)
	// CustomFields returns all custom fields, retired ones too.
	CustomFields(ctx context.Context) ([]leads.CustomField, error)
	// SaveCustom stores the custom fields of a new record that was created then.
	SaveCustom(ctx context.Context, o leads.CustomObject, recordID string, created time.Time, changes []leads.CustomChange) error
	// InteractionHas reports whether one of the interactions of a lead has a value in a custom field.
	InteractionHas(ctx context.Context, leadID, fieldID string) (bool, error)
	// RecordHas reports whether a record has a value in a custom field; one without an id has none.
	RecordHas(ctx context.Context, recordID, fieldID string) (bool, error)
	// Entries returns the entries of a dictionary, retired ones too.
	Entries(ctx context.Context, d leads.Dictionary) ([]leads.Entry, error)
	EditTx
}

// Service changes leads for users who may see them, and pipelines for those who may edit them.
type Service struct {
	Store  Store
	Region string // ISO 3166-1 alpha-2, for national phone numbers in custom fields
	Now    func() time.Time
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
// are as in [Service.Change].
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
