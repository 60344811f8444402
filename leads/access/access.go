// Package access says who may see and do what. It is the one policy of the hub:
// handlers, lists, the live feed and its replay, tokens, notices and files ask it.
//
// Supervisors and administrators see every record. Others see
//
//   - a lead, if they are its manager; while it has none, if they are a manager of
//     its team ([MayBeGiven]);
//   - a contact with all its interactions, if they own it or see one of its leads;
//   - a call, if they see its lead, and for good if they talked in it or were its
//     operator. That shows them neither contact nor lead;
//   - a task, if they own it, planned it or ended it; while it has no owner, if they are
//     a manager of its team. It may be about a customer whom its owner does not see
//     otherwise: it shows that owner the customer's name and number.
//
// Every user sees every company, but its people, leads and interactions only by these rules.
//
// Recordings, files, replies and messages go with their call, contact or lead.
//
// A call that is at a user's telephone ([AtTelephone]) shows that user its whole card
// besides: call, contact, lead and history. When the call ends, only the rules above
// count: users whose telephones only rang do not see the call any more.
//
// Who sees a record may change it, but see [MayChange] and [MayChangeOwner]. A record that the viewer may
// not see is answered as if it did not exist.
//
// No record refers to another that the viewer may not see: the ids of its contact,
// lead, call or task are left out where GET would refuse them (the methods Redact of
// package leads, see [leads.Visibility]). The contact's name in a call or task
// stays. The live stream and its replay redact events the same way, and also leave
// out the contact and lead that an event holds beside its own record. A user who
// loses sight of a record by an event gets that record once more, by the live stream
// only.
//
// Colleagues see of each other names, roles, teams, telephones and presence. Logins
// and working hours are for supervisors, administrators and oneself. Roles and
// teams are read anew at each request; a link to a recording and a file in the
// browser's cache are checked whenever they are used.
//
// The functions Sees… are the rule for one record in memory. Storage
// keeps the same rule as the views lead_viewers, contact_viewers, call_viewers and
// task_viewers, from which every query of a single record takes its clause ([Of]), and
// for lists in the table sights; the tests of storage compare them over random
// records on both databases.
package access

import (
	"slices"

	"ctihub/leads"
)

// Scope is the visibility clause of a query: every record, or those that the
// views name for a user.
type Scope struct {
	All    bool
	UserID string // of the views, unless All
}

// Of returns what a viewer may see.
func Of(v leads.Viewer) Scope { return Scope{All: v.Role.SeesAll(), UserID: v.UserID} }

// MayBeGiven reports whether a lead or task of a team that has no owner may be given
// to the user: to managers of the team. A manager or record without a team matches
// every team.
func MayBeGiven(u leads.User, team string) bool {
	return u.Role == leads.RoleManager && (u.Team == "" || team == "" || u.Team == team)
}

// AtTelephone returns the users at whose telephone the call is: its operator and
// those whose telephone rings or talks in it; while the call rings, all users whose
// telephones it has rung. None when the call is over.
func AtTelephone(c leads.CallRecord) (ids []string) {
	if c.State == leads.CallEnded {
		return nil
	}
	if c.OperatorUser != nil {
		ids = append(ids, c.OperatorUser.ID)
	}
	for _, l := range c.Legs {
		if l.User != nil && (c.State == leads.CallRinging || l.State == leads.LegRinging || l.State == leads.LegTalking) {
			ids = append(ids, l.User.ID)
		}
	}
	return ids
}

// Parties returns the users who see the call whatever its lead: those at
// whose telephone it is, its operator, and everyone who talked in it.
func Parties(c leads.CallRecord) []string {
	ids := AtTelephone(c)
	if c.OperatorUser != nil {
		ids = append(ids, c.OperatorUser.ID)
	}
	for _, l := range c.Legs {
		if l.User != nil && !l.Answered.IsZero() {
			ids = append(ids, l.User.ID)
		}
	}
	return ids
}

// serves reports whether the user is the lead's manager, or may become it.
func serves(u leads.User, l leads.Lead) bool {
	return l.ManagerID == u.ID || l.ManagerID == "" && MayBeGiven(u, l.Team)
}

func anyAtTelephone(u leads.User, calls []leads.CallRecord) bool {
	return slices.ContainsFunc(calls, func(c leads.CallRecord) bool { return slices.Contains(AtTelephone(c), u.ID) })
}

// SeesLead reports whether the user sees a lead; calls are those of the lead.
func SeesLead(u leads.User, l leads.Lead, calls []leads.CallRecord) bool {
	return u.Role.SeesAll() || serves(u, l) || anyAtTelephone(u, calls)
}

// SeesContact reports whether the user sees a contact with these leads and calls.
func SeesContact(u leads.User, c leads.Contact, all []leads.Lead, calls []leads.CallRecord) bool {
	return u.Role.SeesAll() || c.Owner != nil && c.Owner.ID == u.ID ||
		slices.ContainsFunc(all, func(l leads.Lead) bool { return serves(u, l) }) || anyAtTelephone(u, calls)
}

// SeesCall reports whether the user sees a call; lead is that of the call, nil
// for none.
func SeesCall(u leads.User, c leads.CallRecord, lead *leads.Lead) bool {
	return u.Role.SeesAll() || slices.Contains(Parties(c), u.ID) || lead != nil && serves(u, *lead)
}

// SeesTask reports whether the user sees a task; t.Owner is the present owner.
func SeesTask(u leads.User, t leads.Task) bool {
	switch {
	case u.Role.SeesAll(), t.DoneBy != nil && t.DoneBy.ID == u.ID, t.CreatedBy != nil && t.CreatedBy.ID == u.ID:
		return true
	case t.Owner != nil:
		return t.Owner.ID == u.ID
	}
	return !u.Disabled && MayBeGiven(u, t.Team)
}

// Whole reports whether the event itself shows that the user sees all of it: they
// are the manager of the lead, or the call is at their telephone. For other users
// storage has to be asked.
func Whole(b leads.EventBody, userID string) bool {
	return b.Lead != nil && b.Lead.ManagerID == userID || b.Call != nil && slices.Contains(AtTelephone(*b.Call), userID)
}

// InAudience reports whether the viewer was among those who might see the event's
// record when it was written.
func InAudience(e leads.Event, v leads.Viewer) bool {
	return v.Role.SeesAll() || slices.Contains(e.Audience, v.UserID)
}
