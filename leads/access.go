package leads

import "slices"

// Who sees what is told in docs/architecture.md. Storage asks the views
// lead_viewers, call_viewers, contact_viewers and task_viewers; here is what is
// decided without them.

// Viewer is on whose behalf records are read. Storage restricts every query
// by it.
type Viewer struct {
	UserID string
	Role   Role
}

// Parties returns the users who see the call for its own sake, whoever its lead
// belongs to: its operator, those at whose telephone it is, and whoever talked
// in it.
func (c Call) Parties(operatorID string) []string {
	ids := append([]string{operatorID}, c.atTelephone()...)
	for _, l := range c.Legs {
		if l.User != nil && !l.Answered.IsZero() {
			ids = append(ids, l.User.ID)
		}
	}
	return ids
}

// atTelephone returns those whose telephone rings or talks in the call, and,
// while the call rings, all whom it has rung.
func (c Call) atTelephone() (ids []string) {
	for _, l := range c.Legs {
		if l.User != nil && (c.State == CallRinging || c.State == CallTalking && (l.State == LegRinging || l.State == LegTalking)) {
			ids = append(ids, l.User.ID)
		}
	}
	return ids
}

// Sight tells which records one viewer may see, by id.
type Sight interface {
	Contact(id string) bool
	Lead(id string) bool
	Call(id string) bool
	Task(id string) bool
}

// In returns the call without the ids of what may not be seen. The name of whom
// it was with stays: whoever sees the call knows it.
func (c CallRecord) In(s Sight) CallRecord {
	hide(s.Contact, &c.ContactID)
	hide(s.Lead, &c.LeadID)
	if c.Callback != nil {
		b := *c.Callback
		hide(s.Task, &b.TaskID)
		c.Callback = &b
	}
	return c
}

// In is as that of a call.
func (i Interaction) In(s Sight) Interaction {
	hide(s.Contact, &i.ContactID)
	hide(s.Lead, &i.LeadID)
	if i.Call != nil {
		c := i.Call.In(s)
		i.Call = &c
	}
	return i
}

// In is as that of a call.
func (t Task) In(s Sight) Task {
	hide(s.Contact, &t.ContactID)
	hide(s.Lead, &t.LeadID)
	hide(s.Call, &t.CallID)
	return t
}

// In is as that of a call. The contact is seen by whoever sees the reply.
func (r Reply) In(s Sight) Reply {
	hide(s.Lead, &r.LeadID)
	return r
}

// hide empties an id that may not be seen.
func hide(seen func(id string) bool, id *string) {
	if *id != "" && !seen(*id) {
		*id = ""
	}
}

// In returns what an event tells without what may not be seen of it. The record
// that the event is of stays: whoever saw it until this event is told of it once
// more.
func (b EventBody) In(s Sight) EventBody {
	if b.Contact != nil && b.Type != EventContactUpdated && !s.Contact(b.Contact.ID) {
		b.Contact = nil
	}
	if b.Lead != nil && (b.Call != nil || b.Interaction != nil) && !s.Lead(b.Lead.ID) {
		b.Lead = nil
	}
	if b.Call != nil {
		c := b.Call.In(s)
		b.Call = &c
	}
	if b.Interaction != nil {
		i := b.Interaction.In(s)
		b.Interaction = &i
	}
	if b.Task != nil {
		t := b.Task.In(s)
		b.Task = &t
	}
	if b.Reply != nil {
		r := b.Reply.In(s)
		b.Reply = &r
	}
	return b
}

// WholeFor reports whether the user sees all that the event tells for a reason
// that the event itself tells: they are the manager of the lead, or the call is
// at their telephone. Of anybody else storage knows.
func (b EventBody) WholeFor(userID string) bool {
	if b.Lead != nil && b.Lead.ManagerID == userID {
		return true
	}
	c := b.Call
	return c != nil && (slices.Contains(c.atTelephone(), userID) || c.State != CallEnded && c.OperatorUser != nil && c.OperatorUser.ID == userID)
}

// VisibleTo reports whether the viewer was among those who might see the
// event's record when it was written.
func (e Event) VisibleTo(v Viewer) bool {
	if v.Role.SeesAll() {
		return true
	}
	for _, id := range e.Audience {
		if id == v.UserID {
			return true
		}
	}
	return false
}
