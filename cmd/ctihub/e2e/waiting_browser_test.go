package e2e

import (
	"context"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Anna missed a call; the task to call back is the customer's manager's. Her page of
// tasks says how many customers wait, and that colleagues have the tasks. When the
// customer was reached it says that nobody waits.
func TestBrowserTasksSayWhoWaits(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t)
	h.Person("anna", "Анна Орлова", leads.RoleOperator, "100")
	h.Person("boris", "Борис Климов", leads.RoleManager, "101")
	in := h.Inbox("pbx")
	call := func(key string, answered time.Time) {
		t.Helper()
		at := time.Now().Add(-time.Minute)
		c := leads.Call{
			Linkedid: key, Direction: leads.In, State: leads.CallEnded, Disposition: leads.Missed, From: "+79161234567", To: "100", Started: at, Ended: at.Add(20 * time.Second),
			Legs: []leads.Leg{{Channel: key + "-1", Extension: "100", State: leads.LegNoAnswer, Rang: at, Ended: at.Add(20 * time.Second)}},
		}
		if !answered.IsZero() {
			c.Disposition, c.Answered, c.Ended = leads.Answered, answered, answered.Add(time.Second)
		}
		touch := leads.Touch{
			ExternalID: key, Channel: leads.ChannelCall, Direction: leads.In, At: at, From: []leads.Identity{{Kind: leads.KindPhone, Value: "+79161234567"}}, Call: &c,
		}
		if err := in.Put(context.Background(), "", touch); err != nil {
			t.Fatal(err)
		}
	}
	b := hubtest.NewBrowser(t)
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/tasks", "lang": "ru-RU"})
	b.Do("wait", "anna", map[string]any{"selector": ".empty:has-text('Никто не ждёт звонка')"})
	call("missed", time.Time{})
	b.Do("goto", "anna", map[string]any{"url": h.URL + "/tasks"})
	b.Do("wait", "anna", map[string]any{"selector": ".empty:has-text('Вас ничего не ждёт'):has-text('1 клиент ждёт звонка')"})
	call("talk", time.Now())
	b.Do("goto", "anna", map[string]any{"url": h.URL + "/tasks"})
	b.Do("wait", "anna", map[string]any{"selector": ".empty:has-text('Никто не ждёт звонка')"})
}
