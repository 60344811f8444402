package web

import (
	"net/http"
	"slices"
	"testing"

	"ctihub/leads"
)

// The filters offer what is in use, and the configured lines with their advertisements.
func TestChoices(t *testing.T) {
	h := sqliteHub(t)
	h.customerOf("ole", "+79161234560", 0)
	h.customerOf("max", "+79161234561", 1)
	for login, tags := range map[string][]string{"ole": {"matrix tag 0"}, "max": {"matrix tag 1"}, "ada": {}, "sue": {"matrix tag 0", "matrix tag 1"}} {
		var c leads.Choices
		h.as(login).get("/api/v1/choices", &c)
		if !slices.Equal(c.Tags, tags) || !slices.Equal(c.Sources, []string{"site"}) || !slices.Equal(c.Advertisements, []string{"radio"}) ||
			!slices.Equal(c.Lines, []string{"+74950000001", "+74950000002"}) || len(c.Queues) > 0 || len(c.Teams) > 0 {
			t.Errorf("%s: %+v", login, c)
		}
	}
	h.expect(h.as(""), "nobody", "GET", "/api/v1/choices", "", http.StatusUnauthorized)
	h.expect(h.as("gone"), "gone", "GET", "/api/v1/choices", "", http.StatusUnauthorized)
}
