package max

import (
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/max/maxtest"
	"ctihub/leads"
)

// rig is a bot at work against a fake MAX.
type rig struct {
	*connectortest.Harness
	t   *testing.T
	max *maxtest.Server
	b   *bot
}

func newRig(t *testing.T, settings func(*maxtest.Server) string) *rig {
	t.Helper()
	s := maxtest.New()
	t.Cleanup(s.Close)
	r := &rig{Harness: connectortest.NewHarness(t, "max"), t: t, max: s}
	r.b = r.open(settings(s))
	return r
}

func (r *rig) open(settings string) *bot {
	r.t.Helper()
	env := r.Env(settings)
	env.Hub.PublicURL = "https://hub.test"
	c, err := newBot(env)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// run lets the bot work until the test ends, as the supervisor does.
func (r *rig) run() (stop func()) { return r.RunSource(r.b.Run) }

// taken waits until the stream was acknowledged up to a marker.
func (r *rig) taken(marker int64) {
	r.t.Helper()
	if err := r.max.AwaitAsked(r.Wait(), marker); err != nil {
		r.t.Fatalf("not acknowledged: %v (trouble: %v)", err, r.Health())
	}
}

// touchOf puts one event through the parser.
func (r *rig) touchOf(event []byte) *leads.Touch {
	r.t.Helper()
	got, err := r.b.touchOf(r.t.Context(), event)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

func envOf(t *testing.T, settings string) connectors.Env {
	return connectortest.Env(t, "max", settings)
}
