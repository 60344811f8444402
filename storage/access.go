package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ctihub/leads"
)

// asToday returns those of the events that the viewer, who does not see all, may
// see now, without what may not be seen of them. The viewer was in their audience
// when they were written.
func (s *Store) asToday(ctx context.Context, v leads.Viewer, events []leads.Event) ([]leads.Event, error) {
	asked, bodies := questions{}, make([]leads.EventBody, len(events))
	for i, e := range events {
		var err error
		if bodies[i], err = e.Body(); err != nil {
			return nil, err
		}
		seesSubject(bodies[i], v.UserID, asked)
		bodies[i].In(asked)
	}
	sees, err := asked.seenBy(ctx, s.batch, v.UserID)
	if err != nil {
		return nil, err
	}
	var shown []leads.Event
	for i, e := range events {
		sight := &sight{sees: sees}
		if !seesSubject(bodies[i], v.UserID, sight) {
			continue
		}
		sight.answers = nil
		if e, err = sight.cut(e, bodies[i].In(sight)); err != nil {
			return nil, err
		}
		shown = append(shown, e)
	}
	return shown, nil
}

// Shown returns an event as each of these users of its audience may see it, by
// user. Those who see the same of it share one event. Whoever saw its record
// until this event is shown the record once more.
func (s *Store) Shown(ctx context.Context, e leads.Event, users []string) (map[string]*leads.Event, error) {
	b, err := e.Body()
	if err != nil {
		return nil, err
	}
	asked := questions{}
	b.In(asked)
	viewers, err := asked.viewers(ctx, s.read)
	if err != nil {
		return nil, err
	}
	shown, same := make(map[string]*leads.Event, len(users)), map[string]*leads.Event{}
	for _, user := range users {
		sight := &sight{sees: func(r record) bool { return slices.Contains(viewers[r], user) }}
		part := b.In(sight)
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

// seesSubject reports whether the user may see the record that an event is of.
func seesSubject(b leads.EventBody, user string, s leads.Sight) bool {
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
		return b.Dial.User.ID == user
	}
	return b.User != nil && b.User.ID == user || b.Digest != nil
}

// sight answers leads.Sight for one user.
type sight struct {
	sees    func(record) bool
	answers []byte // 0 or 1 for each question, in the order asked
}

func (s *sight) Contact(id string) bool { return s.answer(record{aContact, id}) }
func (s *sight) Lead(id string) bool    { return s.answer(record{aLead, id}) }
func (s *sight) Call(id string) bool    { return s.answer(record{aCall, id}) }
func (s *sight) Task(id string) bool    { return s.answer(record{aTask, id}) }

func (s *sight) answer(r record) bool {
	seen := s.sees(r)
	answer := byte(0)
	if seen {
		answer = 1
	}
	s.answers = append(s.answers, answer)
	return seen
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
