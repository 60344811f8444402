package leads

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Recipient is a user who is told of events at an address of theirs.
type Recipient struct {
	User    User
	Address string // in the channel, such as a chat's id
}

// Told reports whether a user wants to be told of an event outside of the
// workplace: a manager of a new lead of theirs, those who could take one that
// nobody was found for, whoever owes a call back (everybody who sees it, while
// nobody does), supervisors of a late one, and those who see it of a missed call
// that cannot be called back. Nobody is told what they may not see.
//
// A lead that was only just created is told by what the router makes of it, a
// moment later: lead.assigned, or lead.updated with the reason why nobody has it.
func Told(e Event, b EventBody, u User) bool {
	if u.Disabled || !e.VisibleTo(Viewer{UserID: u.ID, Role: u.Role}) {
		return false
	}
	switch e.Type {
	case EventLeadAssigned:
		return b.Lead != nil && b.Lead.ManagerID == u.ID && b.Lead.Reason != ReasonByHand+":"+u.Name // who took it knows
	case EventLeadUpdated:
		return b.Lead != nil && b.Lead.Waits() && u.TakesLeads()
	case EventTaskCreated:
		return b.Task != nil && mine(b.Task, u)
	case EventTaskEscalated:
		return b.Task != nil && (mine(b.Task, u) || u.Role.SeesAll())
	case EventCallEnded:
		return b.Call != nil && b.Call.NotAnswered() && len(b.Call.From) == 0 && u.TakesLeads()
	case EventDigest:
		return slices.Contains(e.Audience, u.ID)
	}
	return false
}

// Waits reports whether the router has found nobody for an open lead.
func (l Lead) Waits() bool { return l.Status.Open() && l.ManagerID == "" && l.Reason != "" }

func mine(t *Task, u User) bool {
	if t.Owner == nil {
		return u.TakesLeads()
	}
	return t.Owner.ID == u.ID
}

// Body decodes what an event tells.
func (e Event) Body() (EventBody, error) {
	var b EventBody
	if err := json.Unmarshal(e.Data, &b); err != nil {
		return EventBody{}, fmt.Errorf("reading event %s: %w", e.ID, err)
	}
	return b, nil
}
