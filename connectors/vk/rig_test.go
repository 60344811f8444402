package vk

import (
	"testing"

	"ctihub/connectors"
	"ctihub/connectors/connectortest"
	"ctihub/connectors/vendors"
	"ctihub/connectors/vk/vktest"
	"ctihub/leads"
)

// rig is a community at work against a fake VK.
type rig struct {
	*connectortest.Harness
	t  *testing.T
	vk *vktest.Server
	c  *community
}

func newRig(t *testing.T, settings func(*vktest.Server) string) *rig {
	t.Helper()
	s := vktest.New()
	t.Cleanup(s.Close)
	r := &rig{Harness: connectortest.NewHarness(t, "vk"), t: t, vk: s}
	r.c = r.open(settings(s))
	return r
}

func (r *rig) open(settings string) *community {
	r.t.Helper()
	env := r.Env(settings)
	c, err := newCommunity(env)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// run lets the community work until the test ends, as the supervisor does.
func (r *rig) run() (stop func()) { return r.RunSource(r.c.Run) }

// taken waits until the stream was acknowledged up to ts.
func (r *rig) taken(ts int) {
	r.t.Helper()
	if err := r.vk.AwaitAsked(r.Wait(), ts); err != nil {
		r.t.Fatalf("not acknowledged: %v (trouble: %v)", err, r.Health())
	}
}

// touchOf puts one event through the parser.
func (r *rig) touchOf(event []byte) *leads.Touch {
	r.t.Helper()
	var u update
	if err := vendors.DecodeLenient(event, &u); err != nil {
		r.t.Fatal(err)
	}
	got, err := r.c.touch(r.t.Context(), u)
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

func envOf(t *testing.T, settings string) connectors.Env { return connectortest.Env(t, "vk", settings) }
