package router

import (
	"cmp"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Pick holds the rules of routing: it returns the manager of a lead, and why, as a reason
// code of package leads. It is pure. A nil manager means that no manager can take the lead
// now.
//
// The contact's owner comes first, available and on shift or not, because they know the
// customer. Otherwise it is a round robin of the managers of the lead's team who are
// available and on shift: the one whose last lead is the oldest. A lead that comes while no
// manager is on shift waits for the first. The zone of now decides who is on shift.
func Pick(lead leads.Lead, ownerID string, all []leads.Candidate, now time.Time) (*leads.Candidate, string) {
	for i, c := range all {
		if ownerID != "" && c.ID == ownerID && c.TakesLeads() {
			return &all[i], leads.ReasonOwner
		}
	}
	var next *leads.Candidate
	for i, c := range all {
		if c.TakesLeads() && c.Works(now) && access.MayBeGiven(c.User, lead.Team) &&
			(next == nil || byTurn(c, *next) < 0) {
			next = &all[i]
		}
	}
	if next == nil {
		return nil, withTeam(leads.ReasonNobody, lead.Team)
	}
	return next, withTeam(leads.ReasonRoundRobin, lead.Team)
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
