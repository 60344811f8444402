package access

import (
	"fmt"
	"slices"

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

// MayChangeOwner returns nil if a viewer who sees the contact may give it an owner, or none
// for an empty id: supervisors and administrators may name anybody, the present owner may hand
// it over, and whoever sees a contact without an owner may take it.
func MayChangeOwner(v leads.Viewer, c leads.Contact, ownerID string) error {
	switch {
	case v.Role.SeesAll(), c.Owner != nil && c.Owner.ID == v.UserID, c.Owner == nil && ownerID == v.UserID:
		return nil
	case c.Owner == nil:
		return fmt.Errorf("%w: you can take a contact without an owner; a supervisor can give it to a colleague", leads.ErrForbidden)
	}
	return fmt.Errorf("%w: the contact is %s's, who can hand it over", leads.ErrForbidden, c.Owner.Name)
}

// MayChangeCompany returns nil if a viewer may change a company: its owner may, and everybody while
// it has none. Every user sees every company.
func MayChangeCompany(v leads.Viewer, c leads.Company) error {
	if v.Role.SeesAll() || c.Owner == nil || c.Owner.ID == v.UserID {
		return nil
	}
	return fmt.Errorf("%w: the company is %s's, who can change it", leads.ErrForbidden, c.Owner.Name)
}

// MayOwnCompany returns nil if a viewer who may change a company may give it an owner, or none for
// an empty id: supervisors and administrators may name anybody, the present owner may hand it over,
// and everybody may take one that has none.
func MayOwnCompany(v leads.Viewer, c leads.Company, ownerID string) error {
	if c.Owner == nil && ownerID != v.UserID && !v.Role.SeesAll() {
		return fmt.Errorf("%w: you can take a company without an owner; a supervisor can give it to a colleague", leads.ErrForbidden)
	}
	return MayChangeCompany(v, c)
}

// Action is what only some roles may do.
type Action byte

// Actions of supervisors and administrators.
const (
	Watch            Action = iota // see sources, sinks, deliveries, the quarantine, journals, gaps and reports
	CompareDays                    // ask for the comparison of a day's calls with the exchange's journal
	EditTemplates                  // write the templates of all users
	EditDictionaries               // edit the dictionaries and what facts are required
	EditPipelines                  // edit pipelines and their stages
	EditFields                     // edit the custom fields of records
	ShareViews                     // give views of lists to a team or to everybody, and change shared ones
	HandOver                       // hand over what a user has, and dismiss users
	Decide                         // write the decision on an interaction
	Download                       // download recordings
	Administer                     // decide on quarantined touches, replay deliveries, see users whose password is guessed
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
	if u.ID == v.Owner.ID || Can(u.Viewer(), ShareViews) == nil {
		return nil
	}
	return fmt.Errorf("%w: the view is %s's; supervisors may change it too", leads.ErrForbidden, v.Owner.Name)
}

// MayWriteFacts returns nil if a user who sees the interaction may write its facts:
// those who talked in its call or registered it, and those who serve its lead or own its
// contact. lead is nil for none or one that the user may not see; ownerID is that of the
// contact, empty for none.
func MayWriteFacts(u leads.User, i leads.Interaction, lead *leads.Lead, ownerID string) error {
	switch {
	case u.Role.SeesAll(), ownerID != "" && ownerID == u.ID, lead != nil && serves(u, *lead):
		return nil
	case i.Call != nil && talked(*i.Call, u.ID), i.Facts != nil && i.Facts.Author != nil && i.Facts.Author.ID == u.ID:
		return nil
	}
	return fmt.Errorf("%w: whoever talked in it, serves its lead or owns its contact can write its facts", leads.ErrForbidden)
}

// talked reports whether the user talked in a call.
func talked(c leads.CallRecord, userID string) bool {
	if c.HadTalk() && c.OperatorUser != nil && c.OperatorUser.ID == userID {
		return true
	}
	return slices.ContainsFunc(c.Legs, func(l leads.Leg) bool { return l.User != nil && l.User.ID == userID && !l.Answered.IsZero() })
}
