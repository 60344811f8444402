package web

import (
	"net/http"
	"testing"
	"time"

	"ctihub/leads"
)

// expectDeliveries asks for every route of deliveries; all is what those get
// who may look. Only an administrator replays.
func (h *hub) expectDeliveries(c *client, login string, all int) {
	h.t.Helper()
	list, err := h.store.Deliveries(h.t.Context(), leads.DeliveryFilter{}, leads.Page{Limit: 1})
	if err != nil || len(list.Items) == 0 {
		h.t.Fatalf("no delivery to look at: %v", err)
	}
	one := "/api/v1/deliveries/" + list.Items[0].ID
	h.expect(c, login, "GET", "/api/v1/sinks", "", all)
	h.expect(c, login, "GET", "/api/v1/deliveries?sink=crm&state=waiting", "", all)
	h.expect(c, login, "GET", one, "", all)
	if all == http.StatusOK {
		h.expect(c, login, "GET", "/api/v1/deliveries/no-such-id", "", http.StatusNotFound)
		h.expect(c, login, "GET", "/api/v1/deliveries?state=lost", "", http.StatusBadRequest)
	}
	replay := http.StatusForbidden
	if login == "root" {
		replay = http.StatusOK
		h.kill(list.Items[0].ID)
	}
	h.expect(c, login, "POST", one+"/replay", "", replay)
	if replay == http.StatusOK {
		h.expect(c, login, "POST", one+"/replay", "", http.StatusConflict)
		h.expect(c, login, "POST", "/api/v1/deliveries/no-such-id/replay", "", http.StatusNotFound)
	}
}

// kill makes a waiting delivery a dead one.
func (h *hub) kill(id string) {
	h.t.Helper()
	ctx := h.t.Context()
	claimed, err := h.store.ClaimDeliveries(ctx, leads.Claim{Sink: "crm", Owner: "test", Most: 100, Lease: time.Minute, Wait: func(int) time.Duration { return time.Hour }})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, c := range claimed {
		if c.DeliveryID == id {
			if err := h.store.FinishDelivery(ctx, c, leads.Verdict{State: leads.DeliveryDead, Error: "the receiver answered 410 Gone"}); err != nil {
				h.t.Fatal(err)
			}
			return
		}
	}
	h.t.Fatalf("delivery %s is not due", id)
}

func TestDeliveries(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		h.serve("ole", canaryPhone, canaryEmail, canaryName)
		kicked := 0
		h.OnReplay = func() { kicked++ }
		root := h.as("root")
		var list struct{ Items []leads.Delivery }
		root.get("/api/v1/deliveries?sink=crm", &list)
		if len(list.Items) != 1 {
			t.Fatalf("%d deliveries", len(list.Items))
		}
		h.kill(list.Items[0].ID)
		var sinks struct{ Items []leads.SinkState }
		h.as("sue").get("/api/v1/sinks", &sinks)
		if len(sinks.Items) != 1 || sinks.Items[0].Dead != 1 || !sinks.Items[0].Configured || sinks.Items[0].Kind != "webhook" {
			t.Errorf("sinks: %+v", sinks.Items)
		}
		var d leads.Delivery
		h.as("sue").get("/api/v1/deliveries/"+list.Items[0].ID, &d)
		if d.State != leads.DeliveryDead || d.Error == "" || d.Event == nil || d.Event.Contact == nil || d.Event.Contact.Name != canaryName {
			t.Errorf("dead letter: %+v", d)
		}
		root.send("POST", "/api/v1/deliveries/"+d.ID+"/replay", "", &d)
		if d.State != leads.DeliveryWaiting || kicked != 1 {
			t.Errorf("replayed: %+v, kicked %d times", d, kicked)
		}
	})
}
