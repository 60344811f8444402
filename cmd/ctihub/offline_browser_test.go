package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"ctihub/leads"
)

// Anna takes a lead into work while her network is away: the page says that the
// action waits, and sends it once when the network is back. When the hub does not
// answer, the page says so and nothing is sent twice. When what waited is refused
// meanwhile, it says that too.
func TestBrowserOfflineActionsWait(t *testing.T) {
	t.Parallel()
	var changes atomic.Int32
	hold := make(chan struct{})
	var held, refuse atomic.Bool
	h := startHubWith(t, appOptions{Wrap: func(serve http.Handler) http.Handler {
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
	}}, source(t, "site", "webform", "", nil))
	_, anna := h.person("anna", "Анна Орлова", leads.RoleManager)
	resp, err := http.PostForm(h.url+"/in/site", map[string][]string{"phone": {"8 916 123-45-67"}, "message": {"Окна"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	waitFor(t, "the lead is given", func() bool {
		all := list[leads.Lead](h, anna, "/api/v1/leads", nil)
		return len(all) == 1 && all[0].ManagerID != ""
	})
	lead := list[leads.Lead](h, anna, "/api/v1/leads", nil)[0]
	b := newBrowser(t)
	shot := func(who, name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.do("shot", who, map[string]any{"file": filepath.Join(dir, name+".png")})
		}
	}
	b.do("open", "anna", map[string]any{"url": h.url, "login": "anna", "password": password, "path": "/leads/" + lead.ID, "lang": "ru-RU"})
	const take = "button:has-text('Взять в работу')"
	b.do("wait", "anna", map[string]any{"selector": take})

	b.do("offline", "anna", map[string]any{"value": true})
	b.do("click", "anna", map[string]any{"selector": take})
	b.do("wait", "anna", map[string]any{"selector": "[data-waiting='1']:has-text('1 действие ждёт')"})
	shot("anna", "offline")
	b.do("offline", "anna", map[string]any{"value": false})
	b.do("wait", "anna", map[string]any{"selector": "[data-status=working]"})
	b.do("wait", "anna", map[string]any{"selector": ".shell:not(:has([data-waiting]))"})
	if n := changes.Load(); n != 1 {
		t.Errorf("the lead was changed %d times", n)
	}

	held.Store(true)
	const win = "button:has-text('Успех')"
	b.do("click", "anna", map[string]any{"selector": win})
	b.do("click", "anna", map[string]any{"selector": "[role=dialog] button.primary"})
	b.do("wait", "anna", map[string]any{"selector": "[data-slow='1']:has-text('ответа сервера пока нет')"})
	shot("anna", "slow")
	close(hold)
	b.do("wait", "anna", map[string]any{"selector": "[data-status=won]"})
	if n := changes.Load(); n != 2 {
		t.Errorf("the lead was changed %d times", n)
	}

	refuse.Store(true)
	b.do("offline", "anna", map[string]any{"value": true})
	b.do("click", "anna", map[string]any{"selector": ".presence .segment:has-text('Пауза')"})
	b.do("wait", "anna", map[string]any{"selector": "[data-waiting='1']"})
	b.do("offline", "anna", map[string]any{"value": false})
	b.do("wait", "anna", map[string]any{"selector": "[data-failed-later]:has-text('Кто-то уже изменил это')"})
}
