package router

import (
	"testing"
	"time"

	"ctihub/leads"
)

func candidate(id string, role leads.Role, team string, p leads.Presence, last int) leads.Candidate {
	u := leads.User{ID: id, Role: role, Team: team, Presence: p}
	if last > 0 {
		u.LastAssigned = time.Unix(int64(last), 0)
	}
	return leads.Candidate{User: u}
}

// Working hours around noon, and around midnight.
var (
	day   = leads.Shift{Days: []int{1, 2, 3, 4, 5}, From: "09:00", To: "18:00"}
	night = leads.Shift{Days: []int{1, 2, 3, 4, 5}, From: "20:00", To: "08:00"}
)

// monday is at noon.
var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestPick(t *testing.T) {
	anna := candidate("anna", leads.RoleManager, "sales", leads.Available, 20)
	boris := candidate("boris", leads.RoleManager, "sales", leads.Available, 10)
	vera := candidate("vera", leads.RoleManager, "", leads.Available, 30)
	paused := candidate("paused", leads.RoleManager, "sales", leads.Paused, 0)
	offline := candidate("offline", leads.RoleManager, "sales", leads.Offline, 0)
	operator := candidate("operator", leads.RoleOperator, "sales", leads.Available, 0)
	chief := candidate("chief", leads.RoleSupervisor, "", leads.Available, 0)
	gone := boris
	gone.Disabled = true
	atWork, resting := candidate("atWork", leads.RoleManager, "sales", leads.Available, 40), candidate("resting", leads.RoleManager, "sales", leads.Available, 0)
	atWork.Shifts, resting.Shifts = []leads.Shift{day}, []leads.Shift{night}
	busy := candidate("busy", leads.RoleManager, "sales", leads.Available, 10)
	busy.OpenLeads = 5

	away := func(c leads.Candidate, to string) leads.Candidate { c.SubstituteID, c.Name = to, c.ID; return c }

	for name, c := range map[string]struct {
		team, owner string
		all         []leads.Candidate
		want        string
		reason      string
	}{
		"the one who waited longest":              {"sales", "", []leads.Candidate{anna, boris, vera}, "boris", "round_robin:sales"},
		"a manager who never had a lead is first": {"", "", []leads.Candidate{anna, candidate("new", leads.RoleManager, "", leads.Available, 0)}, "new", "round_robin"},
		"another team's managers are left out":    {"service", "", []leads.Candidate{anna, boris, vera}, "vera", "round_robin:service"},
		"no team: everybody's turn":               {"", "", []leads.Candidate{anna, vera}, "anna", "round_robin"},
		"the owner, in turn or not":               {"sales", "anna", []leads.Candidate{anna, boris}, "anna", "owner"},
		"the owner, even when paused":             {"sales", "paused", []leads.Candidate{paused, boris}, "paused", "owner"},
		"an owner who left: the next in turn":     {"sales", "boris", []leads.Candidate{anna, gone}, "anna", "round_robin:sales"},
		"an operator may own but has no turn":     {"sales", "", []leads.Candidate{operator}, "", "none_available:sales"},
		"paused and offline have no turn":         {"sales", "", []leads.Candidate{paused, offline}, "", "none_available:sales"},
		"a supervisor takes no leads":             {"", "", []leads.Candidate{chief}, "", "none_available"},
		"the owner is away: the substitute":       {"sales", "anna", []leads.Candidate{away(anna, "vera"), boris, vera}, "vera", "substitute:anna"},
		"the substitute is away too":              {"sales", "anna", []leads.Candidate{away(anna, "vera"), boris, away(vera, "boris")}, "boris", "substitute:anna"},
		"the substitute left: the owner":          {"sales", "anna", []leads.Candidate{away(anna, "boris"), gone}, "anna", "owner"},
		"two stand in for each other":             {"sales", "anna", []leads.Candidate{away(anna, "vera"), away(vera, "anna")}, "anna", "owner"},
		"who is away has no turn":                 {"sales", "", []leads.Candidate{anna, away(boris, "vera")}, "anna", "round_robin:sales"},
		"a tie goes to the less loaded":           {"sales", "", []leads.Candidate{busy, boris}, "boris", "round_robin:sales"},
		"off shift has no turn":                   {"sales", "", []leads.Candidate{resting, atWork}, "atWork", "round_robin:sales"},
		"nobody on shift: the lead waits":         {"sales", "", []leads.Candidate{resting}, "", "none_available:sales"},
		"the owner, even off shift":               {"sales", "resting", []leads.Candidate{resting, atWork}, "resting", "owner"},
		"nobody at all":                           {"", "", nil, "", "none_available"},
	} {
		t.Run(name, func(t *testing.T) {
			got, reason := Pick(leads.Lead{Team: c.team}, c.owner, c.all, monday)
			id := ""
			if got != nil {
				id = got.ID
			}
			if id != c.want || reason != c.reason {
				t.Errorf("Pick = %q, %q; want %q, %q", id, reason, c.want, c.reason)
			}
		})
	}
}
