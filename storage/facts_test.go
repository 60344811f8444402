package storage_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/facts"
	"ctihub/storage"
)

func (o office) facts() *facts.Service {
	return &facts.Service{Store: storage.Room[facts.Tx]{Store: o.Store}, Now: time.Now}
}

func text(s string) leads.OptionalText { return leads.OptionalText{Given: true, Text: s} }

func (o office) writes(u leads.User, id string, c leads.FactsChange) leads.Interaction {
	o.t.Helper()
	return must(o.facts().Write(o.t.Context(), sees(u), id, c))(o.t)
}

func (o office) requires(r leads.RequiredFacts) {
	o.t.Helper()
	must(o.facts().Require(o.t.Context(), admin, r))(o.t)
}

// What people write of an interaction is kept with author, time and history; who may not
// write changes nothing.
func testFacts(t *testing.T, o office) {
	ctx := t.Context()
	anna, boris := o.hire("anna", leads.RoleManager, "", "100"), o.hire("boris", leads.RoleOperator, "", "101")
	sue := o.hire("sue", leads.RoleSupervisor, "")
	asked := o.put(form("f1", ivan))[0]
	o.give(asked.LeadID, anna)
	ring := call("c1", ivan, "100", "101")
	o.put(ring)
	talk := o.put(hangUp(answer(ring, 1)))[0].InteractionID
	var got leads.Interaction
	events := o.recorded(func() error {
		got = o.writes(anna, asked.InteractionID, leads.FactsChange{Nature: text("order"), Subject: text(" Windows  "), Summary: text("Two\r\nof them")})
		return nil
	})
	f := got.Facts
	if f.Nature != "order" || f.NatureName.RU != "Заказ" || f.Subject != "Windows" || f.Summary != "Two\nof them" || f.By[leads.FactNature].User.ID != anna.ID || f.By[leads.FactOutcome].User.ID != "" {
		t.Errorf("facts %+v", f)
	}
	if len(events) != 1 || events[0].Type != leads.EventFacts || body(t, events[0]).Interaction.Facts.Nature != "order" || !slices.Contains(events[0].Audience, anna.ID) {
		t.Errorf("events %v", types(events))
	}
	if got.Subject != o.interactions(admin, leads.InteractionFilter{Source: "site"})[0].Subject {
		t.Error("the subject line of the message was changed")
	}
	if events := o.recorded(func() error {
		o.writes(anna, asked.InteractionID, leads.FactsChange{Nature: text("order")})
		return nil
	}); len(events) != 0 {
		t.Errorf("the same value again records %v", types(events))
	}
	o.writes(anna, asked.InteractionID, leads.FactsChange{Nature: text("")})
	o.writes(sue, asked.InteractionID, leads.FactsChange{Nature: text("complaint"), Decision: text("Refund")})
	var history []string
	for _, c := range must(o.facts().History(ctx, sees(anna), asked.InteractionID))(t) {
		history = append(history, fmt.Sprint(c.Fact, "=", c.Value, " by ", c.By.Name))
	}
	if want := []string{"decision=Refund by The sue", "nature=complaint by The sue", "nature= by The anna", "summary=Two\nof them by The anna", "subject=Windows by The anna", "nature=order by The anna"}; !slices.Equal(history, want) {
		t.Errorf("history %q", history)
	}
	o.writes(boris, talk, leads.FactsChange{Outcome: text("wrong_number")}) // he talked in it, and sees no more of it
	for _, c := range []struct {
		name string
		u    leads.User
		id   string
		c    leads.FactsChange
		want error
	}{
		{"who does not see it", boris, asked.InteractionID, leads.FactsChange{Nature: text("order")}, leads.ErrNotFound},
		{"a manager's decision", anna, asked.InteractionID, leads.FactsChange{Decision: text("x")}, leads.ErrForbidden},
		{"an outcome of calls", anna, asked.InteractionID, leads.FactsChange{Outcome: text("cut_off")}, leads.ErrInvalid},
		{"an outcome of another direction", anna, talk, leads.FactsChange{Outcome: text("voicemail_left")}, leads.ErrInvalid},
		{"a nature as outcome", anna, talk, leads.FactsChange{Outcome: text("order")}, leads.ErrInvalid},
		{"nothing", anna, talk, leads.FactsChange{}, leads.ErrInvalid},
		{"too long", anna, talk, leads.FactsChange{Subject: text(strings.Repeat("x", 201))}, leads.ErrInvalid},
	} {
		before := must(o.Interaction(ctx, admin, c.id))(t)
		if _, err := o.facts().Write(ctx, sees(c.u), c.id, c.c); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if after := must(o.Interaction(ctx, admin, c.id))(t); shape(t, after) != shape(t, before) {
			t.Errorf("%s changed it to %s", c.name, shape(t, after))
		}
	}
}

