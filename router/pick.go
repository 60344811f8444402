// Package router decides who serves a lead and tells everybody about it: the
// pick, the assignment, and the live feed.
package router

import (
	"cmp"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Pick is the only brain of routing: it names the manager of a lead and why,
// as a reason code of package leads. It is pure. A nil manager means that
// nobody can take the lead now.
//
// The contact's owner comes first, available and on shift or not: the
// customer's history is theirs. Otherwise the turn goes round the managers of
// the lead's team who are available and on shift: whoever has waited longest
// since their last lead. A lead that comes while nobody is on shift waits for
// the first who is. Shifts are judged by the zone of now.
func Pick(lead leads.Lead, ownerID string, all []leads.Candidate, now time.Time) (*leads.Candidate, string) {
	for i, c := range all {
		if ownerID != "" && c.ID == ownerID && c.TakesLeads() {
			return &all[i], leads.ReasonOwner
		}
	}
	var next *leads.Candidate
	for i, c := range all {
		if c.TakesLeads() && works(c.User, now) && access.MayBeGiven(c.User, lead.Team) &&
			(next == nil || byTurn(c, *next) < 0) {
			next = &all[i]
		}
	}
	if next == nil {
		return nil, withTeam(leads.ReasonNobody, lead.Team)
	}
	return next, withTeam(leads.ReasonRoundRobin, lead.Team)
}

// works reports whether the user is available and on shift.
func works(u leads.User, now time.Time) bool {
	return u.Presence == leads.Available && leads.OnShift(u.Shifts, now)
}

// Reach names the extension by which the owner of a caller's contact should be
// rung now, "" for not at all: the call then goes the exchange's own way. It is
// pure. A telephone of which the exchange tells nothing counts as reachable.
func Reach(c leads.Callee, now time.Time) (extension string) {
	if !c.TakesLeads() || !works(c.User, now) || c.Busy {
		return ""
	}
	for _, d := range c.Devices {
		if d.State != leads.DeviceUnreachable {
			return d.Extension
		}
	}
	return ""
}

// byTurn orders candidates by who is next.
func byTurn(a, b leads.Candidate) int {
	return cmp.Or(a.LastAssigned.Compare(b.LastAssigned), cmp.Compare(a.OpenLeads, b.OpenLeads), cmp.Compare(a.ID, b.ID))
}

func withTeam(code, team string) string {
	if team == "" {
		return code
	}
	return code + ":" + team
}
