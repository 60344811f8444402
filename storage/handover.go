package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/leads/handover"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// handed is a record that goes from one user to another.
type handed struct {
	ID, Former, Owner, Reason string
	At                        int64
}

var (
	handLead = batch.NewUpdate[handed]("handing over leads", batch.EachOne, `
UPDATE leads SET manager_id = v.owner, reason = v.reason, assigned = v.at
FROM v WHERE leads.id = v.id AND leads.manager_id = v.former AND leads.closed = 0`, "id", "former", "owner", "reason", "at")

	handContact = batch.NewUpdate[handed]("handing over contacts", batch.EachOne, `
UPDATE contacts SET owner_id = v.owner, version = version + 1
FROM v WHERE contacts.id = v.id AND contacts.owner_id = v.former`, "id", "former", "owner")

	handTask = batch.NewUpdate[handed]("handing over tasks", batch.EachOne, `
UPDATE tasks SET owner_id = v.owner, version = version + 1
FROM v WHERE tasks.id = v.id AND tasks.owner_id = v.former AND tasks.state = 'open'`, "id", "former", "owner")

	handCompany = batch.NewUpdate[handed]("handing over companies", batch.EachOne, `
UPDATE companies SET owner_id = v.owner, version = version + 1
FROM v WHERE companies.id = v.id AND companies.owner_id = v.former`, "id", "former", "owner")

	// ownedTasks selects who has open tasks, and what they are called.
	ownedTasks = batch.NewQuery[string, ownedTask]("reading tasks", `
SELECT t.id, COALESCE(t.owner_id, ''), COALESCE(t.contact_id, ''), COALESCE(NULLIF(t.title, ''), c.name, t.kind) FROM tasks t LEFT JOIN contacts c ON c.id = t.contact_id
WHERE t.state = 'open' AND`, "t.id")
)

type ownedTask struct{ ID, OwnerID, ContactID, Name string }

// Owned returns what a user has and a filter selects, leads first, each by age.
func (s *Store) Owned(ctx context.Context, userID string, f handover.Filter) ([]handover.Item, error) {
	return owned(ctx, s.read, userID, f)
}

// Owned is [Store.Owned] within the transaction.
func (t *Tx) Owned(ctx context.Context, userID string, f handover.Filter) ([]handover.Item, error) {
	return owned(ctx, t.q, userID, f)
}

func owned(ctx context.Context, q *db.Queries, userID string, f handover.Filter) (all []handover.Item, err error) {
	tag := leads.Fold(f.Tag)
	if f.Takes(handover.Leads) {
		rows, err := q.OwnedLeads(ctx, db.OwnedLeadsParams{UserID: userID, Source: f.Source, Team: f.Team, Tag: tag})
		if err != nil {
			return nil, fmt.Errorf("what a user has: %w", err)
		}
		for _, r := range rows {
			all = append(all, handover.Item{What: handover.Leads, ID: r.ID, ContactID: r.ContactID})
		}
	}
	if f.Takes(handover.Contacts) && f.Source == "" && f.Team == "" {
		ids, err := q.OwnedContacts(ctx, db.OwnedContactsParams{UserID: userID, Tag: tag})
		if err != nil {
			return nil, fmt.Errorf("what a user has: %w", err)
		}
		for _, id := range ids {
			all = append(all, handover.Item{What: handover.Contacts, ID: id, ContactID: id})
		}
	}
	if f.Takes(handover.Contacts) && f.Source == "" && f.Team == "" && f.Tag == "" {
		rows, err := q.OwnedCompanies(ctx, orNull(userID))
		if err != nil {
			return nil, fmt.Errorf("what a user has: %w", err)
		}
		for _, r := range rows {
			all = append(all, handover.Item{What: handover.Companies, ID: r.ID, ContactID: r.LineID})
		}
	}
	if f.Takes(handover.Tasks) {
		rows, err := q.OwnedTasks(ctx, db.OwnedTasksParams{UserID: userID, Source: f.Source, Team: f.Team, Tag: tag})
		if err != nil {
			return nil, fmt.Errorf("what a user has: %w", err)
		}
		for _, r := range rows {
			all = append(all, handover.Item{What: handover.Tasks, ID: r.ID, ContactID: r.ContactID})
		}
	}
	return all, nil
}

// ClosedLeads counts the closed leads that a user had.
func (s *Store) ClosedLeads(ctx context.Context, userID string) (int, error) {
	n, err := s.read.CountClosedLeads(ctx, userID)
	return int(n), err
}