// Two who write the facts of one interaction at once both succeed, and nothing is lost.
func testFactsRace(t *testing.T, o office) {
	anna, sue := o.hire("anna", leads.RoleManager, ""), o.hire("sue", leads.RoleSupervisor, "")
	asked := o.put(form("f1", ivan))[0]
	o.give(asked.LeadID, anna)
	done := make(chan error, 2)
	for _, u := range []leads.User{anna, sue} {
		go func() {
			var err error
			for n := range 10 {
				c := leads.FactsChange{Subject: text(fmt.Sprint(u.Login, n))}
				if u.ID == sue.ID {
					c = leads.FactsChange{Summary: text(fmt.Sprint(u.Login, n))}
				}
				_, e := o.facts().Write(t.Context(), sees(u), asked.InteractionID, c)
				err = errors.Join(err, e)
			}
			done <- err
		}()
	}
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	i := must(o.Interaction(t.Context(), admin, asked.InteractionID))(t)
	if n := len(must(o.FactChanges(t.Context(), asked.InteractionID))(t)); n != 20 || i.Facts.Subject != "anna9" || i.Facts.Summary != "sue9" {
		t.Errorf("%d changes, then %+v", n, i.Facts)
	}
}

// Over random records, the list of interactions without required facts and its count are
// what the rules say of each interaction, for each user.
func testFactsDue(t *testing.T, o office) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	o.requires(leads.RequiredFacts{
		Sources: []leads.Required{{Name: "site", Facts: []leads.Fact{leads.FactNature, leads.FactOutcome}}, {Name: leads.SourceByHand, Facts: []leads.Fact{leads.FactNature}}},
		Teams:   []leads.Required{{Name: "sales", Facts: []leads.Fact{leads.FactSummary}}},
	})
	users := []leads.User{
		o.hire("sales", leads.RoleManager, "sales", "100"), o.hire("any", leads.RoleManager, "", "101"), o.hire("ole", leads.RoleOperator, "sales", "102"),
		o.hire("sue", leads.RoleSupervisor, "", "103"),
	}
	for n := range 60 {
		o.puts(r, fmt.Sprint("random", n), phone(r.IntN(10)))
	}
	for _, l := range o.leads(admin, leads.LeadFilter{}) {
		if r.IntN(2) == 0 && l.ManagerID == "" && l.Status.Open() {
			o.give(l.ID, users[r.IntN(3)])
		}
		if r.IntN(3) == 0 && l.Status.Open() {
			if _, err := o.Reassign(t.Context(), admin, l.ID, users[r.IntN(2)].ID, "by_hand:x"); err != nil && !errors.Is(err, leads.ErrInvalid) {
				t.Fatal(err)
			}
		}
	}
	for n, c := range o.contacts(admin, leads.ContactFilter{}) {
		b := leads.ByHand{Key: fmt.Sprint(n), ContactID: c.ID, Channel: []leads.Channel{leads.ChannelCall, leads.ChannelMeeting, leads.ChannelNote}[n%3], Text: "Spoke"}
		for _, u := range users {
			if _, err := o.facts().Register(t.Context(), sees(u), b, leads.FactsChange{}); err != nil && !errors.Is(err, leads.ErrInvalid) {
				t.Fatal(err)
			}
		}
	}
	for _, i := range o.interactions(admin, leads.InteractionFilter{}) {
		if r.IntN(2) == 0 {
			o.writes(users[3], i.ID, []leads.FactsChange{
				{Nature: text("order")}, {Outcome: text("answered")}, {Summary: text("x")}, {Nature: text("order"), Outcome: text("answered"), Summary: text("x")},
			}[r.IntN(4)])
		}
	}
	o.checkLacking(users)
	o.requires(leads.RequiredFacts{Sources: []leads.Required{{Name: "site", Facts: []leads.Fact{leads.FactOutcome}}}})
	o.checkLacking(users)
	o.requires(leads.RequiredFacts{})
	if left := o.interactions(admin, leads.InteractionFilter{LackingFacts: true}); len(left) != 0 {
		t.Errorf("nothing is required, and %d lack it", len(left))
	}
}

