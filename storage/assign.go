package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Unassigned returns open leads without a manager, oldest first, that come
// after the given one; the zero lead asks for the first.
func (s *Store) Unassigned(ctx context.Context, after leads.Lead, limit int) ([]leads.Lead, error) {
	rows, err := s.read.UnassignedLeads(ctx, db.UnassignedLeadsParams{AfterOpened: micros(after.Opened), AfterID: after.ID, Most: int32(limit)})
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

// Waiting returns those of the leads that are open and have no manager.
func (s *Store) Waiting(ctx context.Context, ids []string) (waiting []leads.Waiting, err error) {
	b := s.reading()
	rows, err := readLeads(ctx, b, ids)
	if err != nil {
		return nil, fmt.Errorf("reading %d leads: %w", len(ids), err)
	}
	for _, id := range ids {
		if r, ok := rows[id]; ok && r.ManagerID == "" && r.Closed == 0 {
			waiting = append(waiting, leads.Waiting{Lead: leadOf(r), OwnerID: r.OwnerID})
		}
	}
	return waiting, nil
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
			PauseReason: r.PauseReason, PauseNote: r.PauseNote, PresenceSince: r.PresenceSince, PresenceUntil: r.PresenceUntil,
			Shifts: r.Shifts, Device: r.Device,
		})}
	}), nil
}

// Assign gives an open lead without a manager to one: the lead, the manager's
// turn, the contact's owner if it has none, the history and the event in one
// transaction. leads.ErrConflict when the lead has a manager or is closed by
// now, or the manager was given another lead since a.Seen.
func (s *Store) Assign(ctx context.Context, a leads.Assignment) (lead leads.Lead, err error) {
	s.step(StepRouting)
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		if _, err := q.GetLead(ctx, a.LeadID); err != nil {
			return found(err)
		}
		if err := settled(q.AssignLeads(ctx, db.AssignLeadsParams{
			ID: a.LeadID, ManagerID: a.ManagerID, Reason: a.Reason, Assigned: micros(a.At),
		})); err != nil {
			return err
		}
		if err := settled(q.TakeTurn(ctx, db.TakeTurnParams{ID: a.ManagerID, Seen: micros(a.Seen), LastAssigned: micros(a.Turn())})); err != nil {
			return err
		}
		if err := noteAssignment(ctx, q, a); err != nil {
			return err
		}
		lead, err = recordLead(ctx, b, leads.EventLeadAssigned, a.LeadID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("assigning lead %q: %w", a.LeadID, err)
	}
	s.step(StepAssigned)
	return lead, nil
}

// AssignAll is Assign for several leads in one transaction: all of them, or
// none. The assignments of one manager follow each other, each having seen the
// turn of the one before.
func (s *Store) AssignAll(ctx context.Context, all []leads.Assignment) error {
	s.step(StepRouting)
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		var ids []string
		to, first := b.later(), map[string]leads.Assignment{}
		for _, a := range all {
			ids = append(ids, a.LeadID)
			if _, err := to.AssignLeads(ctx, db.AssignLeadsParams{
				ID: a.LeadID, ManagerID: a.ManagerID, Reason: a.Reason, Assigned: micros(a.At),
			}); err != nil {
				return err
			}
			if err := noteAssignment(ctx, to, a); err != nil {
				return err
			}
			if turns, ok := first[a.ManagerID]; ok {
				a.Seen, a.At = turns.Seen, a.Turn()
			}
			first[a.ManagerID] = a
		}
		for _, id := range slices.Sorted(maps.Keys(first)) { // hubs lock managers in one order
			a := first[id]
			if _, err := to.TakeTurn(ctx, db.TakeTurnParams{ID: id, Seen: micros(a.Seen), LastAssigned: micros(a.Turn())}); err != nil {
				return err
			}
		}
		if err := b.flush(ctx); errors.Is(err, errRaced) {
			return leads.ErrConflict
		} else if err != nil {
			return err
		}
		return recordAssigned(ctx, b, ids)
	})
	if err != nil {
		return fmt.Errorf("assigning %d leads: %w", len(all), err)
	}
	s.step(StepAssigned)
	return nil
}

