package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// office is a customer whose contact, lead, calls and task belong to different
// people: max leads the contact, ada has the lead, ole talks to the customer,
// and tom is the manager of a team that has nothing to do with it.
type office struct {
	*hub
	t     *testing.T
	of    records
	got   map[string]int // statuses of GET since the last step
	watch map[string]<-chan *leads.Event
}

const theirPhone = "+79161110007"

func newOffice(t *testing.T, h *hub) *office {
	t.Helper()
	h.hire(leads.User{Login: "tom", Name: "Tom", Role: leads.RoleManager, Team: "service", Extensions: []string{"103"}})
	o := &office{hub: h, t: t, watch: map[string]<-chan *leads.Event{}}
	o.of = h.serve("max", theirPhone, "seven@example.ru", "Seven")
	h.handOver(o.of.lead, "ada")
	for _, login := range []string{"ole", "ada", "max", "tom", "sue"} {
		o.watch[login] = h.feed.Subscribe(t.Context(), o.viewerOf(login))
	}
	return o
}

// hire adds a user with an API token to the staff.
func (h *hub) hire(u leads.User) {
	h.t.Helper()
	u.PasswordHash = quickHash(canaryPassword)
	made, err := h.store.CreateUser(h.t.Context(), u)
	if err != nil {
		h.t.Fatal(err)
	}
	token, hash := NewToken()
	if _, err := h.store.CreateToken(h.t.Context(), made.ID, "of "+u.Login, hash, time.Now()); err != nil {
		h.t.Fatal(err)
	}
	h.users[u.Login], h.tokens[u.Login] = made, token
}

func (o *office) viewerOf(login string) leads.Viewer {
	return leads.Viewer{UserID: o.users[login].ID, Role: o.users[login].Role}
}

// steps are what happens to the customer, one after the other.
func (o *office) steps() []step {
	ring := o.ringing("L1", theirPhone, "ole")
	ring.Call.Legs = append(ring.Call.Legs, o.ringing("L1b", theirPhone, "tom").Call.Legs...)
	lost := o.ringing("L2", theirPhone, "ole")
	lost.At = time.Now().Add(time.Minute) // after all that reached the customer
	lost.Call.Started = lost.At
	form := leads.Touch{ExternalID: "second form", Channel: leads.ChannelForm, Direction: leads.In, Text: "again",
		From: []leads.Identity{{Kind: leads.KindPhone, Value: theirPhone}}}
	change := func(login, path, body string) {
		o.expect(o.as(login), login, "PATCH", path, body, http.StatusOK)
	}
	return []step{
		{"a form", func() { o.put(form) }},
		{"it rings", func() { o.put(ring) }},
		{"ole answers", func() { o.put(o.answered(ring)) }},
		{"the end", func() { o.put(o.ended(ring)) }},
		{"a new name", func() { change("max", "/api/v1/contacts/"+o.of.contact, `{"name":"Seventh"}`) }},
		{"a new status", func() { change("ada", "/api/v1/leads/"+o.of.lead, `{"status":"working"}`) }},
		{"it rings again", func() { o.put(lost) }},
		{"nobody answers", func() { o.put(o.over(lost)) }},
		{"the task goes to ole", func() { o.giveTask("ole") }},
		{"the lead goes to tom", func() { change("sue", "/api/v1/leads/"+o.of.lead, `{"manager_id":"`+o.users["tom"].ID+`"}`) }},
		{"a form of tom's customer", func() {
			form.ExternalID = "third form"
			o.put(form)
		}},
	}
}

type step struct {
	name string
	do   func()
}

func (o *office) do(s step) {
	s.do()
	o.got = map[string]int{}
}

// answered is the ringing call when its first telephone has answered.
func (o *office) answered(t leads.Touch) leads.Touch {
	c := *t.Call
	c.State, c.Answered, c.Operator = leads.CallTalking, c.Started.Add(5*time.Second), c.Legs[0].Extension
	c.Legs = slices.Clone(c.Legs)
	for i := range c.Legs {
		c.Legs[i].State, c.Legs[i].Ended = leads.LegElsewhere, c.Answered
	}
	c.Legs[0].State, c.Legs[0].Ended, c.Legs[0].Answered = leads.LegTalking, time.Time{}, c.Answered
	t.Call = &c
	return t
}

// ended is the answered call after its end.
func (o *office) ended(t leads.Touch) leads.Touch {
	t = o.answered(t)
	t.Call.State, t.Call.Disposition, t.Call.Ended = leads.CallEnded, leads.Answered, t.Call.Started.Add(time.Minute)
	t.Call.Legs[0].State, t.Call.Legs[0].Ended = leads.LegEnded, t.Call.Ended
	return t
}

// giveTask lets the supervisor give the one open task to a user.
func (o *office) giveTask(login string) {
	o.t.Helper()
	ids := o.list(o.as("sue"), "/api/v1/tasks")
	if len(ids) != 1 {
		o.t.Fatalf("open tasks: %v, want one", ids)
	}
	task, err := o.store.GiveTask(o.t.Context(), o.viewerOf("sue"), ids[0], o.users[login].ID)
	if err != nil || task.Owner == nil {
		o.t.Fatal(task, err)
	}
}

