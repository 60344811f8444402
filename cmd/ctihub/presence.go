package main

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
func (a *app) choose(source string, now func() time.Time) func(context.Context, string) (string, error) {
	return func(ctx context.Context, phone string) (string, error) {
		c, err := a.store.Callee(ctx, source, phone)
		if err != nil || c == nil {
			return "", err
		}
		return router.Reach(*c, now()), nil
	}
}

// noteDevices stores what became of an exchange's telephones and shows it.
func (a *app) noteDevices(source string) func(context.Context, ...leads.Device) error {
	return func(ctx context.Context, changed ...leads.Device) error {
		events, err := a.store.PutDevices(ctx, source, changed)
		a.feed.Publish(events...)
		return err
	}
}
