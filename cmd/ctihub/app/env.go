package app

import (
	"time"

	"ctihub/config"
	"ctihub/connectors"
)

// baseEnv is the environment of every source and sink, as far as it comes from the
// configuration. It is enough to check settings.
func baseEnv(cfg config.Config, name, dataDir string, now func() time.Time) connectors.Env {
	return connectors.Env{
		Name: name, DataDir: dataDir, Now: now,
		Hub: connectors.Hub{Name: cfg.Hub, Region: cfg.Region, Zone: cfg.Zone, PublicURL: cfg.PublicURL},
		Net: connectors.Net{Roots: cfg.Roots},
	}
}

// Env is the environment of the source of this name, without its settings: baseEnv
// and the services of the hub.
func (h *Hub) Env(name string) connectors.Env {
	env := baseEnv(h.cfg, name, h.cfg.SourceDir(name), h.now)
	env.Files, env.Staff = h.attachments.Of(name), h.notifier
	env.Calls = connectors.Calls{
		Choose: h.choose(name), CallBack: h.callBack(name),
		Devices: h.putDevices(name), Dials: dials{h.calls, name}, Pauses: pauses{h.people, name},
	}
	env.Report.Receipt = h.receipt(name)
	return env
}

// sinkEnv is the environment of a sink, without its settings and its log.
func sinkEnv(cfg config.Config, name string, staff connectors.Staff, now func() time.Time) connectors.Env {
	env := baseEnv(cfg, name, cfg.SinkDir(name), officeClock(cfg, now))
	env.Staff = staff
	return env
}
