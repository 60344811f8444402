package leads

// Viewer is on whose behalf records are read. Storage restricts every query
// by it.
type Viewer struct {
	UserID string
	Role   Role
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
