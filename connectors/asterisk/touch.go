package asterisk

import (
	"ctihub/leads"
)

// touch makes a call's state a touch. Its key is the linkedid as first seen.
func (p plan) touch(s snapshot) leads.Touch {
	c := s.Call
	t := leads.Touch{
		ExternalID: c.Linkedid, Channel: leads.ChannelCall, Direction: c.Direction, At: c.Started, To: c.To, Call: &c,
	}
	switch c.Direction {
	case leads.In:
		t.Name, t.To, t.Subject = s.Name, c.DID, p.dids[c.DID]
		t.From = p.identity(c.From)
	case leads.Out:
		t.From = p.identity(c.To)
	}
	return t
}

// identity of an outside number; none for a withheld one and for extensions.
func (p plan) identity(number string) []leads.Identity {
	if number == "" || p.isExtension(number) {
		return nil
	}
	return []leads.Identity{{Kind: leads.KindPhone, Value: number}}
}
