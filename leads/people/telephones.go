package people

import (
	"context"
	"fmt"

	"ctihub/leads"
)

// PutDevices stores device states of an exchange, and records the presence of the
// users whose telephones changed.
func (s *Service) PutDevices(ctx context.Context, source string, devices ...leads.Device) error {
	err := s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		for _, d := range devices {
			changed, err := tx.PutDevice(ctx, source, d)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			users, err := tx.UsersOfExtension(ctx, source, d.Extension)
			if err != nil {
				return err
			}
			for _, id := range users {
				if _, err := tx.RecordPresence(ctx, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("storing the devices of %s: %w", source, err)
	}
	return nil
}

// Telephones returns the telephones at a source, with those whose users are away now.
func (s *Service) Telephones(ctx context.Context, source string) ([]leads.Telephone, error) {
	return s.Store.Telephones(ctx, source)
}

// Changed returns a channel that gets a value soon after a user's presence has
// changed, until ctx ends. One value may stand for many changes, or for none.
func (s *Service) Changed(ctx context.Context) <-chan struct{} {
	changed := make(chan struct{}, 1)
	notify := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	events := s.Feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleSupervisor})
	go func() {
		for ctx.Err() == nil {
			for e := range events {
				if e.Type == leads.EventPresence {
					notify()
				}
			}
			events = s.Feed.Subscribe(ctx, leads.Viewer{Role: leads.RoleSupervisor}) // fell behind
			notify()
		}
	}()
	return changed
}
