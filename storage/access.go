package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/db"
)

// asToday returns those of the events that the viewer may see now, without the
// contact or the lead of a call or message if those may not be seen. The viewer
// was in their audience when they were written.
func (s *Store) asToday(ctx context.Context, v leads.Viewer, events []leads.Event) ([]leads.Event, error) {
	r := rightsOf{ctx: ctx, q: s.read, viewer: v.UserID, known: map[string]bool{}}
	var shown []leads.Event
	for _, e := range events {
		b, err := e.Body()
		if err != nil {
			return nil, err
		}
		if !r.seesSubject(b) {
			continue
		}
		contact, lead := b.Contact, b.Lead
		if contact != nil && !r.contact(contact.ID) {
			b.Contact = nil
		}
		if lead != nil && !r.lead(lead.ID) {
			b.Lead = nil
		}
		if b.Contact != contact || b.Lead != lead {
			if e.Data, err = json.Marshal(b); err != nil {
				return nil, fmt.Errorf("event %s: %w", e.ID, err)
			}
		}
		shown = append(shown, e)
	}
	if r.err != nil {
		return nil, fmt.Errorf("checking rights to events: %w", r.err)
	}
	return shown, nil
}

// rightsOf are the rights of a viewer who does not see all, each read once.
type rightsOf struct {
	ctx    context.Context
	q      *db.Queries
	viewer string
	known  map[string]bool
	err    error // the first; all rights are refused after it
}

// seesSubject reports whether the viewer may see the record that an event is of.
func (r *rightsOf) seesSubject(b leads.EventBody) bool {
	switch {
	case b.Call != nil:
		return r.call(b.Call.ID)
	case b.Interaction != nil:
		return r.contact(b.Interaction.ContactID) || r.call(b.Interaction.ID)
	case b.Task != nil:
		return r.task(b.Task.ID)
	case b.Reply != nil:
		return r.lead(b.Reply.LeadID)
	case b.Lead != nil:
		return r.lead(b.Lead.ID)
	case b.Contact != nil:
		return r.contact(b.Contact.ID)
	case b.Dial != nil:
		return b.Dial.User.ID == r.viewer
	}
	return b.User != nil && b.User.ID == r.viewer || b.Digest != nil
}

func (r *rightsOf) call(id string) bool {
	return r.ask("call "+id, func() (bool, error) { return r.q.SeesCall(r.ctx, db.SeesCallParams{ID: id, Viewer: r.viewer}) })
}

func (r *rightsOf) contact(id string) bool {
	return r.ask("contact "+id, func() (bool, error) {
		return r.q.SeesContact(r.ctx, db.SeesContactParams{ID: id, Viewer: r.viewer})
	})
}

func (r *rightsOf) lead(id string) bool {
	return r.ask("lead "+id, func() (bool, error) { return r.q.SeesLead(r.ctx, db.SeesLeadParams{ID: id, Viewer: r.viewer}) })
}

func (r *rightsOf) task(id string) bool {
	return r.ask("task "+id, func() (bool, error) { return r.q.SeesTask(r.ctx, db.SeesTaskParams{ID: id, Viewer: r.viewer}) })
}

func (r *rightsOf) ask(key string, read func() (bool, error)) bool {
	sees, ok := r.known[key]
	if !ok && r.err == nil {
		sees, r.err = read()
		r.known[key] = sees
	}
	return sees && r.err == nil
}
