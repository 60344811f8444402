package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"ctihub/leads"
)

// testSightsRace: while a lead goes from hand to hand, and its contact gets others, each new
// touch is seen by whoever has them in the end. The suite compares at the end of each test.
func testSightsRace(t *testing.T, o office) {
	anna, boris := o.hire("anna", leads.RoleManager, "a"), o.hire("boris", leads.RoleManager, "b")
	lead := o.put(form("first", ivan))[0].LeadID
	o.give(lead, anna)
	var work sync.WaitGroup
	for n := range 3 {
		work.Go(func() {
			for i := range 8 {
				o.put(form(fmt.Sprint(n, "-", i), ivan))
			}
		})
	}
	work.Go(func() {
		for i := range 12 {
			_, err := o.Reassign(t.Context(), admin, lead, []leads.User{boris, anna}[i%2].ID, "by_hand:x")
			if err != nil && !errors.Is(err, leads.ErrConflict) {
				t.Error(err)
			}
		}
	})
	work.Wait()
	must(o.SetLeadStatus(t.Context(), admin, lead, leads.LeadRefused, "price"))(t)
	for n := range 2 { // one of these opens the next lead
		work.Go(func() { o.put(form(fmt.Sprint("again ", n), ivan)) })
	}
	work.Wait()
	touches := o.interactions(admin, leads.InteractionFilter{})
	if seen := o.interactions(sees(anna), leads.InteractionFilter{}); len(touches) != 27 || len(seen) != 27 {
		t.Errorf("%d touches, the contact's owner sees %d", len(touches), len(seen))
	}
}
