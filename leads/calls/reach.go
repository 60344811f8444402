package calls

import (
	"context"
	"time"

	"ctihub/leads"
)

// Choose names the extension at an exchange at which the next call of a phone
// (E.164) should ring, "" for none: the call then goes the exchange's own way.
func (s *Service) Choose(ctx context.Context, exchange, phone string) (extension string, err error) {
	c, err := s.Store.Callee(ctx, exchange, phone)
	if err != nil || c == nil {
		return "", err
	}
	return Reach(*c, s.Now()), nil
}

// Reach names the extension by which the owner of a caller's contact should be
// rung now, "" for not at all: the call then goes the exchange's own way. It is
// pure. A telephone of which the exchange tells nothing counts as reachable.
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
