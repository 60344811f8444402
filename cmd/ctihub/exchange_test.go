package main

import (
	"slices"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// exchange is the source of a real Asterisk.
func exchange(t testing.TB, pbx *asterisktest.PBX) func(*config.Config) {
	address, user, secret := pbx.ARI()
	return source(t, "pbx", "asterisk", "", map[string]any{
		"url": address, "username": user, "password": secret, "trunks": []string{"trunk"},
	})
}

// connected waits until the exchange's source runs.
func (h *hub) connected(name string) {
	h.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		i := slices.IndexFunc(h.Sources().States(), func(s leads.SourceState) bool { return s.Name == name })
		if i >= 0 && h.Sources().States()[i].State == leads.SourceRunning {
			return
		}
		time.Sleep(20 * time.Millisecond) // the supervisor has no event to await
	}
	h.t.Fatalf("source %s does not run: %+v", name, h.Sources().States())
}

// branch is an exchange as a source of its own.
func branch(t testing.TB, name string, pbx *asterisktest.PBX, more map[string]any) func(*config.Config) {
	t.Helper()
	address, user, secret := pbx.ARI()
	settings := map[string]any{"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}}
	for k, v := range more {
		settings[k] = v
	}
	return source(t, name, "asterisk", "", settings)
}
