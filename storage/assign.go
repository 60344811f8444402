package storage

import (
	"context"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Unassigned returns open leads without a manager, oldest first, that come
// after the given one; the zero lead asks for the first.
func (s *Store) Unassigned(ctx context.Context, after leads.Lead, limit int) ([]leads.Lead, error) {
	rows, err := s.read.UnassignedLeads(ctx, db.UnassignedLeadsParams{AfterOpened: micros(after.Opened), AfterID: after.ID, Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("listing unassigned leads: %w", err)
	}
	return mapRows(rows, leadOf), nil
}

// Assignable returns a lead and its contact's owner ("": none).
func (s *Store) Assignable(ctx context.Context, leadID string) (lead leads.Lead, ownerID string, err error) {
	row, err := s.read.GetLead(ctx, leadID)
	if err != nil {
		return leads.Lead{}, "", fmt.Errorf("lead %q: %w", leadID, orNotFound(err))
	}
	return leadOf(row), row.OwnerID, nil
}

// Waiting returns those of the leads that are open and have no manager.
func (s *Store) Waiting(ctx context.Context, ids []string) (waiting []leads.Waiting, err error) {
	rows, err := readLeads(ctx, s.batch, ids)
	if err != nil {
		return nil, err
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
	answer := candidatesInTurn.AskAll()
	if err := s.batch.Read(ctx, answer); err != nil {
		return nil, err
	}
	return mapRows(answer.Rows, candidateOf), nil
}

// Assign gives an open lead without a manager to one: the lead, the manager's
// turn, the contact's owner if it has none, the history and the event in one
// transaction. leads.ErrConflict when the lead has a manager or is closed by
// now, or the manager was given another lead since a.Seen.
func (s *Store) Assign(ctx context.Context, a leads.Assignment) (lead leads.Lead, err error) {
	s.step(StepRouting)
	err = s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.q.GetLead(ctx, a.LeadID); err != nil {
			return orNotFound(err)
		}
		queueAssignment(tx, a)
		queueTurns(tx, []leads.Assignment{a})
		if err := asConflict(tx.Flush(ctx)); err != nil {
			return err
		}
		lead, err = recordLead(ctx, tx, leads.EventLeadAssigned, a.LeadID)
		return err
	})
	if err != nil {
		return leads.Lead{}, fmt.Errorf("assigning lead %q: %w", a.LeadID, err)
	}
	s.step(StepAssigned)
	return lead, nil
}

// AssignAll is Assign for several leads in one transaction: all of them, or
// none. Each assignment of a manager has the Turn of the one before as Seen.
func (s *Store) AssignAll(ctx context.Context, all []leads.Assignment) error {
	s.step(StepRouting)
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		var ids []string
		for _, a := range all {
			ids = append(ids, a.LeadID)
			queueAssignment(tx, a)
		}
		queueTurns(tx, all)
		if err := asConflict(tx.Read(ctx)); err != nil {
			return err
		}
		return recordLeads(ctx, tx, leads.EventLeadAssigned, ids)
	})
	if err != nil {
		return fmt.Errorf("assigning %d leads: %w", len(all), err)
	}
	s.step(StepAssigned)
	return nil
}

// recordLeads records an event for each of the leads, for its viewers and the users in also.
func recordLeads(ctx context.Context, tx *Tx, kind leads.EventType, ids []string, also ...string) error {
	after, err := readLeads(ctx, tx, ids)
	if err != nil {
		return err
	}
	rows, err := viewersOfLeads.Rows(ctx, tx, ids...)
	if err != nil {
		return err
	}
	viewers, whose := map[string][]string{}, []string{}
	for _, v := range rows {
		viewers[v.LeadID] = append(viewers[v.LeadID], v.UserID)
	}
	for _, r := range after {
		whose = append(whose, r.ContactID)
	}
	contacts, err := readContacts(ctx, tx, whose)
	if err != nil {
		return err
	}
	for _, id := range ids {
		row := after[id]
		lead, contact := leadOf(row), contactOf(contacts[row.ContactID])
		if err := tx.record(ctx, leads.EventBody{Type: kind, Lead: &lead, Contact: &contact}, append(viewers[id], also...)...); err != nil {
			return err
		}
	}
	return nil
}

