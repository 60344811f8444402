package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
	"ctihub/storage/storagetest"
)

// dialling is the source of a real Asterisk that places calls.
func dialling(t testing.TB, pbx *asterisktest.PBX) func(*config.Config) {
	address, user, secret := pbx.ARI()
	return hubtest.Source(t, "pbx", "asterisk", "", map[string]any{
		"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}, "dial_out": map[string]string{"+": ""},
		"dids": map[string]string{"+74950001122": "Main"},
		"dial": map[string]any{"context": "internal", "caller_id": "Company <+74950001122>", "ring": "60s", "allow": []string{"+7*"}},
	})
}

// Anna clicks on a customer's number, twice. Her telephone rings once, then the
// customer's; she sees the progress, and hangs up on the page. The log has one
// outbound call of hers, with the customer and the caller id that they saw.
func TestBrowserClickToCall(t *testing.T) {
	pbx := asterisktest.Start(t)
	h := hubtest.Start(t, dialling(t, pbx))
	annaID, anna := h.Person("anna", "Анна Орлова", leads.RoleManager, "100")
	_, boris := h.Person("boris", "Борис Титов", leads.RoleOperator, "101")
	h.Connected("pbx")
	own, far := pbx.Phone("100", -1, 0), pbx.Phone("trunk", -1, 0)

	// The customer called before, and nobody answered.
	ended := h.Events(anna, leads.EventCallEnded)
	missed := pbx.Call("79161234567", "7001")
	asterisktest.Next(t, own.Rings())
	missed.Hangup()
	hubtest.Await(t, ended, "the end of the missed call", func(hubtest.Received) bool { return true })

	b := hubtest.NewBrowser(t)
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/calls", "lang": "ru-RU"})
	card := func(state string) {
		t.Helper()
		b.Do("wait", "anna", map[string]any{"selector": "[data-dial-state=" + state + "]"})
	}
	button := `tr[data-call] button[data-dial="+79161234567"]`
	b.Do("wait", "anna", map[string]any{"selector": button + `[aria-label="Позвонить: +7 916 123-45-67"]`})
	b.Do("doubleClick", "anna", map[string]any{"selector": button})
	mine := asterisktest.Next(t, own.Rings()).Call
	card("ringing_operator")
	mine.Answer()
	customer := asterisktest.Next(t, far.Rings())
	if customer.Caller != "+74950001122" {
		t.Errorf("the customer sees %s", customer.Caller)
	}
	card("ringing_customer")
	customer.Call.Answer()
	b.Do("wait", "anna", map[string]any{"selector": ".dock [data-dial-state=talking], .dock [data-card][data-state=talking]"})
	status, _ := h.Request(http.MethodPost, boris, "/api/v1/calls/"+callOf(h, anna)+"/hangup", map[string]any{})
	if status != http.StatusNotFound {
		t.Errorf("Boris hangs up Anna's call: %d", status)
	}
	b.Do("goto", "anna", map[string]any{"url": h.URL + "/"})
	b.Do("click", "anna", map[string]any{"selector": "[data-card][data-state=talking] [data-hangup]"})
	asterisktest.Wait(t, "the customer's telephone hangs up", customer.Call.Done())
	e := hubtest.Await(t, ended, "the end of the call", func(e hubtest.Received) bool { return e.Call.Direction == leads.Out })
	if e.Call.Disposition != leads.Answered || e.Call.OperatorUser == nil || e.Call.OperatorUser.ID != annaID || e.Call.To != "+79161234567" || e.Call.DID != "+74950001122" || e.Contact == nil {
		t.Errorf("the call ended as %+v", e.Call)
	}
	if n := len(own.Rings()); n != 0 {
		t.Errorf("the telephone rang %d times more", n)
	}
	waitFor(t, "the dial is over", func() bool { return dialsOf(h, anna)[0].State == leads.DialEnded })
	if all := dialsOf(h, anna); len(all) != 1 || all[0].CallID != e.Call.ID || all[0].ID != e.Call.Linkedid {
		t.Errorf("dials %+v of call %s", all, e.Call.ID)
	}
	calls := hubtest.List[leads.CallRecord](h, anna, "/api/v1/calls", nil)
	if out := slices.DeleteFunc(calls, func(c leads.CallRecord) bool { return c.Direction != leads.Out }); len(out) != 1 {
		t.Errorf("%d outbound calls", len(out))
	}

	// A typed number fails, with the reason on the page; another is cancelled on the page.
	own.Close()
	pbx.RejectingPhone("100", 0, 486)
	b.Do("fill", "anna", map[string]any{"selector": "input[name=dial]", "value": "8 (916) 765-43-21"})
	b.Do("click", "anna", map[string]any{"selector": ".dial-field button"})
	b.Do("wait", "anna", map[string]any{"selector": "[data-dial-state=failed][data-reason=operator_busy] :text('Ваш телефон занят')"})
	b.Do("fill", "anna", map[string]any{"selector": "input[name=dial]", "value": "+44 20 7123 4567"})
	b.Do("click", "anna", map[string]any{"selector": ".dial-field button"})
	card("refused")
	b.Do("wait", "anna", map[string]any{"selector": "[data-dial-state=refused]:has-text('Номера этой страны или области отсюда не набираются')"})
	if all := dialsOf(h, anna); len(all) != 2 || all[0].Number != "+79167654321" {
		t.Errorf("dials %+v", all)
	}
}

