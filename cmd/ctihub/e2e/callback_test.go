package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ctihub/cmd/ctihub/hubtest"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// callForm is a website's form that offers to call back at the hours.
func callForm(t *testing.T, hours string) (site *httptest.Server, settings map[string]any) {
	t.Helper()
	site = httptest.NewServer(nil)
	t.Cleanup(site.Close)
	return site, map[string]any{
		"min_fill": "0s", "show": []string{"name", "phone"}, "require": []string{"phone"},
		"callback": map[string]any{"hours": []string{hours}},
	}
}

func showForm(site *httptest.Server, h *hubtest.Hub) {
	site.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="ru"><title>Окна</title><link rel="icon" href="data:,">
<div data-ctihub="site"></div><script src="%s/embed/site.js" async></script></html>`, h.URL)
	})
}

// A visitor requests a callback, in a real browser: the telephone of the lead's
// manager rings, and when it is picked up, the visitor's. The answered call completes
// the task of the request. A repeated post rings nobody.
func TestRealBrowserVisitorIsCalledNow(t *testing.T) {
	pbx := asterisktest.Start(t)
	site, settings := callForm(t, "mon-sun 00:00-24:00")
	h := hubtest.Start(t, dialling(t, pbx), hubtest.Source(t, "site", "webform", "", settings))
	showForm(site, h)
	annaID, anna := h.Person("anna", "Анна Орлова", leads.RoleManager, "100")
	h.Connected("pbx")
	own, far := pbx.Phone("100", -1, 0), pbx.Phone("trunk", -1, 0)
	done := h.Events(anna, leads.EventTaskDone)
	b := hubtest.NewBrowser(t)
	b.Do("open", "visitor", map[string]any{"url": site.URL, "path": "/", "lang": "ru-RU"})
	b.Do("fill", "visitor", map[string]any{"selector": "[name=phone]", "value": "8 (916) 123-45-67"})
	b.Do("click", "visitor", map[string]any{"selector": "button[type=submit]"})
	mine := asterisktest.Next(t, own.Rings()).Call
	b.Do("wait", "visitor", map[string]any{"selector": ".thanks p:has-text('Уже звоним')"})
	tasks := hubtest.List[leads.Task](h, anna, "/api/v1/tasks", nil)
	if len(tasks) != 1 || tasks[0].Number != "+79161234567" || tasks[0].Wished.IsZero() || tasks[0].Owner == nil || tasks[0].Owner.ID != annaID {
		t.Fatalf("tasks %+v", tasks)
	}
	mine.Answer()
	customer := asterisktest.Next(t, far.Rings())
	customer.Call.Answer()
	hubtest.Await(t, done, "the end of the task", func(e hubtest.Received) bool { return e.Task.Outcome == leads.CalledBack })
	customer.Call.Hangup()
	asterisktest.Wait(t, "the manager's telephone hangs up", mine.Done())
	if all := dialsOf(h, anna); len(all) != 1 || all[0].Number != "+79161234567" {
		t.Errorf("dials %+v", all)
	}
	posts := hubtest.List[leads.Interaction](h, anna, "/api/v1/interactions", map[string][]string{"source": {"site"}})
	if len(posts) != 1 {
		t.Fatalf("%d posts", len(posts))
	}
	again, err := http.NewRequest(http.MethodPost, h.URL+"/in/site", strings.NewReader(`{"phone":"+79161234567","_callback":"now"}`))
	if err != nil {
		t.Fatal(err)
	}
	again.Header.Set("Content-Type", "application/json")
	again.Header.Set("Idempotency-Key", posts[0].ExternalID)
	resp, err := http.DefaultClient.Do(again)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if all := dialsOf(h, anna); resp.StatusCode != http.StatusConflict || len(all) != 1 || len(own.Rings()) != 0 {
		t.Errorf("another post under the visitor's key: %s, dials %+v", resp.Status, all)
	}
}

// Outside the hours, and without a source that can dial, the request becomes a task,
// due at the time that the form promises the visitor; the manager sees it.
func TestBrowserVisitorIsCalledLater(t *testing.T) {
	day := []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[(int(time.Now().UTC().Weekday())+2)%7]
	site, settings := callForm(t, day+" 10:00-11:00")
	h := hubtest.Start(t, hubtest.Source(t, "site", "webform", "", settings))
	showForm(site, h)
	_, oleg := h.Person("oleg", "Олег Мещеряков", leads.RoleManager, "101")
	b := hubtest.NewBrowser(t)
	b.Do("open", "oleg", map[string]any{"url": h.URL, "login": "oleg", "password": hubtest.Password, "path": "/tasks", "lang": "ru-RU"})
	b.Do("wait", "oleg", map[string]any{"selector": ".empty"})
	b.Do("open", "visitor", map[string]any{"url": site.URL, "path": "/", "lang": "ru-RU"})
	b.Do("fill", "visitor", map[string]any{"selector": "[name=phone]", "value": "8 (916) 123-45-67"})
	b.Do("click", "visitor", map[string]any{"selector": "button[type=submit]"})
	b.Do("wait", "visitor", map[string]any{"selector": ".thanks p:has-text('Мы записали ваш номер и позвоним')"})
	b.Do("wait", "oleg", map[string]any{"selector": "tr[data-number='+79161234567'] [data-wished]:has-text('Просит позвонить')"})
	tasks := hubtest.List[leads.Task](h, oleg, "/api/v1/tasks", nil)
	if len(tasks) != 1 || tasks[0].Due.Before(time.Now()) || !tasks[0].Due.Equal(tasks[0].Wished) || tasks[0].Calls != 0 {
		t.Errorf("tasks %+v", tasks)
	}
}
