package app

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"ctihub/config"
	"ctihub/connectors"
)

// "config check" gives a source the same environment as a running hub: the same
// folder, in which it may find its refresh token, and the same zone.
func TestSourcesAreCheckedAsTheyWork(t *testing.T) {
	var checked connectors.Env
	kind := connectors.Kind{Name: "desk", In: func(e connectors.Env) (connectors.Source, error) {
		checked = e
		return connectors.Source{}, nil
	}}
	cfg := config.Default()
	cfg.Listen, cfg.Data, cfg.PublicURL, cfg.Hub = "127.0.0.1:0", t.TempDir(), "https://hub.example", "hub-1"
	cfg.Zone = time.FixedZone("office", 5*60*60)
	h, err := New(t.Context(), cfg, Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	src, err := config.NewSource("front", "desk", "", false, nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Sources = []config.Source{src}
	if err := checkSources(cfg, []connectors.Kind{kind}); err != nil {
		t.Fatal(err)
	}
	works := h.Env("front")
	for _, env := range []connectors.Env{checked, works} {
		if want := filepath.Join(cfg.Data, "sources", "front"); env.DataDir != want || env.Hub.Zone != cfg.Zone || env.Name != "front" || env.Hub.PublicURL != cfg.PublicURL || env.Hub.Name != cfg.Hub || env.Hub.Region != cfg.Region {
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
