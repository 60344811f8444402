package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// A website's form is posted with premium and foreign numbers, and a thousand times
// with others: no telephone rings and nothing is dialled, but each visitor gets a lead,
// a task and the promise of a call. Users cannot dial these numbers either, and
// permitted numbers are still dialled.
func TestRealFormIsNoTollFraud(t *testing.T) {
	t.Parallel()
	pbx := asterisktest.Start(t)
	address, user, secret := pbx.ARI()
	h := hubtest.Start(t,
		hubtest.Source(t, "pbx", "asterisk", "", map[string]any{
			"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}, "dial_out": map[string]string{"+": ""},
			"dial": map[string]any{"context": "internal", "ring": "60s"},
		}),
		hubtest.Source(t, "site", "webform", "", map[string]any{
			"show": []string{"name", "phone"}, "require": []string{"phone"}, "per_minute": 1000, "callback": map[string]any{"hours": []string{"mon-sun 00:00-24:00"}},
		}),
		func(c *config.Config) { c.Dialling.Forms.PerHub, c.Dialling.Forms.PerAddress = 2, 1000 })
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager, "100")
	h.Connected("pbx")
	own := pbx.Phone("100", -1, 0)
	posted := 0
	calls := func(number string) bool {
		t.Helper()
		posted++
		status, body := h.Request(http.MethodPost, "", "/in/site", map[string]any{"phone": number, "_callback": "now"})
		var answer struct {
			OK       bool
			Callback struct{ Calling bool }
		}
		if err := json.Unmarshal(body, &answer); err != nil || status != http.StatusOK || !answer.OK {
			t.Fatalf("the form with %s: %d %s", number, status, body)
		}
		return answer.Callback.Calling
	}
	for _, number := range []string{"+78091234567", "+18095551234", "+447012345678", "+77011234567", "+78001234567"} {
		if calls(number) {
			t.Errorf("%s is dialled at a visitor's wish", number)
		}
	}
	for _, number := range []string{"+78091234567", "+18095551234", "+447012345678", "112", "102"} {
		if status, body := h.Request(http.MethodPost, anna, "/api/v1/dials", map[string]any{"number": number, "key": number}); status != http.StatusBadRequest {
			t.Errorf("%s is dialled at a click: %d %s", number, status, body)
		}
	}
	rang := 0
	for i := range 10 {
		if calls(fmt.Sprintf("+7916123450%d", i)) {
			rang++
			asterisktest.Next(t, own.Rings()).Call.Hangup()
			waitFor(t, "the dial is over", func() bool { return dialsOf(h, anna)[0].State.Over() })
		}
	}
	if all := dialsOf(h, anna); rang != 2 || len(all) != 2 || len(own.Rings()) != 0 {
		t.Errorf("%d visitors were called of 2 a day, %d more rings, dials %+v", rang, len(own.Rings()), all)
	}
	if tasks := hubtest.List[leads.Task](h, anna, "/api/v1/tasks", nil); len(tasks) != posted {
		t.Errorf("%d tasks of %d visitors", len(tasks), posted)
	}
	if all := hubtest.List[leads.Lead](h, anna, "/api/v1/leads", nil); len(all) != posted {
		t.Errorf("%d leads of %d visitors", len(all), posted)
	}
	if status, body := h.Request(http.MethodPost, anna, "/api/v1/dials", map[string]any{"number": "+79161234501", "key": "by hand"}); status != http.StatusOK {
		t.Fatalf("called by hand: %d %s", status, body)
	}
	asterisktest.Next(t, own.Rings()).Call.Hangup()
}
