package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ctihub/leads"
	"ctihub/storage/db"
)

// asToday returns those of the events that the viewer may see now, without what
// may not be seen of them. The viewer was in their audience when they were
// written.
func (s *Store) asToday(ctx context.Context, v leads.Viewer, events []leads.Event) ([]leads.Event, error) {
	sight := sightOf(ctx, s.read, v)
	var shown []leads.Event
	for _, e := range events {
		b, err := e.Body()
		if err != nil {
			return nil, err
		}
		if !seesSubject(b, sight) {
			continue
		}
		sight.answers = nil
		if e, err = sight.cut(e, b.In(sight)); err != nil {
			return nil, err
		}
		shown = append(shown, e)
	}
	return shown, sight.failed()
}

// Shown returns an event as each of these users of its audience may see it, by
// user. Those who see the same of it share one event. Whoever saw its record
// until this event is shown the record once more.
func (s *Store) Shown(ctx context.Context, e leads.Event, users []string) (map[string]*leads.Event, error) {
	b, err := e.Body()
	if err != nil {
		return nil, err
	}
	viewers := viewersOf{ctx: ctx, q: s.read, known: map[record][]string{}}
	shown, same := make(map[string]*leads.Event, len(users)), map[string]*leads.Event{}
	for _, user := range users {
		if b.WholeFor(user) {
			shown[user] = &e
			continue
		}
		sight := viewers.sightOf(user)
		part := b.In(sight)
		if sight.err != nil {
			return nil, sight.failed()
		}
		key := string(sight.answers)
		if same[key] == nil {
			cut, err := sight.cut(e, part)
			if err != nil {
				return nil, err
			}
			same[key] = &cut
		}
		shown[user] = same[key]
	}
	return shown, nil
}

// seesSubject reports whether the viewer may see the record that an event is of.
func seesSubject(b leads.EventBody, s *sight) bool {
	switch {
	case b.Call != nil:
		return s.Call(b.Call.ID)
	case b.Interaction != nil:
		return s.Contact(b.Interaction.ContactID) || s.Call(b.Interaction.ID)
	case b.Task != nil:
		return s.Task(b.Task.ID)
	case b.Reply != nil:
		return s.Lead(b.Reply.LeadID)
	case b.Lead != nil:
		return s.Lead(b.Lead.ID)
	case b.Contact != nil:
		return s.Contact(b.Contact.ID)
	case b.Dial != nil:
		return b.Dial.User.ID == s.viewer
	}
	return b.User != nil && b.User.ID == s.viewer || b.Digest != nil
}

// recordKind names one of the views of who sees what.
type recordKind byte

const (
	aContact recordKind = iota
	aLead
	aCall
	aTask
)

type record struct {
	kind recordKind
	id   string
}

// sight answers leads.Sight for one viewer, who does not see all. Each record is
// looked up once.
type sight struct {
	viewer  string
	look    func(record) (bool, error)
	known   map[record]bool
	answers []byte // 0 or 1 for each question, in the order asked
	err     error  // the first; all is refused after it
}

func (s *sight) Contact(id string) bool { return s.sees(record{aContact, id}) }
func (s *sight) Lead(id string) bool    { return s.sees(record{aLead, id}) }
func (s *sight) Call(id string) bool    { return s.sees(record{aCall, id}) }
func (s *sight) Task(id string) bool    { return s.sees(record{aTask, id}) }

func (s *sight) sees(r record) bool {
	seen, ok := s.known[r]
	if !ok && s.err == nil {
		seen, s.err = s.look(r)
		s.known[r] = seen
	}
	seen = seen && s.err == nil
	answer := byte(0)
	if seen {
		answer = 1
	}
	s.answers = append(s.answers, answer)
	return seen
}

func (s *sight) failed() error {
	if s.err != nil {
		return fmt.Errorf("reading who sees a record: %w", s.err)
	}
	return nil
}

// cut returns the event with what the viewer is shown of its body; the event as
// it is if nothing was refused.
func (s *sight) cut(e leads.Event, part leads.EventBody) (leads.Event, error) {
	if !slices.Contains(s.answers, 0) {
		return e, nil
	}
	data, err := json.Marshal(part)
	if err != nil {
		return e, fmt.Errorf("event %s: %w", e.ID, err)
	}
	e.Data = data
	return e, nil
}

// sightOf asks the views record by record.
func sightOf(ctx context.Context, q *db.Queries, v leads.Viewer) *sight {
	return &sight{viewer: v.UserID, known: map[record]bool{}, look: func(r record) (bool, error) {
		switch {
		case v.Role.SeesAll():
			return true, nil
		case r.kind == aContact:
			return q.SeesContact(ctx, db.SeesContactParams{ID: r.id, Viewer: v.UserID})
		case r.kind == aLead:
			return q.SeesLead(ctx, db.SeesLeadParams{ID: r.id, Viewer: v.UserID})
		case r.kind == aCall:
			return q.SeesCall(ctx, db.SeesCallParams{ID: r.id, Viewer: v.UserID})
		}
		return q.SeesTask(ctx, db.SeesTaskParams{ID: r.id, Viewer: v.UserID})
	}}
}

// viewersOf reads all viewers of a record at once, for several users.
type viewersOf struct {
	ctx   context.Context
	q     *db.Queries
	known map[record][]string
}

func (o viewersOf) sightOf(user string) *sight {
	return &sight{viewer: user, known: map[record]bool{}, look: func(r record) (bool, error) {
		users, ok := o.known[r]
		if !ok {
			var err error
			if users, err = o.read(r); err != nil {
				return false, err
			}
			o.known[r] = users
		}
		return slices.Contains(users, user), nil
	}}
}

func (o viewersOf) read(r record) ([]string, error) {
	switch r.kind {
	case aContact:
		return o.q.ContactViewers(o.ctx, r.id)
	case aLead:
		return o.q.LeadViewers(o.ctx, r.id)
	case aCall:
		return o.q.CallAudience(o.ctx, r.id)
	}
	return o.q.TaskViewers(o.ctx, r.id)
}
