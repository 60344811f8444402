package storage_test

import (
	"fmt"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
)

// testCandidates: the open leads of managers who have the same turn are counted
// as they are, whatever opened, moved and closed them.
func testCandidates(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, ""), o.hire("boris", leads.RoleManager, "")
	o.hire("clara", leads.RoleOperator, "")
	want := func(what string, annas, boriss int) {
		t.Helper()
		for _, c := range must(o.Candidates(t.Context()))(t) {
			if n := map[string]int{anna.ID: annas, boris.ID: boriss}[c.ID]; c.OpenLeads != n {
				t.Errorf("%s: %s has %d open leads, want %d", what, c.Login, c.OpenLeads, n)
			}
		}
	}
	var s []intake.Stored
	for n := range 4 {
		s = append(s, o.put(form(fmt.Sprint(n), phone(n)))...)
	}
	hand := func(lead int, to leads.User) {
		t.Helper()
		if _, err := o.Reassign(t.Context(), admin, s[lead].LeadID, to.ID, "by hand"); err != nil {
			t.Fatal(err)
		}
	}
	assign := func(lead int, to leads.User, at time.Time) {
		t.Helper()
		if _, err := o.Assign(t.Context(), leads.Assignment{LeadID: s[lead].LeadID, ManagerID: to.ID, Reason: "round_robin", At: at}); err != nil {
			t.Fatal(err)
		}
	}
	want("at first", 0, 0)
	hand(0, anna)
	hand(1, anna)
	want("two by hand", 2, 0)
	hand(1, boris)
	want("one handed over", 1, 1)
	if _, err := o.SetLeadStatus(t.Context(), admin, s[0].LeadID, leads.LeadWon, ""); err != nil {
		t.Fatal(err)
	}
	want("one closed", 0, 1)
	assign(2, anna, noon)
	want("anna's turn was later than boris's, so nothing is counted", 0, 0)
	assign(3, boris, noon)
	want("the same turn again", 1, 2)
}
