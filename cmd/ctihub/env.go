package main

import (
	"time"

	"ctihub/config"
	"ctihub/connectors"
)

// baseEnv is what the configuration gives every source and sink to work with.
// It is enough to check settings.
func baseEnv(cfg config.Config, name, dataDir string, now func() time.Time) connectors.Env {
	return connectors.Env{
		Name: name, DataDir: dataDir, Now: now,
		Hub: connectors.Hub{Name: cfg.Hub, Region: cfg.Region, Zone: cfg.Zone, PublicURL: cfg.PublicURL},
		Net: connectors.Net{Roots: cfg.Roots},
	}
}

// env is what a source is given to work with, beside its settings: baseEnv and
// what the hub does for it.
func (a *app) env(cfg config.Config, name string, now func() time.Time) connectors.Env {
	clock := officeClock(cfg, now)
	env := baseEnv(cfg, name, cfg.SourceDir(name), now)
	env.Files, env.Staff = a.files.Of(name), colleagues{a}
	env.Calls = connectors.Calls{
		Choose: a.choose(name, clock), CallBack: a.callBack(name, clock),
		Devices: a.noteDevices(name), Dials: dials{a, name}, Pauses: pauses{a, name},
	}
	env.Report.Receipt = a.receipt(name)
	return env
}

// sinkEnv is what a sink is given to work with, beside its settings and its log.
func sinkEnv(cfg config.Config, name string, staff connectors.Staff, now func() time.Time) connectors.Env {
	env := baseEnv(cfg, name, cfg.SinkDir(name), officeClock(cfg, now))
	env.Staff = staff
	return env
}
