package leads

// Viewer is the user for whom records are read. Storage restricts every query to
// what the viewer may see.
type Viewer struct {
	UserID string
	Role   Role
	Way    Way // by which the user asks; empty: it is not told
}

// Visibility tells which records a viewer may see, by id.
type Visibility interface {
	Contact(id string) bool
	Lead(id string) bool
	Call(id string) bool
	Task(id string) bool
}

// Redact returns the call without the ids of records that the viewer may not see.
// The contact's name stays: who sees the call knows it.
func (c CallRecord) Redact(s Visibility) CallRecord {
	hideID(s.Contact, &c.ContactID)
	hideID(s.Lead, &c.LeadID)
	if c.Callback != nil {
		b := *c.Callback
		hideID(s.Task, &b.TaskID)
		c.Callback = &b
	}
	return c
}

// Redact is CallRecord.Redact for an interaction.
func (i Interaction) Redact(s Visibility) Interaction {
	hideID(s.Contact, &i.ContactID)
	hideID(s.Lead, &i.LeadID)
	if i.Call != nil {
		c := i.Call.Redact(s)
		i.Call = &c
	}
	return i
}

// Redact is CallRecord.Redact for a task. An interaction is seen with its contact or, if it
// is a call, by itself.
func (t Task) Redact(s Visibility) Task {
	if t.InteractionID != "" {
		contact, call := t.ContactID != "" && s.Contact(t.ContactID), s.Call(t.InteractionID)
		hideID(func(string) bool { return contact || call }, &t.InteractionID)
	}
	hideID(s.Contact, &t.ContactID)
	hideID(s.Lead, &t.LeadID)
	hideID(s.Call, &t.CallID)
	return t
}

// Redact is CallRecord.Redact for a lead. Who sees it knows what is planned next.
func (l Lead) Redact(s Visibility) Lead {
	if l.NextTask != nil {
		next := *l.NextTask
		hideID(s.Task, &next.ID)
		l.NextTask = &next
	}
	return l
}

// Redact is CallRecord.Redact for a reply. Who sees the reply sees its contact.
func (r Reply) Redact(s Visibility) Reply {
	hideID(s.Lead, &r.LeadID)
	return r
}

// hideID empties an id that may not be seen.
func hideID(visible func(id string) bool, id *string) {
	if *id != "" && !visible(*id) {
		*id = ""
	}
}

// Redact returns the event without the other records, and ids, that the viewer may
// not see. The event's own record stays: a user who loses sight of it by this event
// gets it once more.
func (b EventBody) Redact(s Visibility) EventBody {
	if b.Contact != nil && !b.Type.OfContact() && !s.Contact(b.Contact.ID) {
		b.Contact = nil
	}
	if b.Lead != nil && (b.Call != nil || b.Interaction != nil) && !s.Lead(b.Lead.ID) {
		b.Lead = nil
	}
	if b.Call != nil {
		c := b.Call.Redact(s)
		b.Call = &c
	}
	if b.Interaction != nil {
		i := b.Interaction.Redact(s)
		b.Interaction = &i
	}
	if b.Task != nil {
		t := b.Task.Redact(s)
		b.Task = &t
	}
	if b.Reply != nil {
		r := b.Reply.Redact(s)
		b.Reply = &r
	}
	return b
}
