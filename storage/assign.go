package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Unassigned returns open leads without a manager, oldest first.
func (s *Store) Unassigned(ctx context.Context, limit int) ([]leads.Lead, error) {
	rows, err := s.read.UnassignedLeads(ctx, int32(limit))
	if err != nil {
		return nil, fmt.Errorf("listing unassigned leads: %w", err)
	}
	return all(rows, leadOf), nil
}

// Assignable returns a lead and its contact's owner ("": none).
func (s *Store) Assignable(ctx context.Context, leadID string) (lead leads.Lead, ownerID string, err error) {
	row, err := s.read.GetLead(ctx, leadID)
	if err != nil {
		return leads.Lead{}, "", fmt.Errorf("lead %q: %w", leadID, found(err))
	}
	return leadOf(row), row.OwnerID, nil
}

// Candidates returns every user that may take leads, those who waited longest
// first.
func (s *Store) Candidates(ctx context.Context) ([]leads.Candidate, error) {
	rows, err := s.read.ListCandidates(ctx)
	if err != nil {
		return nil, fmt.Errorf("listing candidates: %w", err)
	}
	return all(rows, func(r db.ListCandidatesRow) leads.Candidate {
		return leads.Candidate{OpenLeads: int(r.OpenLeads), User: userOf(db.UserRow{
			ID: r.ID, Login: r.Login, Name: r.Name, Folded: r.Folded, Role: r.Role, Team: r.Team, Presence: r.Presence,
			Disabled: r.Disabled, PasswordHash: r.PasswordHash, LastAssigned: r.LastAssigned, Created: r.Created, Extensions: r.Extensions,
		})}
	}), nil
}

// Assign gives an open lead without a manager to one: the lead, the manager's
// turn, the contact's owner if it has none, the history and the event in one
// transaction. leads.ErrConflict when the lead has a manager or is closed by
// now, or the manager was given another lead since a.Seen.
func (s *Store) Assign(ctx context.Context, a leads.Assignment) (lead leads.Lead, events []leads.Event, err error) {
	// The turn must differ from the one seen, or a second hub that saw the
	// same would pass too.
	turn := max(micros(a.At), micros(a.Seen)+1)
	err = s.decide(ctx, func(q *db.Queries) error {
		row, err := q.GetLead(ctx, a.LeadID)
		if err != nil {
			return found(err)
		}
		if err := settled(q.AssignLead(ctx, db.AssignLeadParams{
			ID: a.LeadID, ManagerID: orNull(a.ManagerID), Reason: a.Reason, Assigned: micros(a.At),
		})); err != nil {
			return err
		}
		if err := settled(q.TakeTurn(ctx, db.TakeTurnParams{ID: a.ManagerID, Seen: micros(a.Seen), LastAssigned: turn})); err != nil {
			return err
		}
		if err := noteAssignment(ctx, q, a, row.ContactID); err != nil {
			return err
		}
		lead, events, err = s.writeLeadEvent(ctx, q, leads.EventLeadAssigned, a.LeadID)
		return err
	})
	if err != nil {
		return leads.Lead{}, nil, fmt.Errorf("assigning lead %q: %w", a.LeadID, err)
	}
	return lead, events, nil
}

// settled turns the count of a refused write into leads.ErrConflict.
func settled(rows int64, err error) error {
	if err = one(rows, err); errors.Is(err, errRaced) {
		return leads.ErrConflict
	}
	return err
}

// noteAssignment writes the history and gives a contact without an owner one.
func noteAssignment(ctx context.Context, q *db.Queries, a leads.Assignment, contactID string) error {
	if _, err := q.OwnContact(ctx, db.OwnContactParams{ID: contactID, OwnerID: orNull(a.ManagerID)}); err != nil {
		return err
	}
	return q.InsertAssignment(ctx, db.InsertAssignmentParams{
		ID: newID(), LeadID: a.LeadID, ManagerID: a.ManagerID, Reason: a.Reason, At: micros(a.At),
	})
}

// NoteUnassigned keeps the reason of an open lead that nobody can take, and
// tells those who see it. The same reason again changes and tells nothing.
func (s *Store) NoteUnassigned(ctx context.Context, leadID, reason string) (events []leads.Event, err error) {
	err = s.decide(ctx, func(q *db.Queries) error {
		events = nil
		n, err := q.NoteUnassigned(ctx, db.NoteUnassignedParams{ID: leadID, Reason: reason})
		if err != nil || n == 0 {
			return err
		}
		_, events, err = s.writeLeadEvent(ctx, q, leads.EventLeadUpdated, leadID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("noting why lead %q waits: %w", leadID, err)
	}
	return events, nil
}

// Reassign gives an open lead to a manager by hand, whoever has it now. It
// takes nobody's turn. The manager who had it is told by the event too.
func (s *Store) Reassign(ctx context.Context, v leads.Viewer, id, managerID, reason string) (lead leads.Lead, events []leads.Event, err error) {
	err = s.decide(ctx, func(q *db.Queries) error {
		lead, events = leads.Lead{}, nil
		row, err := q.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		if err := mayChange(v, row); err != nil {
			return err
		}
		user, err := q.GetUser(ctx, managerID)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !userOf(user).TakesLeads() {
			return fmt.Errorf("%w: manager_id is not a user who takes leads", leads.ErrInvalid)
		}
		if err != nil {
			return err
		}
		if row.Closed != 0 {
			return fmt.Errorf("%w: the lead is closed", leads.ErrInvalid)
		}
		if row.ManagerID == managerID {
			lead = leadOf(row)
			return nil
		}
		a := leads.Assignment{LeadID: id, ManagerID: managerID, Reason: reason, At: now()}
		if err := one(q.ReassignLead(ctx, db.ReassignLeadParams{
			ID: id, ManagerID: orNull(managerID), Reason: reason, Assigned: micros(a.At), OldManagerID: row.ManagerID,
		})); err != nil {
			return err
		}
		if err := noteAssignment(ctx, q, a, row.ContactID); err != nil {
			return err
		}
		lead, events, err = s.writeLeadEvent(ctx, q, leads.EventLeadAssigned, id, row.ManagerID)
		return err
	})
	if err != nil {
		return leads.Lead{}, nil, fmt.Errorf("handing over lead %q: %w", id, err)
	}
	return lead, events, nil
}
