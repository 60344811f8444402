package hubtest

import (
	"slices"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/connectors/asterisk/asterisktest"
	"ctihub/leads"
)

// Exchange is the source of a real Asterisk.
func Exchange(t testing.TB, pbx *asterisktest.PBX) func(*config.Config) {
	address, user, secret := pbx.ARI()
	return Source(t, "pbx", "asterisk", "", map[string]any{
		"url": address, "username": user, "password": secret, "trunks": []string{"trunk"},
	})
}

// Connected waits until the exchange's source runs.
func (h *Hub) Connected(name string) {
	h.T.Helper()
	deadline := time.Now().Add(Patience)
	for time.Now().Before(deadline) {
		i := slices.IndexFunc(h.Sources().States(), func(s leads.SourceState) bool { return s.Name == name })
		if i >= 0 && h.Sources().States()[i].State == leads.SourceRunning {
			return
		}
		time.Sleep(20 * time.Millisecond) // the supervisor has no event to await
	}
	h.T.Fatalf("source %s does not run: %+v", name, h.Sources().States())
}

// Branch is an exchange as a source of this name.
func Branch(t testing.TB, name string, pbx *asterisktest.PBX, more map[string]any) func(*config.Config) {
	t.Helper()
	address, user, secret := pbx.ARI()
	settings := map[string]any{"url": address, "username": user, "password": secret, "trunks": []string{"trunk"}}
	for k, v := range more {
		settings[k] = v
	}
	return Source(t, name, "asterisk", "", settings)
}
