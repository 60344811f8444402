package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The sign-in page of the demo shows who can sign in, and one click does it. A
// salesperson has the demo call a customer, sees how it goes, gives it up, and
// finds the call in the list. The sign-in page of a real hub shows nobody.
func TestBrowserDemoLetsInAndCalls(t *testing.T) {
	t.Parallel()
	h := startDemo(t)
	b := newBrowser(t)
	shot := func(who, name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.do("shot", who, map[string]any{"file": filepath.Join(dir, name+".png"), "whole": true})
		}
	}
	b.do("open", "boris", map[string]any{"url": h.url, "lang": "ru-RU"})
	b.do("wait", "boris", map[string]any{"selector": ".signin-demo li:has-text('Супервизор: Галина Шубина')"})
	shot("boris", "demo-signin")
	b.do("click", "boris", map[string]any{"selector": "[data-demo=sales]"})
	b.do("wait", "boris", map[string]any{"selector": ".profile-button:has-text('Борис Климов')"})
	b.do("fill", "boris", map[string]any{"selector": "input[name=dial]", "value": "+7 900 000-01-12"})
	b.do("click", "boris", map[string]any{"selector": ".dial-field button"})
	b.do("wait", "boris", map[string]any{"selector": "[data-dial-state=ringing_customer], [data-dial-state=talking]"})
	shot("boris", "demo-dial")
	b.do("click", "boris", map[string]any{"selector": ".dial-card button.danger"})
	b.do("wait", "boris", map[string]any{"selector": "[data-dial-state=failed][data-reason=cancelled], [data-dial-state=ended]"})
	b.do("goto", "boris", map[string]any{"url": h.url + "/calls?direction=out"})
	b.do("wait", "boris", map[string]any{"selector": "tr[data-call]:has-text('+7 900 000-01-12')"})

	// A paused person's telephone is not among those that ring: see office.TestLineRingsWhoIsThere.
	phones, err := h.Env("demo-line").Pauses.Telephones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	away := map[string]bool{}
	for _, p := range phones {
		away[p.Extension] = p.Away
	}
	if !away["103"] || away["100"] {
		t.Errorf("away: %v, want 103, not 100", away)
	}

	real := startHub(t)
	_, told := real.request(http.MethodGet, "", "/api/v1/demo", nil)
	if strings.Contains(string(told), "people") || !strings.Contains(string(told), `"enabled":false`) {
		t.Errorf("a hub without a demo says %s", told)
	}
	b.do("open", "anna", map[string]any{"url": real.url})
	b.do("wait", "anna", map[string]any{"selector": "input[name=login]"})
	if n := b.do("count", "anna", map[string]any{"selector": ".signin-demo"}); n != float64(0) {
		t.Errorf("a real hub shows %v lists of log-ins", n)
	}
}
