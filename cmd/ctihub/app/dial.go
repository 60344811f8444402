package app

import (
	"context"

	"ctihub/config"
	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/web"
)

// dials keeps what one source's users ask it to dial, and shows its progress.
type dials struct {
	hub    *Hub
	source string
}

// Open implements [connectors.Dials].
func (d dials) Open(ctx context.Context) ([]leads.Dial, error) {
	return d.hub.store.OpenDials(ctx, d.source)
}

// Take implements [connectors.Dials].
func (d dials) Take(ctx context.Context, id string) error {
	return d.hub.store.TakeDial(ctx, id)
}

// Move implements [connectors.Dials].
func (d dials) Move(ctx context.Context, id string, to leads.DialState, reason leads.DialReason) error {
	return d.hub.store.MoveDial(ctx, id, to, reason)
}

// webSources is the supervisor as the web server sees it.
type webSources struct{ *engine.Supervisor }

// Dialler implements [web.Sources].
func (s webSources) Dialler(name string) web.Dialler {
	if d := s.Supervisor.Dialler(name); d != nil {
		return d
	}
	return nil
}

// dialPolicy is what the configuration lets be dialled.
func dialPolicy(cfg config.Config) leads.DialPolicy {
	return leads.DialPolicy{
		Region: cfg.Region, Deny: cfg.Dialling.Deny,
		Click: leads.DialLimits(cfg.Dialling.ClickToCall), Forms: leads.DialLimits(cfg.Dialling.Forms),
	}
}
