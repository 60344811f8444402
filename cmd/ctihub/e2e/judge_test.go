package e2e

import (
	"path/filepath"
	"testing"
)

// The oracle detects each kind of fault.
func TestOracleSeesEveryFault(t *testing.T) {
	o := newOracle(t, filepath.Join(t.TempDir(), "history"))
	for key, person := range map[string]int{"a": 1, "b": 1, "c": 2, "d": 3} {
		if err := o.recordSent(key, person); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{"a", "b", "c"} { // what became of d is not known
		if err := o.recordAccepted(key); err != nil {
			t.Fatal(err)
		}
	}
	truth, err := o.history()
	if err != nil {
		t.Fatal(err)
	}
	right := func() snapshot {
		return snapshot{
			touches:  []storedTouch{{key: "a", contact: "c1", lead: "l1"}, {key: "b", contact: "c1", lead: "l1"}, {key: "c~2", contact: "c2", lead: "l2"}},
			leads:    []storedLead{{"l1", "c1", "oleg", true}, {"l2", "c2", "oleg", true}},
			phones:   map[string][]string{"c1": {phoneOf(1)}, "c2": {phoneOf(2)}},
			assigned: map[string]int{"l1": 1, "l2": 1},
		}
	}
	for what, x := range map[string]struct {
		spoil func(*snapshot)
		want  verdict
	}{
		"all is right": {func(*snapshot) {}, verdict{stored: 3, persons: 2}},
		"recovered": {func(p *snapshot) {
			p.touches = append(p.touches, storedTouch{key: "d", contact: "c3", lead: "l3"})
			p.leads = append(p.leads, storedLead{"l3", "c3", "oleg", false})
			p.phones["c3"], p.assigned["l3"] = []string{phoneOf(3)}, 1
		}, verdict{stored: 4, persons: 3, recovered: 1}},
		"lost":    {func(p *snapshot) { p.touches = p.touches[1:] }, verdict{stored: 2, persons: 2, lost: 1}},
		"doubled": {func(p *snapshot) { p.touches[1].key = "a" }, verdict{stored: 2, persons: 2, lost: 1, doubled: 1}},
		"doubled under another key": {func(p *snapshot) {
			p.touches = append(p.touches, storedTouch{key: "c~1", contact: "c2", lead: "l2"})
		}, verdict{stored: 3, persons: 2, doubled: 1}},
		"invented": {func(p *snapshot) {
			p.touches = append(p.touches, storedTouch{key: "e", contact: "c2", lead: "l2"})
		}, verdict{stored: 4, persons: 2, phantom: 1}},
		"merged": {func(p *snapshot) {
			p.touches[2] = storedTouch{key: "c", contact: "c1", lead: "l1"}
			p.phones = map[string][]string{"c1": {phoneOf(1)}}
			p.leads = p.leads[:1]
		}, verdict{stored: 3, persons: 2, merged: 2}}, // c1 holds two persons, and a number that is not person 2's
		"split": {func(p *snapshot) {
			p.touches[1] = storedTouch{key: "b", contact: "c3", lead: "l3"}
			p.leads = append(p.leads, storedLead{"l3", "c3", "oleg", true})
			p.phones["c3"], p.assigned["l3"] = nil, 1
		}, verdict{stored: 3, persons: 2, split: 1}},
		"in another's lead":   {func(p *snapshot) { p.touches[1].lead = "l2" }, verdict{stored: 3, persons: 2, strays: 1}},
		"a contact of nobody": {func(p *snapshot) { p.phones["c9"] = nil }, verdict{stored: 3, persons: 2, strays: 1}},
		"two open leads": {func(p *snapshot) {
			p.leads = append(p.leads, storedLead{"l3", "c1", "oleg", true})
			p.assigned["l3"] = 1
		}, verdict{stored: 3, persons: 2, openLeads: 1}},
		"nobody serves":  {func(p *snapshot) { p.leads[0].manager = "" }, verdict{stored: 3, persons: 2, unserved: 1}},
		"assigned twice": {func(p *snapshot) { p.assigned["l1"] = 2 }, verdict{stored: 3, persons: 2, reassign: 1}},
		"rings for ever": {func(p *snapshot) { p.touches[0].state = "ringing" }, verdict{stored: 3, persons: 2, ringing: 1}},
	} {
		p := right()
		x.spoil(&p)
		if got, _ := truth.judge(p); got != x.want {
			t.Errorf("%s: %+v, want %+v", what, got, x.want)
		}
	}
}
