package app

import (
	"context"
	"time"

	"ctihub/config"
	"ctihub/leads"
	"ctihub/router"
)

// officeClock tells the time in the zone that working hours go by.
func officeClock(cfg config.Config, now func() time.Time) func() time.Time {
	return func() time.Time { return now().In(cfg.Zone) }
}

// choose answers who should get the next call of a phone at one exchange.
func (h *Hub) choose(source string, now func() time.Time) func(context.Context, string) (string, error) {
	return func(ctx context.Context, phone string) (string, error) {
		c, err := h.store.Callee(ctx, source, phone)
		if err != nil || c == nil {
			return "", err
		}
		return router.Reach(*c, now()), nil
	}
}

// pauses tells one source's exchange who takes no calls.
type pauses struct {
	hub    *Hub
	source string
}

// Telephones implements [connectors.Pauses].
func (p pauses) Telephones(ctx context.Context) ([]leads.Telephone, error) {
	return p.hub.store.Telephones(ctx, p.source)
}

// Changed implements [connectors.Pauses].
func (p pauses) Changed(ctx context.Context) <-chan struct{} {
	changed := make(chan struct{}, 1)
	tell := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	events := p.hub.feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleSupervisor})
	go func() {
		for ctx.Err() == nil {
			for e := range events {
				if e.Type == leads.EventPresence {
					tell()
				}
			}
			events = p.hub.feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleSupervisor}) // fell behind
			tell()
		}
	}()
	return changed
}

// noteDevices stores what became of an exchange's telephones and shows it.
func (h *Hub) noteDevices(source string) func(context.Context, ...leads.Device) error {
	return func(ctx context.Context, changed ...leads.Device) error {
		return h.store.PutDevices(ctx, source, changed)
	}
}
