package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"ctihub/web/api"
)

type botOf struct{ away error }

func (botOf) Via() string { return "telegram:7" }
func (b botOf) Invite(_ context.Context, code string) (string, error) {
	return "https://t.me/office_bot?start=link-" + code, b.away
}

func TestLinks(t *testing.T) {
	bot := &botOf{}
	h := sqliteHub(t, func(o *Options) { o.Links.Messengers[0].Inviter = bot })
	max, sue := h.as("max"), h.as("sue")
	linked := func(c *client) api.Link {
		t.Helper()
		var list struct{ Items []api.Link }
		c.send("GET", "/api/v1/me/links", "", &list)
		if len(list.Items) != 1 || list.Items[0].Name != "notices" || list.Items[0].Kind != "telegram" {
			t.Fatalf("links %+v", list)
		}
		return list.Items[0]
	}
	if linked(max).Linked {
		t.Error("linked from the beginning")
	}
	var invitation api.Invitation
	max.send("POST", "/api/v1/me/links/notices", "", &invitation)
	_, code, ok := strings.Cut(invitation.Url, "link-")
	if !ok || invitation.Expires.IsZero() {
		t.Fatalf("invitation %+v", invitation)
	}
	if _, err := h.store.Link(t.Context(), "telegram:7", "501", code); err != nil {
		t.Fatal(err)
	}
	if l := linked(max); !l.Linked || l.Since.IsZero() {
		t.Errorf("link %+v", l)
	}
	if linked(sue).Linked {
		t.Error("one user sees the other's link")
	}
	sue.send("DELETE", "/api/v1/me/links/notices", "", nil)
	if !linked(max).Linked {
		t.Error("one user ended the other's link")
	}
	max.send("DELETE", "/api/v1/me/links/notices", "", nil)
	if linked(max).Linked {
		t.Error("still linked")
	}
	h.expect(max, "max", "POST", "/api/v1/me/links/none", "", http.StatusNotFound)
	h.expect(max, "max", "DELETE", "/api/v1/me/links/none", "", http.StatusNotFound)
	bot.away = errors.New("away")
	h.expect(max, "max", "POST", "/api/v1/me/links/notices", "", http.StatusServiceUnavailable)
	if strings.Contains(h.log.String(), code) {
		t.Error("the log has a code")
	}
}
