package letter

import (
	"slices"
	"strings"

	"ctihub/leads"
)

// people finds out who wrote to whom, and sets what depends on that: the
// identities, the direction, the new text, and why it is automatic.
func (m *mail) people(t *leads.Touch, whole string) {
	from := m.sender()
	replies := addresses(m.head.get("reply-to"), m.charset)
	direct := addresses(m.head.get("to"), m.charset)
	to := append(slices.Clone(direct), addresses(m.head.get("cc"), m.charset)...)
	if a, ok := m.originalAuthor(from, replies, direct); ok {
		from = a
	}
	reply, ok := m.firstForeign(replies)
	if !ok {
		reply, _ = first(replies)
	}
	ownFrom := m.isOwn(from.mail)
	t.To = m.reached(to)

	news, own := m.fresh(whole)
	m.say(t, news, whole)
	m.person(t, from)
	why, sure := m.automatic(from, whole)
	t.Automatic = why
	if t.Automatic == leads.Bounce && m.returned == "" {
		m.quoteFailed(t, whole)
	}
	if sure {
		return
	}
	if ownFrom && m.away(direct) {
		m.outgoing(t, direct)
		return
	}
	if name, phone, ok := m.callNotice(from, whole); ok {
		t.Automatic, t.Name, t.From = "", name, []leads.Identity{{Kind: leads.KindPhone, Value: phone}}
		return
	}
	if ownFrom && m.forwarded(t, to, whole) {
		return
	}
	if m.isForm(from, reply) && (!ownFrom || forwardBegins(strings.Split(whole, "\n"), m.text("subject")) == noForward) {
		if f, ok := m.readForm(whole); ok {
			f.fill(m, t, reply)
			return
		}
	}
	switch {
	case reply.mail != "" && reply.mail != from.mail && !m.isOwn(reply.mail) && !isNoReply(reply.mail) && (ownFrom || isNoReply(from.mail) || isWebsiteSender(from.mail)):
		if reply.name == "" && !ownFrom {
			reply.name = from.name
		}
		m.person(t, reply)
		t.Automatic = ""
		t.Offered = m.phones(own)
	case ownFrom:
		m.outgoing(t, to)
	default:
		t.Offered = m.phones(own)
		if reply.mail != "" && reply.mail != from.mail && !m.isOwn(reply.mail) && !isNoReply(reply.mail) {
			t.Offered = append(t.Offered, leads.Identity{Kind: leads.KindEmail, Value: reply.mail})
		}
	}
}

// say sets the text; whole is kept where something is left out of it.
func (m *mail) say(t *leads.Touch, news, whole string) {
	whole = plainly(strings.Split(whole, "\n"))
	t.Text, t.Whole = leads.Clip(news, maxFresh), ""
	if t.Text != whole {
		t.Whole = leads.Clip(whole, maxFresh)
	}
}

// person sets whom the touch is from. An address that cannot be read is handed
// over as it is written.
func (m *mail) person(t *leads.Touch, a address) {
	t.Name, t.From = a.name, nil
	for _, value := range []string{a.mail, leads.Clip(a.text, 200)} {
		if value != "" {
			t.From = append(t.From, leads.Identity{Kind: leads.KindEmail, Value: value})
		}
	}
}

// reached is the address of ours that the mail was sent to, or the first one
// of all.
func (m *mail) reached(to []address) string {
	for _, a := range to {
		if m.isOwn(a.mail) {
			return a.mail
		}
	}
	for _, name := range []string{"delivered-to", "x-original-to", "envelope-to", "x-delivered-to"} {
		if a, ok := first(addresses(m.head.get(name), m.charset)); ok && m.isOwn(a.mail) {
			return a.mail
		}
	}
	for _, a := range to {
		if a.mail != "" {
			return a.mail
		}
	}
	return ""
}

// outgoing is a mail of ours: to the first one who is not ours, or among us.
func (m *mail) outgoing(t *leads.Touch, to []address) {
	t.Direction, t.From, t.Name = leads.Internal, nil, ""
	for _, a := range to {
		if a.mail != "" && !m.isOwn(a.mail) || a.mail == "" && strings.Contains(a.text, "@") {
			t.Direction, t.To = leads.Out, a.mail+a.text
			m.person(t, a)
			return
		}
	}
}

// Recipient returns the first mailbox of a header field (To, Cc; raw) that is
// not among our own addresses: its name, and the address normalised, or as it is
// written where it cannot be read. Both are empty if there is none.
func Recipient(field string, own []string) (name, address string) {
	m := &mail{own: ownAddresses(own)}
	for _, a := range addresses(field, "") {
		if a.mail != "" && !m.isOwn(a.mail) {
			return a.name, a.mail
		}
		if a.mail == "" && strings.Contains(a.text, "@") {
			return a.name, leads.Clip(a.text, 200)
		}
	}
	return "", ""
}

// away reports whether a mail goes to others only.
func (m *mail) away(to []address) bool {
	_, some := first(to)
	return some && !slices.ContainsFunc(to, func(a address) bool { return m.isOwn(a.mail) })
}

func first(all []address) (address, bool) {
	for _, a := range all {
		if a.mail != "" {
			return a, true
		}
	}
	return address{}, false
}
