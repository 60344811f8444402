package router

import (
	"cmp"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// Pick holds the rules of routing: it returns the manager of a lead, and why, as a reason
// code of package leads. It is pure. A nil manager means that no manager can take the lead
// now.
//
// The contact's owner comes first, available and on shift or not, because they know the
// customer; while they are away, their substitute. Otherwise it is a round robin of the managers of the lead's team who are
// available, on shift and not away: the one whose last lead is the oldest. A lead that comes while no
// manager is on shift waits for the first. The zone of now decides who is on shift.
func Pick(lead leads.Lead, ownerID string, all []leads.Candidate, now time.Time) (*leads.Candidate, string) {
	for i, c := range all {
		if ownerID != "" && c.ID == ownerID && c.TakesLeads() {
			if stands := standIn(&all[i], all); stands != &all[i] {
				return stands, leads.ReasonSubstitute + ":" + c.Name
			}
			return &all[i], leads.ReasonOwner
		}
	}
	var next *leads.Candidate
	for i, c := range all {
		if c.TakesLeads() && c.SubstituteID == "" && c.Works(now) && access.MayBeGiven(c.User, lead.Team) &&
			(next == nil || byTurn(c, *next) < 0) {
			next = &all[i]
		}
	}
	if next == nil {
		return nil, withTeam(leads.ReasonNobody, lead.Team)
	}
	return next, withTeam(leads.ReasonRoundRobin, lead.Team)
}

// standIn returns who has the work of a candidate now: the candidate, or, while they are away,
// their substitute, who may be away too. A substitute who takes no leads is none, nor are those who
// stand in for each other.
func standIn(c *leads.Candidate, all []leads.Candidate) *leads.Candidate {
	at := c
	for range all {
		if at.SubstituteID == "" {
			return at
		}
		n := slices.IndexFunc(all, func(o leads.Candidate) bool { return o.ID == at.SubstituteID && o.TakesLeads() })
		if n < 0 {
			return at
		}
		at = &all[n]
	}
	return c
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
