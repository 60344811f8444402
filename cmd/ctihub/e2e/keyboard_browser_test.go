package e2e

import (
	"net/url"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// keyboard is a person who never touches the mouse.
type keyboard struct {
	t   *testing.T
	b   *hubtest.Browser
	who string
}

func (k keyboard) key(keys ...string) {
	k.t.Helper()
	for _, key := range keys {
		k.b.Do("key", k.who, map[string]any{"value": key})
	}
}

func (k keyboard) write(text string) {
	k.t.Helper()
	k.b.Do("type", k.who, map[string]any{"value": text})
}

func (k keyboard) sees(selector string) string {
	k.t.Helper()
	return k.b.Do("wait", k.who, map[string]any{"selector": selector}).(string)
}

// reach presses Tab until an element has the focus.
func (k keyboard) reach(selector string) {
	k.t.Helper()
	k.sees(selector)
	for range 60 {
		if k.b.Do("count", k.who, map[string]any{"selector": selector + ":focus"}) != float64(0) {
			return
		}
		k.key("Tab")
	}
	k.t.Fatalf("Tab does not come to %s", selector)
}

// choose takes an entry of the list that opens at an element.
func (k keyboard) choose(list, entry string) {
	k.t.Helper()
	k.reach(list)
	k.key("Enter")
	k.sees("[role=option]:has-text('" + entry + "')")
	k.write(entry)
	k.sees("[role=option]:focus:has-text('" + entry + "')")
	k.key("Enter")
	k.sees(list + ":has-text('" + entry + "')")
}

// Oleg works with his telephone and without a mouse: he writes down what the call was about while it
// goes on, plans the next step, finishes, finds the customer by four digits
// and names the company, and puts the task off in the list of what is next.
func TestBrowserWorkByKeyboard(t *testing.T) {
	t.Parallel()
	h := hubtest.Start(t, pushedExchange(t))
	_, oleg := h.Person("oleg", "Олег Мещеряков", leads.RoleManager, "101")
	b := hubtest.NewBrowser(t)
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/next", "cards": false})
	k := keyboard{t, b, "oleg"}
	k.sees("h1:has-text('What next')")

	pushRing(h, "c1", "101")
	k.sees("[data-item=ringing]")
	pushAnswer(h, "c1", "101")
	k.sees(".dock [data-card][data-state=talking]")
	k.key("F2")
	k.sees(".dock [data-card]:focus")
	k.reach(".dock .name-it input")
	k.write("Иван Лыжин")
	k.key("Enter")
	k.sees(".dock .card-name:has-text('Иван Лыжин')")
	k.key("F2")
	k.choose(".dock .facts-field:has-text('Nature') .pick-button", "Order")
	k.choose(".dock .facts-field:has-text('Outcome') .pick-button", "Call-back agreed")
	k.reach(".dock [name=fact-summary]")
	k.write("Крыша, 120 метров")
	k.sees(".dock [data-save=saved]")

	k.reach(".dock .card-next .button:has-text('Plan a call')")
	k.key("Enter")
	k.sees(".dialog input[name=title]:focus")
	k.write("Назвать цену")
	k.key("Enter")
	k.sees(".dock [data-task]:has-text('Назвать цену')")

	push(h, "c1", "hangup", map[string]any{"cause": "normalClearing"})
	k.sees(".dock [data-card][data-state=ended]")
	k.key("F2")
	k.reach(".dock [data-aside]")
	k.key("Enter")
	waitFor(t, "no card", func() bool { return b.Do("count", "oleg", map[string]any{"selector": "[data-card]"}) == float64(0) })

	k.key("Control+k")
	k.sees(".palette input:focus")
	k.write("4567")
	k.sees("[role=option][aria-selected=true][data-hit=contact]:has-text('Иван Лыжин')")
	k.key("Enter")
	k.sees("[data-contact] h1:has-text('Иван Лыжин')")
	k.sees(".lead-main:has-text('Крыша, 120 метров')")
	k.reach("[data-saved=company] input")
	k.write("ООО «Кровля»")
	k.key("Enter")
	k.sees("[data-saved=company]:has-text('Saved')")

	k.key("Control+k")
	k.write("what next")
	k.sees("[role=option][aria-selected=true]:has-text('What next')")
	k.key("Enter")
	k.sees("[data-chosen=task]:has-text('Иван Лыжин')")
	k.key("s")
	k.sees(".dialog .button.primary:focus")
	k.key("Enter")
	k.sees(".empty, .panel:has-text('Nothing')")

	// The time of another task comes while he looks at something else.
	status, body := h.Request("POST", oleg, "/api/v1/tasks", map[string]any{
		"kind": "follow_up", "title": "Спросить о смете", "due": time.Now().Add(time.Hour), "remind": time.Now().Add(time.Second), "owner_id": "me",
	})
	if status != 200 {
		t.Fatalf("the task: %d %s", status, body)
	}
	k.sees("[data-reminder]:has-text('Спросить о смете')")
	// After a gap in the events everything is read anew; the reminder is there still.
	b.Do("leave", "oleg", map[string]any{"url": h.URL + "/healthz"})
	b.Do("back", "oleg", nil)
	b.Do("attached", "oleg", map[string]any{"selector": "[data-link=live]"})
	b.Do("settled", "oleg", nil)
	k.reach("[data-reminder] .button:has-text('Done')")
	k.key("Enter")
	k.sees(".dialog input[name=comment]:focus")
	k.write("Согласен")
	k.key("Enter")
	waitFor(t, "no reminder", func() bool { return b.Do("count", "oleg", map[string]any{"selector": "[data-reminder]"}) == float64(0) })

	calls := hubtest.List[leads.Interaction](h, oleg, "/api/v1/interactions", url.Values{"channel": {"call"}})
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	var i leads.Interaction
	h.Get(oleg, "/api/v1/interactions/"+calls[0].ID, &i)
	if f := i.Facts; f == nil || f.Summary != "Крыша, 120 метров" || f.Nature != "order" || f.By[leads.FactSummary].User.Name != "Олег Мещеряков" {
		t.Errorf("the call's facts are %+v", i.Facts)
	}
	planned := hubtest.List[leads.Task](h, oleg, "/api/v1/tasks", url.Values{"state": {"open"}})
	if len(planned) != 1 || planned[0].Kind != "call" || planned[0].Title != "Назвать цену" || planned[0].Snoozed.IsZero() {
		t.Errorf("the tasks are %+v", planned)
	}
}