// checkLacking compares the lists and counts of users with what the rules say.
func (o office) checkLacking(users []leads.User) {
	o.t.Helper()
	required := must(o.RequiredFacts(o.t.Context()))(o.t)
	leadOf := map[string]leads.Lead{}
	for _, l := range o.leads(admin, leads.LeadFilter{}) {
		leadOf[l.ID] = l
	}
	some := 0
	for _, u := range users {
		var want []string
		for _, i := range o.interactions(admin, leads.InteractionFilter{}) {
			lead := leadOf[i.LeadID]
			if !overByRule(i) || !lacksByRule(required, i, lead) || !u.Role.SeesAll() && !ownByRule(u, i, lead) {
				continue
			}
			if _, err := o.Interaction(o.t.Context(), sees(u), i.ID); err == nil {
				want = append(want, i.ID)
			}
		}
		var got []string
		for _, i := range o.interactions(sees(u), leads.InteractionFilter{LackingFacts: true}) {
			if got = append(got, i.ID); len(i.Facts.Missing) == 0 {
				o.t.Errorf("%s is listed and lacks nothing", i.ID)
			}
		}
		if n := must(o.CountLackingFacts(o.t.Context(), sees(u), 1000))(o.t); n != len(want) || !slices.Equal(got, want) {
			o.t.Errorf("%s: counted %d, listed %v, want %v", u.Login, n, got, want)
		}
		some += len(want)
	}
	if some < 10 {
		o.t.Errorf("only %d lack facts: too few to compare", some)
	}
}

func overByRule(i leads.Interaction) bool {
	switch c := i.Call; {
	case c != nil:
		return c.State == leads.CallEnded && c.Direction != leads.Internal && c.PartOf == "" && c.HadTalk()
	case i.Source == leads.SourceByHand:
		return i.Channel != leads.ChannelNote
	}
	return i.Direction == leads.In && i.Automatic == ""
}

func lacksByRule(r leads.RequiredFacts, i leads.Interaction, lead leads.Lead) bool {
	lacks := func(list []leads.Required, name string) bool {
		return slices.ContainsFunc(list, func(r leads.Required) bool {
			return r.Name == name && slices.ContainsFunc(r.Facts, func(f leads.Fact) bool { return i.Facts.Value(f) == "" })
		})
	}
	return lacks(r.Sources, i.Source) || lead.ID != "" && lacks(r.Teams, lead.Team)
}

func ownByRule(u leads.User, i leads.Interaction, lead leads.Lead) bool {
	if lead.ManagerID == u.ID || i.Facts.Author != nil && i.Facts.Author.ID == u.ID {
		return true
	}
	return i.Call != nil && (i.Call.OperatorUser != nil && i.Call.OperatorUser.ID == u.ID ||
		slices.ContainsFunc(i.Call.Legs, func(l leads.Leg) bool { return l.User != nil && l.User.ID == u.ID && !l.Answered.IsZero() }))
}

// With required facts, the wrap-up after a call ends with the last of them, and does not
// begin when they are there already.
func testFactsEndWrapUp(t *testing.T, o office) {
	ctx := t.Context()
	anna := o.hire("anna", leads.RoleManager, "", "100")
	must(o.people().SetPresence(ctx, anna.ID, leads.PresenceState{Presence: leads.Available}))(t)
	o.requires(leads.RequiredFacts{Sources: []leads.Required{{Name: "pbx", Facts: []leads.Fact{leads.FactNature, leads.FactOutcome}}}})
	after := time.Now().Add(time.Minute).UTC().Truncate(time.Second)
	wrapUp := func(key string) (id string) {
		ring := call(key, ivan, "100")
		o.put(ring)
		id = o.put(hangUp(answer(ring, 0)))[0].InteractionID
		if key == "c2" {
			o.writes(anna, id, leads.FactsChange{Nature: text("order"), Outcome: text("ordered")})
		}
		c := must(o.Call(ctx, admin, id))(t)
		if err := o.people().BeginWrapUp(ctx, anna.ID, id, c.HungUp()[anna.ID], after.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		return id
	}
	presence := func() leads.Presence { return must(o.User(ctx, anna.ID))(t).Presence }
	storage.SetPresenceSince(o.Store, anna.ID, noon.Add(-time.Hour))
	id := wrapUp("c1")
	if presence() != leads.Paused {
		t.Fatal("no wrap-up began")
	}
	o.writes(anna, id, leads.FactsChange{Nature: text("order"), Subject: text("Windows")})
	if presence() != leads.Paused {
		t.Error("the wrap-up ended before its outcome was written")
	}
	events := o.recorded(func() error { o.writes(anna, id, leads.FactsChange{Outcome: text("ordered")}); return nil })
	if presence() != leads.Available || !slices.Equal(types(events), []leads.EventType{leads.EventFacts, leads.EventPresence}) {
		t.Errorf("with its last fact: %s, events %v", presence(), types(events))
	}
	storage.SetPresenceSince(o.Store, anna.ID, noon.Add(-time.Hour))
	wrapUp("c2")
	if presence() != leads.Available {
		t.Error("a wrap-up began after a call that has its facts")
	}
}
