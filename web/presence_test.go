package web

import (
	"net/http"
	"testing"

	"ctihub/leads"
)

// A pause has a reason and shows it to those who may see it.
func TestPresence(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		max, err := h.store.User(t.Context(), h.users["max"].ID)
		if err != nil {
			t.Fatal(err)
		}
		max.Team = "service"
		if _, err := h.store.UpdateUser(t.Context(), max); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{
			`{"presence":"paused","reason":"nap"}`, `{"presence":"paused","reason":"wrap_up"}`, `{"presence":"available","reason":"lunch"}`,
			`{"presence":"paused","reason":"lunch","note":"soup"}`, `{"presence":"paused","note":"soup"}`,
		} {
			h.as("ole").refused(http.StatusBadRequest, "PUT", "/api/v1/me/presence", wrong)
		}
		h.as("ole").send("PUT", "/api/v1/me/presence", `{"presence":"paused","reason":"other","note":"the plumber"}`, nil)
		for login, want := range map[string]int{"ole": 2, "max": 1, "sue": 3} { // Ole and Ada have no team, and so does a team of nobody else
			var got struct{ Items []leads.Seat }
			h.as(login).send("GET", "/api/v1/presence", "", &got)
			if len(got.Items) < want || login == "max" && len(got.Items) != 1 {
				t.Errorf("%s sees %d people", login, len(got.Items))
			}
			for _, s := range got.Items {
				ole := s.User.ID == h.users["ole"].ID
				if ole && (s.Presence != leads.Paused || s.Reason != leads.PauseOther || s.Note != "the plumber" || s.Since.IsZero() || !s.OnShift) {
					t.Errorf("%s sees Ole as %+v", login, s)
				}
				if login == "max" && ole || login == "ole" && s.User.ID == max.ID {
					t.Errorf("%s sees somebody of another team", login)
				}
			}
		}
	})
}
