package web

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// What happened while a reader was away is told by the rights of today, as GET
// answers: not by those of the moment in which it happened.
func TestReplayChecksTodaysRights(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		h.wantReplay(t, "an operator whose telephone stopped ringing", "ole", func() {
			h.put(h.ringing("L1", "+79161110001", "ole"))
			h.put(h.over(h.ringing("L1", "+79161110001", "ole")))
		})
		h.wantReplay(t, "an operator whose telephone rings", "ole", func() { h.put(h.ringing("L2", "+79161110002", "ole")) },
			"call.ringing", "lead.created")
		h.wantReplay(t, "a manager who handed the lead over", "max", func() {
			r := h.serve("max", "+79161110003", "three@example.ru", "Three")
			h.handOver(r.lead, "ada")
		}, "call.ended")
		h.wantReplay(t, "the manager who got it", "ada", func() {
			r := h.serve("max", "+79161110004", "four@example.ru", "Four")
			h.handOver(r.lead, "ada")
		}, "lead.assigned")
		h.wantReplay(t, "a manager who changed the team", "max", func() {
			touch := leads.Touch{ExternalID: "of sales", Channel: leads.ChannelForm, Direction: leads.In, Team: "sales", Name: "Five",
				From: []leads.Identity{{Kind: leads.KindPhone, Value: "+79161110005"}}}
			h.put(touch)
			h.noteWaiting("+79161110005")
			h.changeUser("max", func(u *leads.User) { u.Team = "service" })
		})
		h.wantReplay(t, "a supervisor who became an operator", "sue", func() {
			h.serve("ole", "+79161110006", "six@example.ru", "Six")
			h.changeUser("sue", func(u *leads.User) { u.Role = leads.RoleOperator })
		})
	})
}

// wantReplay lets things happen while a user is away, and checks what the
// stream tells them then, without the contact or lead that GET refuses.
func (h *hub) wantReplay(t *testing.T, who, login string, happens func(), want ...string) {
	t.Helper()
	bearer := header("Authorization", "Bearer "+h.tokens[login])
	before := dialStream(t, h.url+"/api/v1/events", "", bearer)
	last := before.started().id
	before.close()
	old, err := h.store.Events(t.Context(), 0, 1000) // the stream repeats the newest of them
	if err != nil {
		t.Fatal(err)
	}
	happens()
	end, err := h.store.SetPresence(t.Context(), h.users[login].ID, leads.PresenceState{Presence: leads.Paused, Reason: "other", Note: who})
	if err != nil {
		t.Fatal(err)
	}
	again := dialStream(t, h.url+"/api/v1/events", last, bearer)
	defer again.close()
	c := h.as(login)
	var got []string
	for {
		m, err := again.next()
		if err != nil {
			t.Fatal(err)
		}
		b, err := leads.Event{Data: []byte(m.data)}.Body()
		if err != nil {
			t.Fatal(err)
		}
		if b.User != nil && b.User.ID == end.ID {
			break
		}
		if slices.ContainsFunc(old, func(e leads.Event) bool { return e.ID == b.ID }) {
			continue
		}
		got = append(got, m.event)
		if b.Call != nil {
			h.expect(c, login, "GET", "/api/v1/calls/"+b.Call.ID, "", 200)
		}
		if b.Contact != nil {
			h.expect(c, login, "GET", "/api/v1/contacts/"+b.Contact.ID, "", 200)
		}
		if b.Lead != nil {
			h.expect(c, login, "GET", "/api/v1/leads/"+b.Lead.ID, "", 200)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s is told %s, want %s", who, strings.Join(got, " "), strings.Join(want, " "))
	}
}

// ringing is a call that rings a user's telephone.
func (h *hub) ringing(linkedid, phone, login string) leads.Touch {
	started := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	return leads.Touch{
		ExternalID: linkedid, Channel: leads.ChannelCall, Direction: leads.In, At: started, From: []leads.Identity{{Kind: leads.KindPhone, Value: phone}},
		Call: &leads.Call{
			Linkedid: linkedid, Direction: leads.In, State: leads.CallRinging, From: phone, To: "200", Started: started,
			Legs: []leads.Leg{{Channel: linkedid + ".1", Extension: h.users[login].Extensions[0], State: leads.LegRinging, Rang: started}},
		},
	}
}

// over is the call when its caller has given up.
func (h *hub) over(t leads.Touch) leads.Touch {
	c := *t.Call
	c.State, c.Disposition, c.Ended = leads.CallEnded, leads.Abandoned, c.Started.Add(20*time.Second)
	c.Legs = slices.Clone(c.Legs)
	for i := range c.Legs {
		c.Legs[i].State, c.Legs[i].Ended = leads.LegCancelled, c.Ended
	}
	t.Call = &c
	return t
}

// handOver gives a lead to a user, as a supervisor does.
func (h *hub) handOver(lead, login string) {
	h.t.Helper()
	if _, err := h.store.Reassign(h.t.Context(), h.boss(), lead, h.users[login].ID, leads.ReasonByHand+":Sue"); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hub) boss() leads.Viewer {
	return leads.Viewer{UserID: h.users["root"].ID, Role: leads.RoleAdmin}
}

// noteWaiting says of the customer's lead that nobody takes it, which is told
// to the managers of its team.
func (h *hub) noteWaiting(phone string) {
	h.t.Helper()
	contacts, err := h.store.Contacts(h.t.Context(), h.boss(), leads.ContactFilter{Phone: phone}, leads.Page{Limit: 1})
	if err != nil || len(contacts.Items) != 1 {
		h.t.Fatal(contacts, err)
	}
	list, err := h.store.Leads(h.t.Context(), h.boss(), leads.LeadFilter{ContactID: contacts.Items[0].ID}, leads.Page{Limit: 1})
	if err != nil || len(list.Items) != 1 {
		h.t.Fatal(list, err)
	}
	last, err := h.store.LastEvent(h.t.Context())
	if err == nil {
		err = h.store.NoteUnassigned(h.t.Context(), list.Items[0].ID, "nobody_there")
	}
	if err != nil {
		h.t.Fatal(err)
	}
	if events, err := h.store.Events(h.t.Context(), last, 10); err != nil || len(events) != 1 || !slices.Contains(events[0].Audience, h.users["max"].ID) {
		h.t.Fatalf("max is not told: %v %v", events, err)
	}
}

// changeUser changes a user.
func (h *hub) changeUser(login string, f func(*leads.User)) {
	h.t.Helper()
	u := h.users[login]
	f(&u)
	u, err := h.store.UpdateUser(h.t.Context(), u)
	if err != nil {
		h.t.Fatal(err)
	}
	h.users[login] = u
}