// A dial that is requested at one hub is placed by the hub that owns the exchange; when
// the owner dies during the call, the other hub continues it without ringing anybody a
// second time.
func TestRealDialOverTwoHubs(t *testing.T) {
	pbx := asterisktest.Start(t)
	dsn, redis := storagetest.Postgres(t), storagetest.Redis(t)
	shared := func(c *config.Config) { c.Database, c.Redis = dsn, redis }
	one := hubtest.Start(t, shared, dialling(t, pbx))
	_, anna := one.Person("anna", "Анна Орлова", leads.RoleManager, "100")
	one.Connected("pbx")
	two := hubtest.Start(t, shared, dialling(t, pbx))
	own, far := pbx.Phone("100", -1, 0), pbx.Phone("trunk", -1, 0)
	seen := two.Events(anna, leads.EventDial)

	status, body := two.Request(http.MethodPost, anna, "/api/v1/dials", map[string]any{"number": "+79161234567", "key": "k"})
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	mine := asterisktest.Next(t, own.Rings()).Call
	hubtest.Await(t, seen, "the operator's ring", func(e hubtest.Received) bool { return e.Dial.State == leads.DialOperator })
	one.Stop()
	two.Connected("pbx")
	mine.Answer()
	customer := asterisktest.Next(t, far.Rings()).Call
	hubtest.Await(t, seen, "the customer's ring", func(e hubtest.Received) bool { return e.Dial.State == leads.DialCustomer })
	customer.Answer()
	hubtest.Await(t, seen, "the talk", func(e hubtest.Received) bool { return e.Dial.State == leads.DialTalking })
	customer.Hangup()
	hubtest.Await(t, seen, "the end", func(e hubtest.Received) bool { return e.Dial.State == leads.DialEnded })
	status, body = two.Request(http.MethodPost, anna, "/api/v1/dials", map[string]any{"number": "+79161234567", "key": "k"})
	if status != http.StatusOK || !strings.Contains(string(body), `"state":"ended"`) {
		t.Errorf("the same key again: %d %s", status, body)
	}
	_, _ = two.Request(http.MethodPost, anna, "/api/v1/dials", map[string]any{"number": "+79161234568", "key": "next"})
	asterisktest.Next(t, own.Rings()).Call.Hangup() // any repetition would have come before
	if n := len(own.Rings()) + len(far.Rings()); n != 0 {
		t.Errorf("%d telephones rang again", n)
	}
}

func dialsOf(h *hubtest.Hub, token string) []leads.Dial {
	h.T.Helper()
	var p struct{ Items []leads.Dial }
	h.Get(token, "/api/v1/dials", &p)
	return p.Items
}

// callOf is the id of the only call in progress.
func callOf(h *hubtest.Hub, token string) string {
	h.T.Helper()
	for _, c := range hubtest.List[leads.CallRecord](h, token, "/api/v1/calls", nil) {
		if c.State != leads.CallEnded {
			return c.ID
		}
	}
	h.T.Fatal("no call is in progress")
	return ""
}
