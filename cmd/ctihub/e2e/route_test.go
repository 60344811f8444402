package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

const routeToken = "0123456789abcdef-dialplan"

// setRouteURL sets the address that the dialplan asks.
func setRouteURL(pbx *asterisktest.PBX, address string) {
	pbx.CLI("dialplan set global HUB_ROUTE " + address)
	pbx.CLI("dialplan set global HUB_TOKEN " + routeToken)
}

// desks registers phones for the queue's members, and one at the far end of the trunk,
// which must not ring because of the hub's answer.
func desks(pbx *asterisktest.PBX) <-chan rung {
	all := make(chan rung, 1000)
	for _, ext := range []string{"100", "101", "102", "trunk"} {
		phone := pbx.Phone(ext, -1, 0)
		go func() {
			for r := range phone.Rings() {
				all <- rung{ext, r.At}
			}
		}()
	}
	return all
}

type rung struct {
	extension string
	at        time.Time
}

// callQueue places a call to 7030 and returns the ringing phones: the first, and, if the
// queue rings, its other members. took is the time from the call to the first ring.
func callQueue(t *testing.T, pbx *asterisktest.PBX, caller string, rings <-chan rung) (who []string, took time.Duration) {
	t.Helper()
	began := time.Now()
	call := pbx.Call(caller, "7030")
	first := asterisktest.Next(t, rings)
	who, took = []string{first.extension}, first.at.Sub(began)
	if first.extension != "101" || queued(pbx) {
		for len(who) < 3 {
			who = append(who, asterisktest.Next(t, rings).extension)
		}
	}
	call.Hangup()
	slices.Sort(who)
	for deadline := time.Now().Add(asterisktest.Patience); ; time.Sleep(20 * time.Millisecond) { // the console has no event to await
		if strings.HasPrefix(pbx.CLI("core show channels count"), "0 ") {
			return who, took
		}
		if time.Now().After(deadline) {
			t.Fatal("the call does not end")
		}
	}
}

// queued reports whether a caller waits in the queue.
func queued(pbx *asterisktest.PBX) bool {
	return !strings.Contains(pbx.CLI("queue show sales"), "No Callers")
}

// The customer's manager rings first; if the hub fails or the manager cannot be
// reached, the queue rings within the time-out.
func TestRealRoute(t *testing.T) {
	pbx := asterisktest.Start(t)
	address, user, secret := pbx.ARI()
	h := hubtest.Start(t, hubtest.Source(t, "pbx", "asterisk", "", map[string]any{
		"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}, "route_token": routeToken,
		"blacklist": []string{"+79169999999"},
	}))
	boris, borisToken := h.Person("boris", "Борис Титов", leads.RoleManager, "101")
	_, chief := h.Person("chief", "Вера Шеф", leads.RoleSupervisor)
	h.Connected("pbx")
	rings := desks(pbx)
	route := h.URL + "/route/pbx"
	setRouteURL(pbx, route)
	const customer = "79161234567"
	queue, manager := []string{"100", "101", "102"}, []string{"101"}
	expect := func(what string, want []string) {
		t.Helper()
		who, took := callQueue(t, pbx, customer, rings)
		for again := 0; len(want) == 1 && len(who) == 3 && again < 5; again++ {
			who, took = callQueue(t, pbx, customer, rings) // on a stalled machine the answer may come too late
		}
		t.Logf("%s: %v after %v", what, who, took)
		if !slices.Equal(who, want) {
			t.Errorf("%s: %v ring, want %v", what, who, want)
		}
	}
	expect("a stranger", queue)
	waitFor(t, "the lead is the manager's", func() bool {
		all := hubtest.List[leads.Lead](h, chief, "/api/v1/leads", nil)
		return len(all) == 1 && all[0].ManagerID == boris
	})
	expect("a known customer", manager)
	h.Request(http.MethodPut, borisToken, "/api/v1/me/presence", map[string]any{"presence": "paused", "reason": "lunch"})
	expect("the manager has lunch", queue)
	h.Request(http.MethodPut, borisToken, "/api/v1/me/presence", map[string]any{"presence": "available"})
	expect("the manager is back", manager)

	watching := h.Events(chief, leads.EventCallRinging, leads.EventCallEnded, leads.EventLeadCreated)
	callQueue(t, pbx, "79169999999", rings)
	if e := hubtest.Await(t, watching, "the end of a call on the blacklist", func(e hubtest.Received) bool { return e.Call != nil && e.Call.From == "+79169999999" }); e.Type != leads.EventCallEnded ||
		e.Call.Disposition != leads.Barred || e.Contact != nil || e.Lead != nil || len(e.Call.Legs) != 3 {
		t.Errorf("of a number on the blacklist: %s %+v %+v %+v", e.Type, e.Call, e.Contact, e.Lead)
	}
	if all := hubtest.List[leads.Contact](h, chief, "/api/v1/contacts", nil); len(all) != 1 {
		t.Errorf("%d contacts, want the customer alone", len(all))
	}
	if all := hubtest.List[leads.CallRecord](h, chief, "/api/v1/calls", url.Values{"disposition": {"barred"}}); len(all) != 1 || all[0].From != "+79169999999" {
		t.Errorf("the log shows of the blacklist %+v", all)
	}

	hanging, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer hanging.Close()
	setRouteURL(pbx, "http://"+hanging.Addr().String()+"/route/pbx")
	expect("the hub hangs", queue)
	for what, answer := range map[string]string{
		"two devices": "PJSIP/101&PJSIP/trunk/sip:900@127.0.0.1", "a line break": "PJSIP/101\nPJSIP/100", "options": "PJSIP/101,30,g",
		"a quotation mark": `PJSIP/101" = "PJSIP/101`, "a function": "PJSIP/${SHELL(id)}", "a page": "<html>502</html>",
		"brackets": "PJSIP/1)]?owner:", "nothing": "", "a technology": "PJSIP/", "the trunk": "Local/900@internal", "a URI": "PJSIP/trunk/sip:900@127.0.0.1",
	} {
		rubbish := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) }))
		setRouteURL(pbx, rubbish.URL)
		expect("the hub answers "+what, queue)
		rubbish.Close()
	}
	h.Stop()
	setRouteURL(pbx, route)
	expect("the hub is stopped", queue)
}

