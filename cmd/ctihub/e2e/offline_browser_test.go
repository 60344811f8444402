package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// Anna takes a lead into work while she is offline: the page says that the action
// waits, and sends it once when the network is back. When the hub does not answer, the
// page says so and sends nothing twice. When the hub refuses the waiting action, the
// page says that too.
func TestBrowserOfflineActionsWait(t *testing.T) {
	t.Parallel()
	var changes atomic.Int32
	hold := make(chan struct{})
	var held, refuse atomic.Bool
	h := hubtest.StartWith(t, app.Options{Wrap: func(serve http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch && strings.HasPrefix(r.URL.Path, "/api/v1/leads/") {
				if changes.Add(1); held.Load() {
					<-hold
				}
			}
			if r.Method == http.MethodPut && refuse.Load() {
				w.Header().Set("Content-Type", "application/problem+json")
				w.WriteHeader(http.StatusConflict)
				_, _ = w.Write([]byte(`{"title":"Changed in the meantime","status":409,"code":"conflict"}`))
				return
			}
			serve.ServeHTTP(w, r)
		})
	}}, hubtest.Source(t, "site", "webform", "", nil))
	_, anna := h.Person("anna", "Анна Орлова", leads.RoleManager)
	resp, err := http.PostForm(h.URL+"/in/site", map[string][]string{"phone": {"8 916 123-45-67"}, "message": {"Окна"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	waitFor(t, "the lead is given", func() bool {
		all := hubtest.List[leads.Lead](h, anna, "/api/v1/leads", nil)
		return len(all) == 1 && all[0].ManagerID != ""
	})
	lead := hubtest.List[leads.Lead](h, anna, "/api/v1/leads", nil)[0]
	b := hubtest.NewBrowser(t)
	shot := func(who, name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.Do("shot", who, map[string]any{"file": filepath.Join(dir, name+".png")})
		}
	}
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/leads/" + lead.ID, "lang": "ru-RU"})
	const take = "button:has-text('Взять в работу')"
	b.Do("wait", "anna", map[string]any{"selector": take})

	b.Do("offline", "anna", map[string]any{"value": true})
	b.Do("click", "anna", map[string]any{"selector": take})
	b.Do("wait", "anna", map[string]any{"selector": "[data-waiting='1']:has-text('1 действие ждёт')"})
	shot("anna", "offline")
	b.Do("offline", "anna", map[string]any{"value": false})
	b.Do("wait", "anna", map[string]any{"selector": "[data-status=working]"})
	b.Do("wait", "anna", map[string]any{"selector": ".shell:not(:has([data-waiting]))"})
	if n := changes.Load(); n != 1 {
		t.Errorf("the lead was changed %d times", n)
	}

	held.Store(true)
	const win = "button:has-text('Успех')"
	b.Do("click", "anna", map[string]any{"selector": win})
	b.Do("click", "anna", map[string]any{"selector": "[role=dialog] button.primary"})
	b.Do("wait", "anna", map[string]any{"selector": "[data-slow='1']:has-text('ответа сервера пока нет')"})
	shot("anna", "slow")
	close(hold)
	b.Do("wait", "anna", map[string]any{"selector": "[data-status=won]"})
	if n := changes.Load(); n != 2 {
		t.Errorf("the lead was changed %d times", n)
	}

	refuse.Store(true)
	b.Do("offline", "anna", map[string]any{"value": true})
	b.Do("click", "anna", map[string]any{"selector": ".presence .segment:has-text('Пауза')"})
	b.Do("wait", "anna", map[string]any{"selector": "[data-waiting='1']"})
	b.Do("offline", "anna", map[string]any{"value": false})
	b.Do("wait", "anna", map[string]any{"selector": "[data-failed-later]:has-text('Кто-то уже изменил это')"})
}
