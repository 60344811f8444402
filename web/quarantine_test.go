package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
)

// suspect puts a suspicious form and returns its id in quarantine.
func (h *hub) suspect(key string) string {
	h.t.Helper()
	h.put(leads.Touch{
		ExternalID: key, Channel: leads.ChannelForm, Direction: leads.In, Name: canaryName, Text: "<script>alert(1)</script>",
		From: []leads.Identity{{Kind: leads.KindPhone, Value: canaryPhone}}, Suspect: "form spam: the hidden input is filled in",
	})
	list, err := h.store.Quarantine(h.t.Context(), leads.QuarantineFilter{State: leads.QuarantineWaiting}, leads.Page{Limit: 1})
	if err != nil || len(list.Items) != 1 || list.Items[0].ExternalID != key {
		h.t.Fatalf("quarantine: %+v, %v", list, err)
	}
	return list.Items[0].ID
}

// wantQuarantine checks what a user may do with quarantined touches.
func (h *hub) wantQuarantine(login string, sees, decides bool) {
	h.t.Helper()
	c := h.as(login)
	may := func(yes bool) int {
		if yes {
			return http.StatusOK
		}
		return http.StatusForbidden
	}
	good, spam := h.suspect("good for "+login), h.suspect("spam for "+login)
	h.expect(c, login, "GET", "/api/v1/quarantine?state=waiting", "", may(sees))
	h.expect(c, login, "GET", "/api/v1/quarantine/"+good, "", may(sees))
	h.expect(c, login, "POST", "/api/v1/quarantine/"+good+"/retry", `{}`, may(decides))
	h.expect(c, login, "POST", "/api/v1/quarantine/"+spam+"/discard", `{"note":"advertising"}`, may(decides))
	for _, op := range [][3]string{{"GET", "", ""}, {"POST", "/retry", "{}"}, {"POST", "/discard", `{"note":"x"}`}} {
		status := http.StatusForbidden
		if decides || sees && op[0] == "GET" {
			status = http.StatusNotFound
		}
		h.expect(c, login, op[0], "/api/v1/quarantine/no-such-id"+op[1], op[2], status)
	}
}

func TestQuarantine(t *testing.T) {
	onBoth(t, func(t *testing.T, h *hub) {
		type page struct {
			Items   []leads.QuarantinedTouch
			Next    string
			Waiting int
		}
		good, spam := h.suspect("1"), h.suspect("2")
		sue, root := h.as("sue"), h.as("root")
		var list page
		sue.get("/api/v1/quarantine?limit=1", &list)
		if list.Waiting != 2 || len(list.Items) != 1 || list.Items[0].ID != spam || list.Items[0].Raw != "" || list.Next == "" {
			t.Fatalf("the list %+v", list)
		}
		var one leads.QuarantinedTouch
		sue.get("/api/v1/quarantine/"+good, &one)
		if !strings.Contains(one.Raw, "alert(1)") || !strings.Contains(one.Reason, "hidden input") || one.State != leads.QuarantineWaiting {
			t.Errorf("one of them %+v", one)
		}
		post := func(path, body string) (q leads.QuarantinedTouch) {
			t.Helper()
			res := root.do("POST", path, body)
			defer res.Body.Close()
			if err := json.NewDecoder(res.Body).Decode(&q); err != nil || res.StatusCode != http.StatusOK {
				t.Fatalf("%s: %s %v", path, res.Status, err)
			}
			return q
		}
		// Taken in, once however often it is asked for.
		first, again := post("/api/v1/quarantine/"+good+"/retry", ""), post("/api/v1/quarantine/"+good+"/retry", "{}")
		if first.State != leads.QuarantineAccepted || first.InteractionID == "" || first.InteractionID != again.InteractionID || again.Retries != 1 {
			t.Errorf("retried %+v, again %+v", first, again)
		}
		if ids := idsOf(root, "/api/v1/interactions?external_id=1&source=site"); len(ids) != 1 || ids[0] != first.InteractionID {
			t.Errorf("interactions %v", ids)
		}
		// Discarded, with who and when and why.
		root.refused(http.StatusBadRequest, "POST", "/api/v1/quarantine/"+spam+"/discard", `{"note":" "}`)
		q := post("/api/v1/quarantine/"+spam+"/discard", `{"note":"advertising"}`)
		if q.State != leads.QuarantineDiscarded || q.DecidedBy == nil || q.DecidedBy.ID != h.users["root"].ID || q.Note != "advertising" || time.Since(q.Decided) > time.Minute {
			t.Errorf("discarded %+v", q)
		}
		for _, path := range []string{spam + "/retry", spam + "/discard", good + "/discard"} {
			root.refused(http.StatusConflict, "POST", "/api/v1/quarantine/"+path, `{"note":"x"}`)
		}
		root.refused(http.StatusBadRequest, "GET", "/api/v1/quarantine?state=gone", "")
		sue.get("/api/v1/quarantine?state=discarded", &list)
		if list.Waiting != 0 || len(list.Items) != 1 || list.Items[0].ID != spam {
			t.Errorf("discarded ones %+v", list)
		}
		for _, secret := range []string{canaryName, canaryPhone, "advertising"} {
			if strings.Contains(h.log.String(), secret) {
				t.Errorf("%q is in the log", secret)
			}
		}
	})
}