// Give gives to their new owners what the user still has, with the history and the events, and
// returns it.
func (t *Tx) Give(ctx context.Context, v leads.Viewer, from leads.Person, items []handover.Given, reason string) (given []handover.Given, err error) {
	ids := map[handover.What][]string{}
	for _, g := range items {
		ids[g.What] = append(ids[g.What], g.ID)
	}
	for _, id := range ids[handover.Leads] {
		t.lockSights(id)
	}
	if err := t.LockContacts(ctx, ids[handover.Contacts]...); err != nil {
		return nil, err
	}
	have, err := t.stillOwned(ctx, from.ID, ids)
	if err != nil {
		return nil, err
	}
	now := t.s.now()
	for _, g := range items {
		name, ok := have[g.Item]
		if !ok {
			continue
		}
		given = append(given, g)
		h := handed{ID: g.ID, Former: from.ID, Owner: g.To.ID, Reason: reason, At: micros(now)}
		e := leads.HistoryEntry{Field: leads.FieldOwner, Before: from.Name, After: g.To.Name, Note: reason, At: now}
		switch g.What {
		case handover.Leads:
			handLead.Queue(t, h)
			t.changeSights(g.ID, from.ID)
			e.Field = leads.FieldManager
			e = leads.Record{Object: leads.ObjectLead, ID: g.ID, Name: name}.One(v, e)
		case handover.Contacts:
			handContact.Queue(t, h)
			dropOwnerSights.Queue(t, ownerChange{g.ID, from.ID, g.To.ID})
			addOwnerSights.Queue(t, oneID{g.ID})
			holdTasksOfContact.Queue(t, oneID{g.ID})
			e = leads.Record{Object: leads.ObjectContact, ID: g.ID, Name: name}.One(v, e)
		case handover.Tasks:
			handTask.Queue(t, h)
			holdTask.Queue(t, oneID{g.ID})
			e = leads.Record{Object: leads.ObjectTask, ID: g.ID, Name: name}.One(v, e)
		case handover.Companies:
			handCompany.Queue(t, h)
			e = leads.Record{Object: leads.ObjectCompany, ID: g.ID, Name: name}.One(v, e)
		}
		tables.changes.Insert(t, t.changeOf(e))
	}
	if err := t.Flush(ctx); err != nil {
		return nil, err
	}
	return given, t.recordGiven(ctx, from.ID, given)
}

// stillOwned returns those of the records that a user still has, with their names.
func (t *Tx) stillOwned(ctx context.Context, userID string, ids map[handover.What][]string) (map[handover.Item]string, error) {
	have := map[handover.Item]string{}
	open, err := readLeads(ctx, t, ids[handover.Leads])
	if err != nil {
		return nil, err
	}
	for _, r := range open {
		if r.ManagerID == userID && r.Closed == 0 {
			have[handover.Item{What: handover.Leads, ID: r.ID, ContactID: r.ContactID}] = r.ContactName
		}
	}
	contacts, err := readContacts(ctx, t, ids[handover.Contacts])
	if err != nil {
		return nil, err
	}
	for _, r := range contacts {
		if r.OwnerID == userID {
			have[handover.Item{What: handover.Contacts, ID: r.ID, ContactID: r.ID}] = r.Name
		}
	}
	for _, id := range ids[handover.Companies] {
		c, err := t.Company(ctx, id)
		if errors.Is(err, leads.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if leads.IDOf(c.Owner) == userID {
			have[handover.Item{What: handover.Companies, ID: c.ID, ContactID: c.LineID}] = c.Name
		}
	}
	return have, t.stillOwnedTasks(ctx, userID, ids[handover.Tasks], have)
}

func (t *Tx) stillOwnedTasks(ctx context.Context, userID string, ids []string, have map[handover.Item]string) error {
	rows, err := ownedTasks.Rows(ctx, t, ids...)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.OwnerID == userID {
			have[handover.Item{What: handover.Tasks, ID: r.ID, ContactID: r.ContactID}] = r.Name
		}
	}
	return nil
}

// recordGiven records what changed, for those who see it now and the user who had it.
func (t *Tx) recordGiven(ctx context.Context, from string, given []handover.Given) error {
	var of []string
	for _, g := range given {
		switch g.What {
		case handover.Leads:
			of = append(of, g.ID)
		case handover.Contacts:
			row, err := t.q.GetContact(ctx, g.ID)
			if err != nil {
				return orNotFound(err)
			}
			if err := t.RecordContact(ctx, leads.EventContactUpdated, contactOf(row), from); err != nil {
				return err
			}
		case handover.Companies:
			c, err := t.Company(ctx, g.ID)
			if err != nil {
				return err
			}
			if err := t.RecordCompany(ctx, leads.EventCompanyUpdated, c); err != nil {
				return err
			}
		case handover.Tasks:
			if _, err := t.RecordTask(ctx, leads.EventTaskUpdated, g.ID, from); err != nil {
				return err
			}
		}
	}
	if len(of) == 0 {
		return nil
	}
	return recordLeads(ctx, t, leads.EventLeadUpdated, of, from)
}

// Dismiss disables a user, ends their substitutions and takes from them tokens, telephones and messengers; sessions of a
// disabled user end by themselves. The row of the user is locked, which refuses assignments.
func (t *Tx) Dismiss(ctx context.Context, v leads.Viewer, userID string) error {
	was, err := t.User(ctx, userID)
	if err != nil {
		return err
	}
	if err := requireRow(t.q.DisableUser(ctx, userID)); err != nil {
		return err
	}
	is := was
	is.Disabled, is.Extensions = true, nil
	return errors.Join(
		t.q.DropTokensOf(ctx, userID), t.q.DropExtensions(ctx, userID), t.q.DropLinksOf(ctx, userID), t.q.EndSubstitutesOf(ctx, userID), t.q.HoldTasksOf(ctx, userID),
		t.AddHistory(ctx, userChanges(v, was, is)...), t.q.RightsChanged(ctx),
	)
}

// HandedOverAs returns the answer to a request with a key of a user, and the digest of what was
// asked for.
func (t *Tx) HandedOverAs(ctx context.Context, userID, key string) (digest string, r handover.Result, err error) {
	row, err := t.q.HandedOverAs(ctx, db.HandedOverAsParams{UserID: userID, AskedAs: key})
	if err != nil {
		return "", r, orNotFound(err)
	}
	return row.Digest, r, json.Unmarshal([]byte(row.Result), &r)
}

// NoteHandOver keeps the answer to a request with a key of a user.
func (t *Tx) NoteHandOver(ctx context.Context, userID, key, digest string, r handover.Result) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.q.NoteHandOver(ctx, db.NoteHandOverParams{UserID: userID, AskedAs: key, Digest: digest, Result: string(text)})
}
