package asterisk

import (
	"ctihub/leads"
)

// touch makes a call's state a touch. Its key is the linkedid as first seen.
func (p plan) touch(s snapshot) leads.Touch {
	c := s.Call
	if c.Direction == leads.Out {
		c.To = p.stripped(c.To)
	}
	t := leads.Touch{
		ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: c.Started, To: c.To, Call: &c,
	}
	switch c.Direction {
	case leads.In:
		d := p.dids[c.DID]
		t.Name, t.To, t.Subject, t.Team = s.Name, c.DID, d.Name, d.Team
		if d.Source != "" {
			t.UTM = map[string]string{"utm_source": d.Source}
		}
		if p.isBarredCall(c) {
			t.Name = ""
			if c.State == leads.CallEnded {
				c.Disposition = leads.Barred
			}
			return t
		}
		t.From = p.identity(c.From)
	case leads.Out:
		t.From = p.identity(c.To)
	}
	return t
}

// isBarredCall reports whether a customer's number is on the blacklist. Such a call
// is reported at its end only: it has no operator and shows no card.
func (p plan) isBarredCall(c leads.Call) bool {
	return c.Direction == leads.In && p.isBarred(c.From)
}

// identity of an outside number, as it came where it is none of a number plan;
// none for a withheld one and for extensions.
func (p plan) identity(number string) []leads.Identity {
	if number == "" || p.isExtension(number) || digits(number) && len(number) <= 6 {
		return nil
	}
	return []leads.Identity{{Kind: leads.KindPhone, Value: number}}
}
