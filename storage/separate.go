package storage

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

// separation gives records of a contact to others, by the identities through which they came: in
// a split, and of what came between a merge and its undoing.
type separation struct {
	steps
	from  string            // the contact
	sides map[string]string // the contact that gets an identity, by its stored form
	known string            // the merge whose records are given back as they were; empty: none
	owed  []string          // interactions whose lead changed
	made  []string          // leads that were opened
}

// laterInteraction is an interaction of the contact that is not among the known records.
type laterInteraction struct{ ID, CameFrom, LeadID string }

// notKnown restricts rows of a kind to those that are not among the known records.
func notKnown(kind, id string) string {
	return " AND NOT EXISTS (SELECT 1 FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = '" + kind + "' AND r.id = " + id + ")"
}

// sideOf returns the contact of the first identity that has one, empty for none.
func (s *separation) sideOf(came string) string {
	for id := range strings.SplitSeq(came, "\n") {
		if side := s.sides[id]; side != "" {
			return side
		}
	}
	return ""
}

// later reads the interactions that are not known, in the order of their storing.
func (s *separation) later() (all []laterInteraction) {
	if s.err != nil {
		return nil
	}
	rows, err := s.tx.QueryContext(s.ctx, `SELECT i.id, i.came_from, COALESCE(i.lead_id, '') FROM interactions i WHERE i.contact_id = $1`+
		notKnown("interaction", "i.id")+" ORDER BY i.stored, i.id", s.from, s.known)
	if err != nil {
		s.err = err
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var one laterInteraction
		if s.err = rows.Scan(&one.ID, &one.CameFrom, &one.LeadID); s.err != nil {
			return nil
		}
		all = append(all, one)
	}
	s.err = rows.Err()
	return all
}

