package app

import (
	"context"
	"time"

	"ctihub/config"
	"ctihub/leads"
	"ctihub/leads/people"
)

// officeClock tells the time in the configured zone, which working hours use.
func officeClock(cfg config.Config, now func() time.Time) func() time.Time {
	return func() time.Time { return now().In(cfg.Zone) }
}

// pauses tells one source's exchange which telephones are paused.
type pauses struct {
	*people.Service
	source string
}

// Telephones implements [connectors.Pauses].
func (p pauses) Telephones(ctx context.Context) ([]leads.Telephone, error) {
	return p.Service.Telephones(ctx, p.source)
}

// putDevices is Env.Devices of a source.
func (h *Hub) putDevices(source string) func(context.Context, ...leads.Device) error {
	return func(ctx context.Context, changed ...leads.Device) error {
		return h.people.PutDevices(ctx, source, changed...)
	}
}
