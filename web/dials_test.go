package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/leads/calls"
)

// wantDials checks the dials of one user and that others have no part in them.
func (h *hub) wantDials(login string) {
	h.t.Helper()
	other := "ole"
	if login == other {
		other = "max"
	}
	ext := h.users[login].Extensions
	c := h.as(login)
	if len(ext) == 0 {
		h.expect(c, login, "POST", "/api/v1/dials", `{"number":"+79161234567","key":"a"}`, http.StatusConflict)
		return
	}
	var d, again leads.Dial
	c.send("POST", "/api/v1/dials", `{"number":"+79161234567","key":"`+login+`"}`, &d)
	c.send("POST", "/api/v1/dials", `{"number":"+79161234567","key":"`+login+`"}`, &again)
	if d.ID != again.ID || d.State != leads.DialAsked || d.Extension != ext[0] || d.User.ID != h.users[login].ID {
		h.t.Errorf("%s dials %+v, then %+v", login, d, again)
	}
	c.refused(http.StatusConflict, "POST", "/api/v1/dials", `{"number":"+79161234567","key":"another"}`)
	h.expect(c, login, "GET", "/api/v1/dials/"+d.ID, "", http.StatusOK)
	h.expect(c, login, "GET", "/api/v1/dials", "", http.StatusOK)
	h.as(other).refused(http.StatusNotFound, "GET", "/api/v1/dials/"+d.ID, "")
	h.as(other).refused(http.StatusNotFound, "DELETE", "/api/v1/dials/"+d.ID, "")
	h.as("sue").send("GET", "/api/v1/dials/"+d.ID, "", nil)
	c.send("DELETE", "/api/v1/dials/"+d.ID, "", &d)
	if d.State != leads.DialFailed || d.Reason != leads.DialCancelled {
		h.t.Errorf("%s gave up, and it is %+v", login, d)
	}
}

// What is no number, no telephone of one's own or no contact that one may see
// is refused before anything is stored.
func TestDialIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		maxs := h.serve("max", "+79031112233", "other@example.ru", "Other")
		oles := h.serve("ole", canaryPhone, canaryEmail, canaryName)
		c := h.as("ole")
		for _, hostile := range []string{
			`100&PJSIP/trunk/sip:900@127.0.0.1`, `100,30,g`, `${SHELL(id)}`, `100\n`, `100\r\nAction: Originate`, `1`, `+`, `1234567890123456`, `+7 916 1234567`, `s`, `*97`,
			`100\u0000`, `٠١٢٣`, `+79009999999`,
		} {
			c.refused(http.StatusBadRequest, "POST", "/api/v1/dials", `{"key":"k","number":"`+hostile+`"}`)
		}
		for _, wrong := range []string{
			`{"number":"+79161234567"}`, `{"key":"k"}`, `{"key":"k","number":"+79161234567","extension":"999"}`, `{"key":"k","number":"+79161234567","source":"site"}`,
			`{"key":"k","contact_id":"` + oles.contact + `","number":"+79031112233"}`, `{"key":"a\u0001","number":"+79161234567"}`,
		} {
			c.refused(http.StatusBadRequest, "POST", "/api/v1/dials", wrong)
		}
		c.refused(http.StatusBadRequest, "POST", "/api/v1/dials", `{"key":"k","number":"+79161234567"}`, func(r *http.Request) { r.Header.Set("Idempotency-Key", "other") })
		c.refused(http.StatusNotFound, "POST", "/api/v1/dials", `{"key":"k","contact_id":"`+maxs.contact+`"}`)
		var list struct{ Items []leads.Dial }
		c.get("/api/v1/dials", &list)
		if len(list.Items) != 0 {
			t.Errorf("stored %+v", list.Items)
		}
		var d leads.Dial
		c.send("POST", "/api/v1/dials", `{"key":"k","contact_id":"`+oles.contact+`"}`, &d)
		if d.Number != canaryPhone {
			t.Errorf("the contact's phone: %+v", d)
		}
	})
}