// asConflict turns batch.ErrConflict into leads.ErrConflict, which is not retried.
func asConflict(err error) error {
	if errors.Is(err, batch.ErrConflict) {
		return leads.ErrConflict
	}
	return err
}

var (
	// The conditions keep PostgreSQL's planner from the index of leads without a
	// manager, which is full of dead entries: it uses the key.
	assignLead = batch.NewUpdate[assignment]("assigning leads", batch.EachOne, `
UPDATE leads SET manager_id = v.manager_id, reason = v.reason, assigned = v.at
FROM v WHERE leads.id = v.lead_id AND COALESCE(leads.manager_id, '') = '' AND leads.closed + 0 = 0`, "lead_id", "manager_id", "reason", "at")

	// ownContact gives the contact of a lead an owner if it has none.
	ownContact = batch.NewUpdate[assignment]("naming the owners of contacts", batch.AnyRows, `
UPDATE contacts SET owner_id = v.manager_id FROM v JOIN leads l ON l.id = v.lead_id
WHERE contacts.id = l.contact_id AND COALESCE(contacts.owner_id, '') = ''`, "lead_id", "manager_id")

	viewersOfLeads = batch.NewQuery[string, viewerOfLead]("reading who sees leads",
		"SELECT DISTINCT v.lead_id, v.user_id FROM lead_viewers v WHERE", "v.lead_id")
)

type viewerOfLead struct{ LeadID, UserID string }

// queueAssignment queues that a lead without a manager gets one, with the history.
func queueAssignment(tx *Tx, a leads.Assignment) {
	tx.lockSights(a.LeadID)
	assignLead.Queue(tx, assignmentRow(a))
	noteAssignment(tx, a, leads.Person{})
}

// noteAssignment queues the history, that a contact without an owner gets one, and who sees
// the lead now. former is the manager before, the zero person if there was none.
func noteAssignment(tx *Tx, a leads.Assignment, former leads.Person) {
	ownContact.Queue(tx, assignmentRow(a))
	tables.changes.Insert(tx, tx.changeOf(assignmentEntry(a, former.Name)))
	tx.changeSights(a.LeadID, former.ID)
}

// assignment is how a lead gets a manager.
type assignment struct {
	LeadID, ManagerID, Reason string
	At                        int64
}

func assignmentRow(a leads.Assignment) assignment {
	return assignment{LeadID: a.LeadID, ManagerID: a.ManagerID, Reason: a.Reason, At: micros(a.At)}
}

// assignmentEntry is the history of a lead that gets a manager; before names the former one.
func assignmentEntry(a leads.Assignment, before string) leads.HistoryEntry {
	if a.By == (leads.Viewer{}) {
		a.By.Way = leads.WayRule
	}
	return leads.Record{Object: leads.ObjectLead, ID: a.LeadID}.One(a.By, leads.HistoryEntry{
		Field: leads.FieldManager, Before: before, After: a.ManagerName, Note: a.Reason, At: a.At,
	})
}

// NoteUnassigned stores why no manager can take an open lead, and records the event. The
// same reason again changes and records nothing.
func (s *Store) NoteUnassigned(ctx context.Context, leadID, reason string) error {
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		q := tx.q
		n, err := q.NoteUnassigned(ctx, db.NoteUnassignedParams{ID: leadID, Reason: reason})
		if err != nil || n == 0 {
			return err
		}
		_, err = recordLead(ctx, tx, leads.EventLeadUpdated, leadID)
		return err
	})
	if err != nil {
		return fmt.Errorf("noting why lead %q waits: %w", leadID, err)
	}
	return nil
}
