package app

import (
	"context"

	"ctihub/config"
	"ctihub/connectors/engine"
	"ctihub/leads"
	"ctihub/leads/calls"
	"ctihub/storage"
)

// openCalls creates the service for outbound calls (click-to-call and callbacks).
func (h *Hub) openCalls() {
	h.calls = &calls.Service{
		Store: storage.Room[calls.Tx]{Store: h.store}, Exchanges: exchanges{h.sources}, Policy: dialPolicy(h.cfg), Inbox: h.Inbox,
		Log: h.log, Now: officeClock(h.cfg, h.now),
	}
}

// dials is the queue of requested outbound calls of one source.
type dials struct {
	*calls.Service
	source string
}

// Open implements [connectors.Dials].
func (d dials) Open(ctx context.Context) ([]leads.Dial, error) { return d.Service.Open(ctx, d.source) }

// exchanges are the sources that can place calls.
type exchanges struct{ *engine.Supervisor }

// Dialler implements [calls.Exchanges].
func (e exchanges) Dialler(name string) calls.Dialler {
	if d := e.Supervisor.Dialler(name); d != nil {
		return d
	}
	return nil
}

// choose is Env.Choose of a source.
func (h *Hub) choose(source string) func(context.Context, string) (string, error) {
	return func(ctx context.Context, phone string) (string, error) { return h.calls.Choose(ctx, source, phone) }
}

// callBack is Env.CallBack of a source.
func (h *Hub) callBack(source string) func(context.Context, string, string) (bool, error) {
	return func(ctx context.Context, externalID, client string) (bool, error) {
		return h.calls.CallBack(ctx, leads.Key{Source: source, ExternalID: externalID}, client)
	}
}

// dialPolicy is the configuration's rules of what may be dialled.
func dialPolicy(cfg config.Config) calls.Policy {
	return calls.Policy{
		Region: cfg.Region, Deny: cfg.Dialling.Deny,
		Click: calls.Limits(cfg.Dialling.ClickToCall), Forms: calls.Limits(cfg.Dialling.Forms),
	}
}
