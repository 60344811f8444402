package leads

import "fmt"

// Who sees what is told in docs/architecture.md. Storage asks the views
// lead_viewers, call_viewers, contact_viewers and task_viewers; here is what is
// decided without them.

// Viewer is on whose behalf records are read. Storage restricts every query
// by it.
type Viewer struct {
	UserID string
	Role   Role
}

// SeenBy returns a user as a viewer may see them: names, roles, teams, phones
// and presence are for every colleague, logins and working hours for
// supervisors, administrators and oneself.
func (u User) SeenBy(v Viewer) User {
	if !v.Role.SeesAll() && v.UserID != u.ID {
		u.Login, u.Shifts = "", nil
	}
	return u
}

// MayChange returns nil if a viewer who sees the lead may move it or hand it
// over: its manager may, and anybody who sees a lead that has none.
func (v Viewer) MayChange(l Lead) error {
	if v.Role.SeesAll() || l.ManagerID == "" || l.ManagerID == v.UserID {
		return nil
	}
	return fmt.Errorf("%w: the lead is %s's, who can hand it over", ErrForbidden, l.ManagerName)
}

// Parties returns the users who see the call for its own sake, whoever its lead
// belongs to: its operator, whoever talked in it, those whose telephone rings
// or talks in it, and, while the call rings, all whom it has rung.
func (c Call) Parties(operatorID string) (ids []string) {
	if operatorID != "" {
		ids = append(ids, operatorID)
	}
	for _, l := range c.Legs {
		live := c.State == CallRinging || c.State == CallTalking && (l.State == LegRinging || l.State == LegTalking)
		if l.User != nil && (live || !l.Answered.IsZero()) {
			ids = append(ids, l.User.ID)
		}
	}
	return ids
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