// Why a number is not dialled is a code, for the words of the workplace, and the
// rule with its remedy; the day's end of a count is told as such.
func TestDialRefusalSaysWhy(t *testing.T) {
	rules := calls.UsualPolicy("RU")
	rules.Click.PerAddress = 1
	h := sqliteHub(t, func(o *Options) { o.Calls.Policy = rules })
	c := h.as("ole")
	dial := func(number, address string, status int) string {
		t.Helper()
		p := c.refused(status, "POST", "/api/v1/dials", `{"key":"`+number+address+`","number":"`+number+`"}`, func(r *http.Request) { r.Header.Set("X-Forwarded-For", address) })
		if p.Detail == "" || p.Field != "number" {
			t.Errorf("%s: %+v", number, p)
		}
		return string(p.Reason)
	}
	h.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	for number, want := range map[string]leads.DialRefusal{
		"+78091234567": leads.RefuseCostly, "+4930901820": leads.RefuseForeign, "112": leads.RefuseEmergency,
	} {
		if got := dial(number, "203.0.113.1", http.StatusBadRequest); got != string(want) {
			t.Errorf("%s: %q, want %q", number, got, want)
		}
	}
	var d leads.Dial
	c.send("POST", "/api/v1/dials", `{"key":"k","number":"+79161234567"}`, &d)
	c.send("DELETE", "/api/v1/dials/"+d.ID, "", nil)
	if got := dial("+79161234567", "127.0.0.1", http.StatusTooManyRequests); got != string(leads.RefuseAddress) {
		t.Errorf("the second call from an address: %q", got)
	}
	if res := c.do("POST", "/api/v1/dials", `{"key":"k2","number":"+79161234567"}`, func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.2") }); res.StatusCode != http.StatusOK {
		t.Errorf("a call from another address: %s", res.Status)
	}
}

// One hangs up one's own part; a supervisor the whole call; what is not one's
// own, or over, is refused.
func TestHangUp(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		ended := h.serve("ole", canaryPhone, canaryEmail, canaryName)
		hangup := func(id string) string { return fmt.Sprintf("/api/v1/calls/%s/hangup", id) }
		mine, gone := h.talk("1.1", "live-leg", "max"), h.talk("live-leg", "dead-leg", "max")
		h.as("max").send("POST", hangup(mine), "", nil)
		h.as("max").refused(http.StatusConflict, "POST", hangup(gone), "")
		h.as("sue").send("POST", hangup(gone), "", nil)                    // the whole call: its linkedid
		h.as("ole").refused(http.StatusConflict, "POST", hangup(gone), "") // seen, but not Ole's
		lost, followed := h.talk("lost", "dead-leg", "max"), h.talk("1.1-2", "dead-leg", "max")
		h.as("max").refused(http.StatusConflict, "POST", hangup(lost), "")
		h.as("sue").send("POST", hangup(lost), "", nil) // nobody shows it any more: its record ends
		h.as("sue").refused(http.StatusConflict, "POST", hangup(lost), "")
		h.as("sue").refused(http.StatusConflict, "POST", hangup(followed), "")
		var over leads.CallRecord
		h.as("sue").get("/api/v1/calls/"+lost, &over)
		if over.State != leads.CallEnded || over.Disposition != leads.Interrupted || over.Answered.IsZero() || over.ContactID == "" {
			t.Errorf("a call whose end was lost, after the supervisor hung up: %+v", over)
		}
		h.as("ada").refused(http.StatusNotFound, "POST", hangup(mine), "")
		h.as("ole").refused(http.StatusConflict, "POST", hangup(ended.call), "")
	})
}

// talk stores a call in which somebody talks with a customer, and returns its id.
func (h *hub) talk(linkedid, leg, login string) string {
	h.t.Helper()
	at, ext := time.Now().UTC().Truncate(time.Second), h.users[login].Extensions[0]
	h.putFrom("pbx", leads.Touch{
		ExternalID: linkedid, Channel: leads.ChannelCall, Direction: leads.In, At: at, From: []leads.Identity{{Kind: leads.KindPhone, Value: canaryPhone}},
		Call: &leads.Call{
			Linkedid: linkedid, Direction: leads.In, State: leads.CallTalking, From: canaryPhone, To: "200", Operator: ext, Started: at, Answered: at,
			Legs: []leads.Leg{{Channel: leg, Extension: ext, State: leads.LegTalking, Rang: at, Answered: at}},
		},
	})
	var p struct{ Items []leads.CallRecord }
	h.as("sue").get("/api/v1/calls?linkedid="+linkedid, &p)
	return p.Items[0].ID
}