// recordAssigned records what Assign records for each of the leads.
func recordAssigned(ctx context.Context, b *bulk, ids []string) error {
	after, err := readLeads(ctx, b, ids)
	if err != nil {
		return err
	}
	viewers, whose := map[string][]string{}, []string{}
	for some := range slices.Chunk(ids, rowsMost) {
		rows, err := b.listed(some).ViewersOfLeads(ctx, "")
		if err != nil {
			return err
		}
		for _, v := range rows {
			viewers[v.LeadID] = append(viewers[v.LeadID], v.UserID)
		}
	}
	for _, r := range after {
		whose = append(whose, r.ContactID)
	}
	contacts, err := readContacts(ctx, b, whose)
	if err != nil {
		return err
	}
	log := recorder{b: b}
	for _, id := range ids {
		row := after[id]
		lead, contact := leadOf(row), contactOf(contacts[row.ContactID])
		if err := log.record(ctx, leads.EventBody{Type: leads.EventLeadAssigned, Lead: &lead, Contact: &contact},
			viewers[id]...); err != nil {
			return err
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	if err := log.number(ctx); err != nil {
		return err
	}
	return b.flush(ctx)
}

// settled turns the count of a refused write into leads.ErrConflict.
func settled(rows int64, err error) error {
	if err = one(rows, err); errors.Is(err, errRaced) {
		return leads.ErrConflict
	}
	return err
}

// noteAssignment writes the history and gives a contact without an owner one.
func noteAssignment(ctx context.Context, q *db.Queries, a leads.Assignment) error {
	if _, err := q.OwnContacts(ctx, db.OwnContactsParams{LeadID: a.LeadID, OwnerID: a.ManagerID}); err != nil {
		return err
	}
	return q.InsertAssignment(ctx, db.InsertAssignmentParams{
		ID: newID(), LeadID: a.LeadID, ManagerID: a.ManagerID, Reason: a.Reason, At: micros(a.At),
	})
}

// NoteUnassigned keeps the reason of an open lead that nobody can take, and
// tells those who see it. The same reason again changes and tells nothing.
func (s *Store) NoteUnassigned(ctx context.Context, leadID, reason string) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		n, err := q.NoteUnassigned(ctx, db.NoteUnassignedParams{ID: leadID, Reason: reason})
		if err != nil || n == 0 {
			return err
		}
		_, err = recordLead(ctx, b, leads.EventLeadUpdated, leadID)
		return err
	})
	if err != nil {
		return fmt.Errorf("noting why lead %q waits: %w", leadID, err)
	}
	return nil
}

// Reassign gives an open lead to a manager by hand, whoever has it now. It
// takes nobody's turn. The manager who had it is told by the event too. The
// checks are as of ChangeContact.
func (s *Store) Reassign(ctx context.Context, v leads.Viewer, id, managerID, reason string, checks ...func(leads.Lead) error) (lead leads.Lead, err error) {
	err = s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		lead = leads.Lead{}
		row, err := q.SeeLead(ctx, db.SeeLeadParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
		if err != nil {
			return found(err)
		}
		if err := cmp.Or(v.MayChange(leadOf(row)), passes(leadOf(row), checks)); err != nil {
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
		a := leads.Assignment{LeadID: id, ManagerID: managerID, Reason: reason, At: s.now()}
		if err := one(q.ReassignLead(ctx, db.ReassignLeadParams{
			ID: id, ManagerID: orNull(managerID), Reason: reason, Assigned: micros(a.At), OldManagerID: row.ManagerID, OldStatus: row.Status,
		})); err != nil {
			return err
		}
		if err := noteAssignment(ctx, q, a); err != nil {
			return err
		}
		lead, err = recordLead(ctx, b, leads.EventLeadAssigned, id, row.ManagerID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("handing over lead %q: %w", id, err)
	}
	return lead, nil
}

// Take gives a lead that nobody has to the user who asks for it, by the rules
// of Reassign. A lead that somebody has is returned with leads.ErrConflict to
// whoever sees it, or could have taken it; the user's own is no error.
func (s *Store) Take(ctx context.Context, u leads.User, id string) (leads.Lead, error) {
	if !u.TakesLeads() { // nor do those who may hand over every lead take one from somebody
		return leads.Lead{}, fmt.Errorf("taking lead %q: %w", id, leads.ErrForbidden)
	}
	lead, err := s.Reassign(ctx, leads.Viewer{UserID: u.ID, Role: u.Role}, id, u.ID, leads.ReasonByHand+":"+u.Name)
	hidden, refused := errors.Is(err, leads.ErrNotFound), errors.Is(err, leads.ErrForbidden) || errors.Is(err, leads.ErrConflict)
	if !hidden && !refused {
		return lead, err
	}
	row, missing := s.read.GetLead(ctx, id)
	offered := u.Role == leads.RoleManager && (u.Team == "" || row.Team == "" || u.Team == row.Team)
	if missing != nil || row.ManagerID == "" || hidden && !offered {
		return leads.Lead{}, err
	}
	return leadOf(row), fmt.Errorf("taking lead %q: %w", id, leads.ErrConflict)
}