// What a reader is told live is what the replay after Last-Event-ID tells them,
// and names nothing that GET refuses. An event that takes a record from somebody
// is told them live, with that record alone.
func TestLiveShowsWhatTheReplayShows(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		o := newOffice(t, h)
		cut := 0
		for _, s := range o.steps() {
			last, err := o.store.LastEvent(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			o.do(s)
			whole, err := o.store.Events(t.Context(), last, 100)
			if err != nil || len(whole) == 0 {
				t.Fatalf("%s: %d events, %v", s.name, len(whole), err)
			}
			for login := range o.watch {
				live := o.told(login)
				again, _, err := o.store.EventsAfter(t.Context(), o.viewerOf(login), last, 100)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range again {
					if l := live[e.ID]; l == nil || !bytes.Equal(l.Data, e.Data) {
						t.Errorf("%s: %s is told live\n%+v\nand after a break\n%s %s", s.name, login, l, e.Type, e.Data)
					}
				}
				for id, e := range live {
					seen := slices.ContainsFunc(again, func(e leads.Event) bool { return e.ID == id })
					o.wantShown(s.name, login, e, seen)
					if n := slices.IndexFunc(whole, func(e leads.Event) bool { return e.ID == id }); !bytes.Equal(whole[n].Data, e.Data) {
						cut++
					}
				}
			}
		}
		if cut == 0 {
			t.Error("no event was cut for anybody: the test shows nothing")
		}
	})
}

// told returns what a user was told live since the last time: all that comes
// before a mark, because a reader's events keep their order.
func (o *office) told(login string) map[string]*leads.Event {
	const marks = "mark of "
	mark := leads.Event{ID: marks + login, Audience: []string{o.users[login].ID}, Data: []byte("{}")}
	o.feed.Publish(mark)
	events := map[string]*leads.Event{}
	for e := range o.watch[login] {
		if e.ID == mark.ID {
			return events
		}
		if !strings.HasPrefix(e.ID, marks) { // a supervisor sees those of others too
			events[e.ID] = e
		}
	}
	o.t.Fatalf("%s was cut", login)
	return nil
}

// wantShown checks that GET shows what an event holds and names; not its own
// record, if it is what takes that from the user.
func (o *office) wantShown(when, login string, e *leads.Event, seen bool) {
	o.t.Helper()
	var b map[string]any
	if err := json.Unmarshal(e.Data, &b); err != nil {
		o.t.Fatal(err)
	}
	own := strings.Split(string(e.Type), ".")[0]
	for _, kind := range []string{"contact", "lead", "call", "interaction", "task"} {
		r, _ := b[kind].(map[string]any)
		if r == nil {
			continue
		}
		if kind != own || seen {
			o.wantGet(when+": "+string(e.Type), login, kind+"s", r["id"].(string))
		}
		if kind != "lead" { // a lead is seen with its contact
			o.wantNames(when+": "+string(e.Type), login, r)
		}
	}
}

// namedIn are the fields by which records name others, with the lists of these.
var namedIn = map[string]string{
	"contact_id": "contacts", "lead_id": "leads", "call_id": "calls", "task_id": "tasks", "interaction_id": "interactions", "answers_id": "interactions",
}

// wantNames checks that a record names nothing that GET refuses to the user.
func (o *office) wantNames(where, login string, record any) {
	o.t.Helper()
	switch r := record.(type) {
	case []any:
		for _, one := range r {
			o.wantNames(where, login, one)
		}
	case map[string]any:
		for field, value := range r {
			if list := namedIn[field]; list != "" {
				o.wantGet(where+" names as "+field, login, list, value.(string))
			}
			o.wantNames(where, login, value)
		}
	}
}

func (o *office) wantGet(where, login, list, id string) {
	o.t.Helper()
	path := "/api/v1/" + list + "/" + id
	key := login + " " + path
	if o.got[key] == 0 {
		o.got[key] = o.as(login).do("GET", path, "").StatusCode
	}
	if o.got[key] != http.StatusOK {
		o.t.Errorf("%s: %s is shown %s, and GET answers %d", where, login, path, o.got[key])
	}
}

// Whatever happens to a customer, no list and no record of it names to anybody
// what GET refuses to them.
func TestReferencesAreToWhatMayBeSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		o := newOffice(t, h)
		for _, s := range o.steps() {
			o.do(s)
			if !slices.Contains([]string{"ole answers", "the end", "the task goes to ole", "the lead goes to tom"}, s.name) {
				continue
			}
			for login := range o.watch {
				for _, list := range []string{"contacts", "leads", "interactions", "calls", "tasks", "tasks?state=done"} {
					path := "/api/v1/" + list
					var page struct{ Items []map[string]any }
					o.as(login).get(path, &page)
					o.wantNames(s.name+": "+path, login, anyOf(page.Items))
					for _, one := range page.Items {
						kind, _, _ := strings.Cut(path, "?")
						var r map[string]any
						o.as(login).get(kind+"/"+one["id"].(string), &r)
						o.wantNames(s.name+": one of "+path, login, r)
					}
				}
			}
		}
		calls := func(login string) (of []leads.CallRecord) {
			var page struct{ Items []leads.CallRecord }
			h.as(login).get("/api/v1/calls?linkedid=L1", &page)
			return page.Items
		}
		for login, sees := range map[string]bool{"ole": false, "tom": true, "sue": true} {
			c := calls(login)
			if len(c) != 1 || (c[0].ContactID == o.of.contact && c[0].LeadID == o.of.lead) != sees || c[0].ContactName == "" || c[0].From != theirPhone {
				t.Errorf("%s reads of the call %+v, want its contact and lead: %v", login, c, sees)
			}
			for q, want := range map[string]bool{"Seventh": sees, "seven@example.ru": sees, "9161110007": true} {
				if got := slices.Contains(idsOf(h.as(login), "/api/v1/calls?q="+q), c[0].ID); got != want {
					t.Errorf("%s finds the call by %q: %v, want %v", login, q, got, want)
				}
			}
		}
	})
}

func anyOf(list []map[string]any) []any {
	out := make([]any, len(list))
	for i, r := range list {
		out[i] = r
	}
	return out
}
