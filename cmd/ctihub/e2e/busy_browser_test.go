package e2e

import (
	"net/http"
	"sync"
	"testing"

	"ctihub/cmd/ctihub/app"
	"ctihub/cmd/ctihub/hubtest"
	"ctihub/leads"
)

// An overloaded or restarting hub refuses some requests. The workplace retries by
// itself: the question who is signed in, the sign-in, the event stream and the lists.
// The user signs in once.
func TestBrowserComesThroughRefusals(t *testing.T) {
	var mu sync.Mutex
	refuse := map[string]int{ // how many more times; a read that failed three times is shown as failed
		"GET /api/v1/session": 4, "POST /api/v1/session": 2, "GET /api/v1/events": 2, "GET /api/v1/calls": 8,
	}
	refused := func(r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		refuse[r.Method+" "+r.URL.Path]--
		return refuse[r.Method+" "+r.URL.Path] >= 0
	}
	h := hubtest.StartWith(t, app.Options{Wrap: func(serve http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if refused(r) {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			serve.ServeHTTP(w, r)
		})
	}})
	h.Person("anna", "Анна Орлова", leads.RoleOperator, "100")
	b := hubtest.NewBrowser(t)
	b.Do("open", "anna", map[string]any{"url": h.URL, "login": "anna", "password": hubtest.Password, "path": "/calls"})
	b.Do("wait", "anna", map[string]any{"selector": ".empty"})
	mu.Lock()
	defer mu.Unlock()
	for request, left := range refuse {
		if left > 0 {
			t.Errorf("%s was to be refused %d times more: the page did not ask", request, left)
		}
	}
}