func waitFor(t testing.TB, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(hubtest.Patience); !f(); time.Sleep(20 * time.Millisecond) { // over HTTP there is no event to await
		if time.Now().After(deadline) {
			t.Fatalf("did not happen in time: %s", what)
		}
	}
}

// The time of a route request: over HTTP, for a hub with 2,000 customers, and from the
// call's arrival to the ring of the manager's telephone.
func TestRealRouteInTime(t *testing.T) {
	pbx := asterisktest.Start(t)
	address, user, secret := pbx.ARI()
	h := hubtest.Start(t, hubtest.Source(t, "pbx", "asterisk", "", map[string]any{
		"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}, "route_token": routeToken,
	}))
	h.Person("anna", "Анна Орлова", leads.RoleManager, "100")
	h.Connected("pbx")
	phone := pbx.Phone("100", -1, 0)

	const customers, together = 2000, 200
	in := h.Inbox("site")
	for i := 0; i < customers; i += together {
		touches := make([]leads.Touch, together)
		for j := range touches {
			number := fmt.Sprintf("+7916%07d", i+j)
			touches[j] = leads.Touch{ExternalID: number, Channel: leads.ChannelForm, Direction: leads.In, From: []leads.Identity{{Kind: leads.KindPhone, Value: number}}}
		}
		if err := in.Put(t.Context(), "", touches...); err != nil {
			t.Fatal(err)
		}
	}
	route := func(n int) (answer string, took time.Duration) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/route/pbx?caller=7916%07d&did=7010&id=1.1", h.URL, n), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Route-Token", routeToken)
		began := time.Now()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s, %v", res.Status, err)
		}
		return string(b), time.Since(began)
	}
	waiting := make([]int, customers)
	for n := range waiting {
		waiting[n] = n
	}
	waitFor(t, "every customer has a manager", func() bool {
		waiting = slices.DeleteFunc(waiting, func(n int) bool {
			answer, _ := route(n)
			return answer == "PJSIP/100"
		})
		return len(waiting) == 0
	})
	var asked []time.Duration
	late := 0
	for i := range 2000 {
		answer, took := route(i * 7 % customers)
		asked = append(asked, took)
		switch {
		case answer == "PJSIP/100":
		case answer == "" && took >= 40*time.Millisecond: // the limit of an answer; this machine was busy
			late++
		default:
			t.Errorf("the answer is %q after %v", answer, took)
		}
	}
	t.Logf("question over HTTP: p50 %v, p99 %v, late %d of %d", hubtest.Percentile(asked, 50), hubtest.Percentile(asked, 99), late, len(asked))

	setRouteURL(pbx, h.URL+"/route/pbx")
	for _, to := range []string{"7031", "7030"} {
		var took []time.Duration
		for i := range 100 {
			began := time.Now()
			call := pbx.Call(fmt.Sprintf("7916%07d", i), to)
			took = append(took, asterisktest.Next(t, phone.Rings()).At.Sub(began))
			call.Hangup()
		}
		t.Logf("call placed → ring, %s: p50 %v, p99 %v", to, hubtest.Percentile(took, 50), hubtest.Percentile(took, 99))
	}
}
