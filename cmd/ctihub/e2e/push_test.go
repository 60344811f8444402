package e2e

import (
	"net/http"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Another exchange pushes its calls: the operator sees the card, a missed call makes a
// task to call back, and a late push of the answer withdraws it. An event that another
// program posts becomes one lead.
func TestPushedCallsAndEvents(t *testing.T) {
	const secret = "0123456789abcdef"
	h := hubtest.Start(t,
		hubtest.Source(t, "exchange", "webhook", "", map[string]any{"token": secret, "format": "cti"}),
		hubtest.Source(t, "shop", "webhook", "", map[string]any{"token": secret, "channel": "form", "map": map[string]any{
			"id": "$.id", "name": []string{"$.name"}, "phones": []string{"$.phone"}, "text": []string{"$.text"},
		}}))
	olegID, oleg := h.Person("oleg", "Олег Мещеряков", leads.RoleManager, "101")
	live := h.Events(oleg, leads.EventCallRinging, leads.EventTaskCreated, leads.EventTaskDone)
	push := func(event string, more map[string]any) {
		t.Helper()
		body := map[string]any{"event": event, "callId": "c1", "direction": "in", "from": "79161234567", "to": "74951234567"}
		for k, v := range more {
			body[k] = v
		}
		if status, said := h.Request(http.MethodPost, "", "/in/exchange/"+secret, body); status != http.StatusOK {
			t.Fatalf("%s: %d %s", event, status, said)
		}
	}
	push("newCall", map[string]any{"user": []string{"101"}})
	hubtest.Await(t, live, "the card", func(e hubtest.Received) bool { return e.Type == leads.EventCallRinging })
	push("hangup", map[string]any{"cause": "noAnswer"})
	hubtest.Await(t, live, "the call-back", func(e hubtest.Received) bool { return e.Type == leads.EventTaskCreated })
	push("answer", map[string]any{"user": "101", "answeringNumber": "101"})
	hubtest.Await(t, live, "its end", func(e hubtest.Received) bool { return e.Type == leads.EventTaskDone })
	push("hangup", map[string]any{"cause": "noAnswer"})
	calls := hubtest.List[leads.CallRecord](h, oleg, "/api/v1/calls", nil)
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	if c := calls[0]; c.Disposition != leads.Answered || c.State != leads.CallEnded || c.OperatorUser == nil || c.OperatorUser.ID != olegID || len(c.Legs) != 1 {
		t.Errorf("call %+v", c)
	}

	order := map[string]any{"id": 7, "name": "Пётр", "phone": "8 916 123-45-67", "text": "Окна"}
	for range 2 {
		if status, said := h.Request(http.MethodPost, "", "/in/shop?token="+secret, order); status != http.StatusOK {
			t.Fatalf("%d %s", status, said)
		}
	}
	all := hubtest.List[leads.Interaction](h, oleg, "/api/v1/interactions", nil)
	if len(all) != 2 || all[0].Text != "Окна" || all[0].ContactID != calls[0].ContactID {
		t.Errorf("interactions %+v", all)
	}
	if status, _ := h.Request(http.MethodPost, "", "/in/shop?token=another", order); status != http.StatusUnauthorized {
		t.Errorf("another token: %d", status)
	}
}
