package web

import (
	"net/http"
	"strings"
	"testing"

	"ctihub/leads"
	"ctihub/web/api"
)

// A link to a recording and a file that was opened before show nothing more
// when the right to them has ended: each use is checked, not only the making.
func TestLinksEndWithTheRights(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		r := h.serve("ole", canaryPhone, canaryEmail, canaryName)
		sound := h.record(r)
		letter := h.write(canaryEmail)
		link := func(login, body string) string {
			t.Helper()
			var l api.RecordingLink
			h.as(login).send("POST", "/api/v1/recordings/"+sound+"/link", body, &l)
			return l.Url
		}
		plays := func(when, login, url string, status int) {
			t.Helper()
			if res := h.as(login).do("GET", url, ""); res.StatusCode != status {
				t.Errorf("%s, %s opens a link: %s, want %d", when, login, res.Status, status)
			}
		}

		h.handOver(r.lead, "max")
		maxs, oles := link("max", "{}"), link("ole", "{}")
		file := "/api/v1/interactions/" + letter.ID + "/attachments/f-gif?inline=1"
		kept := h.as("max").do("GET", file, "")
		tag := header("If-None-Match", kept.Header.Get("ETag"))
		if cache := kept.Header.Get("Cache-Control"); cache != "private, no-cache" {
			t.Errorf("a browser keeps a file without asking again: %q", cache)
		}
		if res := h.as("max").do("GET", file, "", tag); res.StatusCode != http.StatusNotModified {
			t.Errorf("a file that the browser has is sent again: %s", res.Status)
		}
		plays("as its manager", "max", maxs, http.StatusOK)
		h.handOver(r.lead, "ada")
		plays("after handing the lead over", "max", maxs, http.StatusNotFound)
		plays("after handing the lead over", "ole", oles, http.StatusOK) // the call is theirs: they talked
		if res := h.as("max").do("GET", file, "", tag); res.StatusCode != http.StatusNotFound {
			t.Errorf("a file after handing the lead over: %s", res.Status)
		}

		sues := link("sue", `{"download":true}`)
		plays("as a supervisor", "sue", sues, http.StatusOK)
		h.setRole("sue", leads.RoleOperator)
		plays("as an operator", "sue", sues, http.StatusForbidden)
		plays("as an operator, without the download", "sue", strings.Replace(sues, "download=1&", "", 1), http.StatusForbidden)
	})
}
