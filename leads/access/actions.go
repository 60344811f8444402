package access

import (
	"fmt"

	"ctihub/leads"
)

// MayChange returns nil if a viewer who sees the lead may move it or hand it
// over: its manager may, and every user who sees a lead without a manager.
func MayChange(v leads.Viewer, l leads.Lead) error {
	if v.Role.SeesAll() || l.ManagerID == "" || l.ManagerID == v.UserID {
		return nil
	}
	return fmt.Errorf("%w: the lead is %s's, who can hand it over", leads.ErrForbidden, l.ManagerName)
}

// Action is what only some roles may do.
type Action byte

// Actions of supervisors and administrators.
const (
	Watch         Action = iota // see sources, sinks, deliveries, the quarantine, journals, gaps and reports
	CompareDays                 // ask for the comparison of a day's calls with the exchange's journal
	EditTemplates               // write the templates of all users
	ShareViews                  // give views of lists to a team or to everybody, and change shared ones
	Download                    // download recordings
	Administer                  // decide on quarantined touches, replay deliveries, see users whose password is guessed
)

// Can returns nil if the viewer's role allows the action, else [leads.ErrRole].
func Can(v leads.Viewer, a Action) error {
	if v.Role == leads.RoleAdmin || v.Role == leads.RoleSupervisor && a != Administer {
		return nil
	}
	return leads.ErrRole
}

// Colleague returns a user as a viewer may see them: names, roles, teams, phones
// and presence are for every colleague, logins and working hours for
// supervisors, administrators and oneself.
func Colleague(u leads.User, v leads.Viewer) leads.User {
	if !v.Role.SeesAll() && v.UserID != u.ID {
		u.Login, u.Shifts = "", nil
	}
	return u
}

// SeesView reports whether a user finds a view: its owner, while it is shared with nobody; the
// team that it is for, those who belong to no team and those who see everything; or everybody.
func SeesView(u leads.User, v leads.View) bool {
	switch v.Audience {
	case leads.AudienceAll:
		return true
	case leads.AudienceTeam:
		return u.Role.SeesAll() || u.Team == "" || u.Team == v.Team
	}
	return u.ID == v.Owner.ID
}

// MayChangeView returns nil if a user who finds the view may change or delete it: its owner,
// and whoever may share views.
func MayChangeView(u leads.User, v leads.View) error {
	if u.ID == v.Owner.ID || Can(leads.Viewer{UserID: u.ID, Role: u.Role}, ShareViews) == nil {
		return nil
	}
	return fmt.Errorf("%w: the view is %s's; supervisors may change it too", leads.ErrForbidden, v.Owner.Name)
}
