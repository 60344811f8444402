package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ctihub/cmd/ctihub/hubtest"
)

// The sign-in page of the demo lists its users, and one click signs in. A salesperson
// dials a customer, sees the progress, cancels, and finds the call in the list. The
// sign-in page of a real hub lists nobody.
func TestBrowserDemoLetsInAndCalls(t *testing.T) {
	t.Parallel()
	h := hubtest.StartDemo(t)
	b := hubtest.NewBrowser(t)
	shot := func(who, name string) {
		if dir := os.Getenv("CTIHUB_SHOTS"); dir != "" {
			b.Do("shot", who, map[string]any{"file": filepath.Join(dir, name+".png"), "whole": true})
		}
	}
	b.Do("open", "boris", map[string]any{"url": h.URL, "lang": "ru-RU"})
	b.Do("wait", "boris", map[string]any{"selector": ".signin-demo li:has-text('Супервизор: Галина Шубина')"})
	shot("boris", "demo-signin")
	b.Do("click", "boris", map[string]any{"selector": "[data-demo=sales]"})
	b.Do("wait", "boris", map[string]any{"selector": ".profile-button:has-text('Борис Климов')"})
	b.Do("fill", "boris", map[string]any{"selector": "input[name=dial]", "value": "+7 900 000-01-12"})
	b.Do("click", "boris", map[string]any{"selector": ".dial-field button"})
	b.Do("wait", "boris", map[string]any{"selector": "[data-dial-state=ringing_customer], [data-dial-state=talking]"})
	shot("boris", "demo-dial")
	b.Do("click", "boris", map[string]any{"selector": ".dial-card button.danger"})
	b.Do("wait", "boris", map[string]any{"selector": "[data-dial-state=failed][data-reason=cancelled], [data-dial-state=ended]"})
	b.Do("goto", "boris", map[string]any{"url": h.URL + "/calls?direction=out"})
	b.Do("wait", "boris", map[string]any{"selector": "tr[data-call]:has-text('+7 900 000-01-12')"})

	// A paused person's telephone is not among those that ring: see demo.TestLineRingsWhoIsThere.
	phones, err := h.Env("demo-line").Calls.Pauses.Telephones(t.Context())
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

	real := hubtest.Start(t)
	_, told := real.Request(http.MethodGet, "", "/api/v1/demo", nil)
	if strings.Contains(string(told), "people") || !strings.Contains(string(told), `"enabled":false`) {
		t.Errorf("a hub without a demo says %s", told)
	}
	b.Do("open", "anna", map[string]any{"url": real.URL})
	b.Do("wait", "anna", map[string]any{"selector": "input[name=login]"})
	if n := b.Do("count", "anna", map[string]any{"selector": ".signin-demo"}); n != float64(0) {
		t.Errorf("a real hub shows %v lists of log-ins", n)
	}
}
