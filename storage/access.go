package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ctihub/leads"
)

// visibleEvents returns the events that the viewer may see now, redacted. The viewer does
// not see all, and was in their audience when they were written.
func (s *Store) visibleEvents(ctx context.Context, v leads.Viewer, events []leads.Event) ([]leads.Event, error) {
	refs, bodies := referenceSet{}, make([]leads.EventBody, len(events))
	for i, e := range events {
		var err error
		if bodies[i], err = e.Body(); err != nil {
			return nil, err
		}
		seesSubject(bodies[i], v.UserID, refs)
		bodies[i].Redact(refs)
	}
	sees, err := refs.visibleTo(ctx, s.batch, v.UserID)
	if err != nil {
		return nil, err
	}
	var shown []leads.Event
	for i, e := range events {
		visible := &visibility{sees: sees}
		if !seesSubject(bodies[i], v.UserID, visible) {
			continue
		}
		visible.answers = nil
		if e, err = visible.redact(e, bodies[i].Redact(visible)); err != nil {
			return nil, err
		}
		shown = append(shown, e)
	}
	return shown, nil
}

// RedactEvent returns an event as each of these users of its audience may see it, by user id.
// Users who see the same share one event. A user who loses sight of the record by this
// event gets the record once more.
func (s *Store) RedactEvent(ctx context.Context, e leads.Event, users []string) (map[string]*leads.Event, error) {
	b, err := e.Body()
	if err != nil {
		return nil, err
	}
	refs := referenceSet{}
	b.Redact(refs)
	viewers, err := refs.viewers(ctx, s.read)
	if err != nil {
		return nil, err
	}
	shown, same := make(map[string]*leads.Event, len(users)), map[string]*leads.Event{}
	for _, user := range users {
		visible := &visibility{sees: func(r record) bool { return slices.Contains(viewers[r], user) }}
		part := b.Redact(visible)
		key := string(visible.answers)
		if same[key] == nil {
			cut, err := visible.redact(e, part)
			if err != nil {
				return nil, err
			}
			same[key] = &cut
		}
		shown[user] = same[key]
	}
	return shown, nil
}

// seesSubject reports whether the user may see the event's own record.
func seesSubject(b leads.EventBody, user string, s leads.Visibility) bool {
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
	return b.User != nil && b.User.ID == user || b.Digest != nil || b.Pipeline != nil
}

// visibility is the leads.Visibility of one user. It notes its answers.
type visibility struct {
	sees    func(record) bool
	answers []byte // 0 or 1 for each question, in the order refs
}

func (s *visibility) Contact(id string) bool { return s.answer(record{contactRecord, id}) }
func (s *visibility) Lead(id string) bool    { return s.answer(record{leadRecord, id}) }
func (s *visibility) Call(id string) bool    { return s.answer(record{callRecord, id}) }
func (s *visibility) Task(id string) bool    { return s.answer(record{taskRecord, id}) }

func (s *visibility) answer(r record) bool {
	seen := s.sees(r)
	answer := byte(0)
	if seen {
		answer = 1
	}
	s.answers = append(s.answers, answer)
	return seen
}

// redact returns the event with the redacted body, or the event as it is if every
// answer was yes.
func (s *visibility) redact(e leads.Event, part leads.EventBody) (leads.Event, error) {
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
