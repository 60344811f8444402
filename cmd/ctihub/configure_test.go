package main

import (
	"path/filepath"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/connectors"
)

// What "config check" gives a source is what it is given to work with: the same
// folder, in which it may find a refresh token of its own, and the same zone.
func TestSourcesAreCheckedAsTheyWork(t *testing.T) {
	var checked connectors.Env
	kind := connectors.Kind{Name: "desk", In: func(e connectors.Env) (connectors.Source, error) {
		checked = e
		return connectors.Source{}, nil
	}}
	var cfg config.Config
	h := startHub(t, source(t, "front", "webform", "", nil), func(c *config.Config) { cfg = *c })
	cfg.Zone = time.FixedZone("office", 5*60*60)
	src, err := config.NewSource("front", "desk", "", false, nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Sources = []config.Source{src}
	if err := checkSources(cfg, []connectors.Kind{kind}); err != nil {
		t.Fatal(err)
	}
	works := h.env(cfg, "front", time.Now)
	for _, env := range []connectors.Env{checked, works} {
		if want := filepath.Join(h.data, "sources", "front"); env.DataDir != want || env.Hub.Zone != cfg.Zone || env.Name != "front" || env.Hub.PublicURL != h.url || env.Hub.Name != cfg.Hub || env.Hub.Region != cfg.Region {
			t.Errorf("folder %s, not %s; or other settings: %+v", env.DataDir, want, env)
		}
	}
}

// A sink has a folder beside those of the sources, also under the same name.
func TestSinksHaveFoldersOfTheirOwn(t *testing.T) {
	cfg := config.Config{Data: "data"}
	if source, sink := cfg.SourceDir("crm"), cfg.SinkDir("crm"); source != filepath.Join("data", "sources", "crm") || sink != filepath.Join("data", "sinks", "crm") {
		t.Errorf("%s and %s", source, sink)
	}
}
