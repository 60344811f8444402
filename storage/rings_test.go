package storage_test

import (
	"errors"
	"slices"
	"testing"

	"ctihub/leads"
	"ctihub/leads/intake"
)

// testRings: a call that rings shows its card to those whom it rings; after it,
// only what role and team allow, and their own calls to those who talked.
func testRings(t *testing.T, o office) {
	chief := o.hire("chief", leads.RoleManager, "sales")
	rung, talks := o.hire("rung", leads.RoleOperator, "sales", "100"), o.hire("talks", leads.RoleOperator, "sales", "101")
	before := o.put(form("1", ivan))[0]
	o.give(before.LeadID, chief)

	ring := call("L1", ivan, "100", "101")
	s := o.put(ring)[0]
	card := []string{"call", "card", "change", "contact", "lead", "letter", "list", "timeline"}
	o.wantSeen("while it rings", rung, s, before, card...)
	o.wantSeen("while it rings", talks, s, before, card...)

	// The queue gives up on the first telephone for a moment: the call rings on.
	pause := ring
	c := *ring.Call
	c.Legs = slices.Clone(c.Legs)
	c.Legs[0].State, c.Legs[0].Ended = leads.LegNoAnswer, noon.Add(4e9)
	pause.Call = &c
	o.put(pause)
	o.wantSeen("between two rings", rung, s, before, card...)

	answered := answer(ring, 1)
	told := o.put(answered)[0].Events[0].Audience
	if want := sorted(rung.ID, talks.ID, chief.ID); !slices.Equal(told, want) {
		t.Errorf("the answer is told to %v, want %v: it takes the card away from whom it rang too", told, want)
	}
	o.wantSeen("answered by a colleague", rung, s, before)
	o.wantSeen("while they talk", talks, s, before, card...)

	told = o.put(hangUp(answered))[0].Events[0].Audience
	if want := sorted(talks.ID, chief.ID); !slices.Equal(told, want) {
		t.Errorf("the end is told to %v, want %v", told, want)
	}
	o.wantSeen("after the call", rung, s, before)
	o.wantSeen("after the call", talks, s, before, "call", "card", "list")
	o.wantSeen("after the call", chief, s, before, card...)

	// A call that nobody took is nobody's own.
	missed := call("L2", ivan, "100")
	second := o.put(missed)[0]
	o.wantSeen("while it rings again", rung, second, before, card...)
	told = o.put(hangUp(missed))[0].Events[0].Audience
	if want := sorted(rung.ID, chief.ID); !slices.Equal(told, want) {
		t.Errorf("a missed call is told to %v, want %v", told, want)
	}
	o.wantSeen("after a missed call", rung, second, before)

	// Its lead by role: a hand-over is a right that stays.
	must(o.Reassign(t.Context(), admin, s.LeadID, rung.ID, "by_hand:x"))(t)
	o.wantSeen("as the lead's manager", rung, second, before, card...)

	// A lead that is nobody's is for managers of the team, not for who was rung.
	nobodys := o.put(hangUp(call("L3", phone(3), "100")))[0]
	o.wantSeen("of nobody", rung, nobodys, intake.Stored{})
	o.wantSeen("of nobody", chief, nobodys, intake.Stored{}, "call", "card", "change", "contact", "lead", "list", "timeline")
}

// wantSeen checks what of a call, and of a letter before it, a user sees and
// may change.
func (o office) wantSeen(when string, u leads.User, call, before intake.Stored, want ...string) {
	o.t.Helper()
	ctx, v := o.t.Context(), sees(u)
	lists := func(records []leads.CallRecord) error {
		if slices.ContainsFunc(records, func(c leads.CallRecord) bool { return c.ID == call.InteractionID }) {
			return nil
		}
		return leads.ErrNotFound
	}
	for what, err := range map[string]error{
		"call":     second(o.Call(ctx, v, call.InteractionID)),
		"card":     second(o.Interaction(ctx, v, call.InteractionID)),
		"list":     lists(o.calls(v, leads.CallFilter{})),
		"contact":  second(o.Contact(ctx, v, call.ContactID)),
		"lead":     second(o.Lead(ctx, v, call.LeadID)),
		"letter":   second(o.Interaction(ctx, v, before.InteractionID)),
		"timeline": firstOf(o.leads(v, leads.LeadFilter{ContactID: call.ContactID})),
		"change":   changed(o.ChangeContact(ctx, v, call.ContactID, renamed("Иван", ""))),
	} {
		if err != nil && !errors.Is(err, leads.ErrNotFound) {
			o.t.Fatal(err)
		}
		if may := slices.Contains(want, what); may != (err == nil) {
			o.t.Errorf("%s, %s: sees the %s: %v, want %v", when, u.Login, what, err == nil, may)
		}
	}
}

func firstOf[T any](list []T) error {
	if len(list) == 0 {
		return leads.ErrNotFound
	}
	return nil
}

func changed(_ leads.Contact, err error) error { return err }

func sorted(ids ...string) []string { return slices.Sorted(slices.Values(ids)) }
