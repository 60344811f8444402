package calls

import (
	"context"
	"time"

	"ctihub/leads"
)

// Choose returns the extension at an exchange that the next call from a phone (E.164)
// should ring, "" for none: the exchange then routes the call itself.
func (s *Service) Choose(ctx context.Context, exchange, phone string) (extension string, err error) {
	c, err := s.Store.Callee(ctx, exchange, phone)
	if err != nil || c == nil {
		return "", err
	}
	return Reach(*c, s.Now()), nil
}

// Reach returns the extension at which the owner of a caller's contact should be rung
// now, "" for none: the exchange then routes the call itself. It is pure. A telephone
// of unknown state counts as reachable.
func Reach(c leads.Callee, now time.Time) (extension string) {
	if !c.TakesLeads() || !c.Works(now) || c.Busy {
		return ""
	}
	for _, d := range c.Devices {
		if d.State != leads.DeviceUnreachable {
			return d.Extension
		}
	}
	return ""
}
