package e2e

import (
	"encoding/json"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// An exchange pushes ringing and answered calls, and the push of the end is lost. After
// the configured time the calls end as interrupted, their operators are available, and
// there are tasks to call the customers back; a late push corrects the record. Calls
// with newer events go on.
func TestCallsWhoseEndIsLost(t *testing.T) {
	t.Parallel()
	for name, where := range map[string]func(*config.Config){
		"sqlite": func(*config.Config) {}, "postgres": func(c *config.Config) { c.Database = storagetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			const token = "the-token-of-the-exchange"
			var ahead atomic.Int64
			now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
			h := hubtest.StartAt(t, now, where, hubtest.Source(t, "pushed", "webhook", "", map[string]any{"format": "cti", "token": token}), func(c *config.Config) {
				c.LostCalls = config.LostCalls{Ringing: 10 * time.Minute, Talking: 4 * time.Hour}
			})
			_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager, "100")
			_, sue := h.Person("sue", "Sue", leads.RoleSupervisor)
			push := func(event, id, more string) {
				t.Helper()
				body := `{"event":"` + event + `","callId":"` + id + `","direction":"in","from":"7916123450` + id + `","to":"74951234567","user":["100"]` + more + `}`
				if status, answer := h.Request(http.MethodPost, "", "/in/pushed/"+token, json.RawMessage(body)); status != http.StatusOK {
					t.Fatalf("pushing %s: %d %s", event, status, answer)
				}
			}
			call := func(id string) leads.CallRecord {
				t.Helper()
				calls := hubtest.List[leads.CallRecord](h, sue, "/api/v1/calls", map[string][]string{"linkedid": {id}})
				if len(calls) != 1 {
					t.Fatalf("%d calls %s", len(calls), id)
				}
				return calls[0]
			}
			activity := func() leads.Activity {
				t.Helper()
				var p struct{ Items []leads.Seat }
				h.Get(sue, "/api/v1/presence", &p)
				return p.Items[slices.IndexFunc(p.Items, func(s leads.Seat) bool { return s.User.Name == "Анна Орлова" })].Activity
			}
			pass := func(d time.Duration) {
				ahead.Add(int64(d))
				h.LostCalls().Sweep(t.Context())
			}
			push("newCall", "1", "")
			push("newCall", "2", "")
			push("answer", "2", `,"answeringNumber":"100"`)
			pass(11 * time.Minute)
			if c := call("1"); c.State != leads.CallEnded || c.Disposition != leads.Interrupted || !c.Ended.Equal(c.Started) || !c.NotAnswered() {
				t.Errorf("rang for eleven minutes: %+v", c)
			}
			if tasks := hubtest.List[leads.Task](h, sue, "/api/v1/tasks", nil); len(tasks) != 1 || tasks[0].ContactID != call("1").ContactID {
				t.Errorf("tasks %+v", tasks)
			}
			if c := call("2"); c.State != leads.CallTalking || activity() != leads.Talking {
				t.Errorf("talks for eleven minutes: %+v, Anna %s", c, activity())
			}
			pass(4 * time.Hour)
			if c := call("2"); c.State != leads.CallEnded || c.Disposition != leads.Interrupted || c.TalkMS != 0 || c.OperatorUser == nil || activity() != leads.Idle {
				t.Errorf("talked for more than four hours: %+v, Anna %s", c, activity())
			}
			push("hangup", "2", `,"cause":"normalClearing"`)
			if c := call("2"); c.Disposition != leads.Answered || c.TalkMS < (4*time.Hour).Milliseconds() || c.OperatorUser == nil {
				t.Errorf("the end came late: %+v", c)
			}
			push("newCall", "3", "")
			push("answer", "3", `,"answeringNumber":"100"`)
			if status, _ := h.Request(http.MethodPost, anna, "/api/v1/calls/"+call("3").ID+"/hangup", map[string]any{}); status != http.StatusConflict {
				t.Errorf("a manager ends the record of a call that no exchange shows: %d", status)
			}
			if status, body := h.Request(http.MethodPost, sue, "/api/v1/calls/"+call("3").ID+"/hangup", map[string]any{}); status != http.StatusNoContent {
				t.Fatalf("the supervisor hangs up: %d %s", status, body)
			}
			if c := call("3"); c.State != leads.CallEnded || c.Disposition != leads.Interrupted || activity() != leads.Idle {
				t.Errorf("after the supervisor hung up: %+v, Anna %s", c, activity())
			}
		})
	}
}

// A call that Asterisk still has goes on, however long it lasts; a call of a source
// that was removed from the configuration ends.
func TestRealCallThatLastsIsNotLost(t *testing.T) {
	t.Parallel()
	pbx := asterisktest.Start(t)
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	h := hubtest.StartAt(t, now, dialling(t, pbx))
	_, sue := h.Person("sue", "Sue", leads.RoleSupervisor)
	h.Connected("pbx")
	pbx.Phone("100", 0, 0)
	talks, ended := h.Events(sue, leads.EventCallUpdated), h.Events(sue, leads.EventCallEnded)
	caller := pbx.Call("79161234567", "7001")
	hubtest.Await(t, talks, "the talk", func(e hubtest.Received) bool { return e.Call.State == leads.CallTalking })
	old := leads.Touch{
		ExternalID: "old", Channel: leads.ChannelCall, Direction: leads.In, At: now(), From: []leads.Identity{{Kind: leads.KindPhone, Value: "+79161234568"}},
		Call: &leads.Call{Linkedid: "old", Direction: leads.In, State: leads.CallTalking, From: "+79161234568", Operator: "100", Started: now(), Answered: now(), Legs: []leads.Leg{}},
	}
	if err := h.Inbox("gone").Put(t.Context(), "", old); err != nil {
		t.Fatal(err)
	}
	ahead.Store(int64(5 * time.Hour))
	h.LostCalls().Sweep(t.Context())
	e := hubtest.Await(t, ended, "the end of the call that nobody sees", func(hubtest.Received) bool { return true })
	if e.Call.Linkedid != "old" || e.Call.Disposition != leads.Interrupted {
		t.Errorf("ended: %+v", e.Call)
	}
	if status, _ := h.Request(http.MethodGet, sue, "/api/v1/calls/"+callOf(h, sue), nil); status != http.StatusOK {
		t.Error("the call at the exchange is gone")
	}
	caller.Hangup()
	e = hubtest.Await(t, ended, "the end of the long call", func(e hubtest.Received) bool { return e.Call.Linkedid != "old" })
	if e.Call.Disposition != leads.Answered {
		t.Errorf("the long call ended as %+v", e.Call)
	}
}