// learn gives identities that came together with one of a side to that side.
func (s *separation) learn(later []laterInteraction) {
	held := s.texts("SELECT d.kind || ' ' || d.value FROM identities d WHERE d.contact_id = $1 ORDER BY d.position", s.from)
	for _, i := range later {
		side := s.sideOf(i.CameFrom)
		for id := range strings.SplitSeq(i.CameFrom, "\n") {
			if side != "" && s.sides[id] == "" && slices.Contains(held, id) {
				s.sides[id] = side
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.sides)) {
		s.do("UPDATE identities SET contact_id = $2 WHERE kind || ' ' || value = $3 AND contact_id = $1", s.from, s.sides[id], id)
	}
}

// give gives the later records to their sides.
func (s *separation) give(later []laterInteraction) {
	s.giveLeads(later)
	for _, i := range later {
		if to := s.sideOf(i.CameFrom); to != "" && to != s.from {
			s.do("UPDATE interactions SET contact_id = $2 WHERE id = $1", i.ID, to)
		} else if to == "" && i.LeadID != "" { // it follows its lead
			s.do("UPDATE interactions SET contact_id = (SELECT l.contact_id FROM leads l WHERE l.id = interactions.lead_id) WHERE id = $1", i.ID)
		}
	}
	s.leadsOf(later)
	s.followInteractions()
}

// giveLeads gives each later lead to the side of the first interaction that has one.
func (s *separation) giveLeads(later []laterInteraction) {
	sides := map[string]string{}
	for _, i := range later {
		if side := s.sideOf(i.CameFrom); side != "" && i.LeadID != "" && sides[i.LeadID] == "" {
			sides[i.LeadID] = side
		}
	}
	for _, id := range s.texts("SELECT l.id FROM leads l WHERE l.contact_id = $1"+notKnown("lead", "l.id")+" ORDER BY l.opened, l.id", s.from, s.known) {
		if side := cmp.Or(sides[id], s.from); side != s.from {
			s.do("UPDATE leads SET contact_id = $2 WHERE id = $1", id, side)
		}
	}
}

// leadsOf gives later interactions whose lead is another contact's a lead of their own contact:
// the open one, or a new one for a customer who wrote or called and whose lead is open.
func (s *separation) leadsOf(later []laterInteraction) {
	for _, i := range later {
		if s.err != nil || i.LeadID == "" {
			continue
		}
		row, err := s.tx.q.MisplacedInteraction(s.ctx, i.ID)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		var lead leads.Lead
		if err == nil {
			lead, err = s.tx.OpenLead(s.ctx, row.ContactID.String)
		}
		if errors.Is(err, leads.ErrNotFound) {
			err = nil
			if row.Waits == 1 && row.Direction == string(leads.In) && row.Automatic == "" {
				lead.ID, err = s.open(row)
			}
		}
		if s.err = err; err != nil {
			return
		}
		s.owed = append(s.owed, i.ID)
		s.do("UPDATE interactions SET lead_id = $2 WHERE id = $1", i.ID, orNull(lead.ID))
	}
}

// open opens a lead for an interaction with the manager of the lead that it was in.
func (s *separation) open(i db.MisplacedInteractionRow) (id string, err error) {
	starts := pipelineStarts.AskAll()
	if err := s.tx.Read(s.ctx, starts); err != nil {
		return "", err
	}
	repeat, err := s.tx.HadLead(s.ctx, i.ContactID.String)
	if err != nil {
		return "", err
	}
	lead := leads.Lead{
		ContactID: i.ContactID.String, Status: leads.LeadNew, Source: i.Source, Channel: shownChannel(i.Channel), Subject: i.Subject,
		Team: i.Team, UTM: fromJSON(i.UTM), Opened: fromMicros(i.At), Repeat: repeat, Deal: (&book{starts: starts.Rows}).startOf(repeat),
	}
	lead.Staged = lead.Opened
	if lead.ID, err = s.tx.AddLead(s.ctx, lead); err != nil {
		return "", err
	}
	s.made = append(s.made, lead.ID)
	if i.ManagerID == "" {
		return lead.ID, nil
	}
	return lead.ID, s.tx.HandOver(s.ctx, lead, leads.Assignment{LeadID: lead.ID, ManagerID: i.ManagerID, Reason: i.Reason, At: s.tx.s.now()})
}

// followInteractions gives replies, offers and tasks that are not known to the contacts of what
// they belong to.
func (s *separation) followInteractions() {
	s.do(`UPDATE replies SET contact_id = (SELECT i.contact_id FROM interactions i WHERE i.id = replies.id),
    lead_id = COALESCE((SELECT i.lead_id FROM interactions i WHERE i.id = replies.id), replies.lead_id) WHERE contact_id = $1`+notKnown("reply", "replies.id"), s.from, s.known)
	s.do(`UPDATE offered_identities SET contact_id = (SELECT i.contact_id FROM interactions i WHERE i.id = offered_identities.interaction_id)
WHERE contact_id = $1`+notKnown("offer", "offered_identities.id")+` AND NOT EXISTS (SELECT 1 FROM offered_identities o JOIN interactions i ON i.id = offered_identities.interaction_id
    WHERE o.contact_id = i.contact_id AND o.kind = offered_identities.kind AND o.value = offered_identities.value AND o.id <> offered_identities.id)`, s.from, s.known)
	s.do(`UPDATE tasks SET contact_id = COALESCE((SELECT l.contact_id FROM leads l WHERE l.id = tasks.lead_id),
    (SELECT i.contact_id FROM interactions i WHERE i.id = tasks.interaction_id), tasks.contact_id)
WHERE contact_id = $1 AND kind <> 'callback'`+notKnown("task", "tasks.id"), s.from, s.known)
}

// renumber counts the identities of a contact from 0, and derives from them what contacts are
// found by.
func (s *steps) renumber(contactID string) {
	for n, id := range s.texts("SELECT d.kind || ' ' || d.value FROM identities d WHERE d.contact_id = $1 ORDER BY d.position, d.added, d.kind, d.value", contactID) {
		s.do("UPDATE identities SET position = $2 WHERE kind || ' ' || value = $3 AND contact_id = $1", contactID, n, id)
	}
	if s.err != nil {
		return
	}
	c, err := s.tx.WholeContact(s.ctx, contactID)
	if s.err = err; err == nil {
		s.err = s.tx.SaveContact(s.ctx, c)
	}
}

// answered finds anew when the customers of leads were first answered, by what is not known or was
// not answered yet.
func (s *separation) answered(leadIDs ...string) {
	const known = "NOT EXISTS (SELECT 1 FROM merge_rows r WHERE r.merge_id = $2 AND r.kind = "
	for _, id := range leadIDs {
		s.do(`UPDATE leads SET responded = COALESCE((SELECT MIN(a.at) FROM (
    SELECT c.answered AS at FROM interactions i JOIN calls c ON c.id = i.id WHERE i.lead_id = leads.id AND c.answered > 0 AND c.direction <> 'internal'
        AND `+known+`'interaction' AND r.id = i.id AND r.position > 0)
    UNION ALL SELECT p.sent FROM replies p WHERE p.lead_id = leads.id AND p.sent > 0 AND `+known+`'reply' AND r.id = p.id AND r.position > 0)
    UNION ALL SELECT h.at FROM interactions h JOIN facts f ON f.interaction_id = h.id WHERE h.lead_id = leads.id AND f.author_id IS NOT NULL
        AND h.channel <> 'note' AND h.at >= leads.opened AND `+known+`'interaction' AND r.id = h.id)) a), 0)
WHERE id = $1`, id, s.known)
	}
}

// repeated finds anew which leads are of customers who had one before.
func (s *steps) repeated(leadIDs ...string) {
	for _, id := range leadIDs {
		s.do(`UPDATE leads SET repeated = EXISTS (SELECT 1 FROM leads e WHERE e.contact_id = leads.contact_id AND (e.opened < leads.opened OR e.opened = leads.opened AND e.id < leads.id))
WHERE id = $1`, id)
	}
}

// Split makes a contact of some identities of another one, with what came by them. Its owner is
// that of the other.
func (t *Tx) Split(ctx context.Context, c leads.Contact, ids []leads.Identity, name string) (leads.Contact, error) {
	s := &separation{steps: steps{ctx: ctx, tx: t}, from: c.ID, sides: map[string]string{}}
	made := leads.Contact{ID: newID(), Name: name, Company: c.Company, CompanyID: c.CompanyID, Owner: c.Owner, Created: t.s.now()}
	if err := t.q.InsertContact(ctx, db.InsertContactParams{
		ID: made.ID, Name: name, Company: made.Company, CompanyID: orNull(made.CompanyID), OwnerID: orNull(leads.IDOf(c.Owner)), Created: micros(made.Created),
	}); err != nil {
		return made, err
	}
	for _, id := range c.Identities {
		s.sides[cameFrom(id)] = c.ID
		if slices.Contains(ids, id) {
			s.sides[cameFrom(id)] = made.ID
		}
	}
	s.sights(dropContactSights, c.ID)
	later := s.later()
	s.learn(later)
	s.give(later)
	s.callbacks(s.laterCallbacks(), nil, c.ID, made.ID)
	s.finish(c.ID, made.ID)
	if s.err != nil {
		return made, s.err
	}
	was, err := t.WholeContact(ctx, c.ID)
	if err != nil {
		return made, err
	}
	if made, err = t.WholeContact(ctx, made.ID); err != nil {
		return made, err
	}
	return made, s.record(was, made)
}

// finish brings up to date what is derived from the records of the contacts.
func (s *separation) finish(ids ...string) {
	for _, id := range ids {
		s.renumber(id)
		later := s.texts("SELECT l.id FROM leads l WHERE l.contact_id = $1"+notKnown("lead", "l.id"), id, s.known)
		s.answered(later...)
		s.repeated(later...)
	}
	s.sights(addContactSights, ids...)
	for _, id := range ids {
		s.settle(id, s.owed)
	}
}

// record records that a contact was taken apart: it changed, the others are new, and so are the
// leads that were opened.
func (s *separation) record(from leads.Contact, others ...leads.Contact) error {
	if err := s.tx.RecordContact(s.ctx, leads.EventContactUpdated, from); err != nil {
		return err
	}
	for _, c := range others {
		if err := s.tx.RecordContact(s.ctx, leads.EventContactCreated, c); err != nil {
			return err
		}
	}
	for _, id := range s.made {
		if _, err := s.tx.RecordLead(s.ctx, leads.EventLeadCreated, id); err != nil {
			return err
		}
	}
	return nil
}
