package letter

import (
	"slices"
	"strings"

	"ctihub/leads"
)

// resolvePeople sets the author and the recipient, and what depends on them: the identities, the
// direction, the new text, and the kind of automatic mail.
func (m *mail) resolvePeople(t *leads.Touch, whole string) {
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
	t.To = m.ownRecipient(to)

	newText, own := m.newText(whole)
	m.setText(t, newText, whole)
	m.setFrom(t, from)
	why, sure := m.automatic(from, whole)
	t.Automatic = why
	if t.Automatic == leads.Bounce && m.returned == "" {
		m.findReturnedID(t, whole)
	}
	if sure {
		return
	}
	if ownFrom && m.isToOthersOnly(direct) {
		m.setOutgoing(t, direct)
		return
	}
	if name, phone, ok := m.callNotice(from, whole); ok {
		t.Automatic, t.Name, t.From = "", name, []leads.Identity{{Kind: leads.KindPhone, Value: phone}}
		return
	}
	if ownFrom && m.readForward(t, to, whole) {
		return
	}
	if m.isForm(from, reply) && (!ownFrom || forwardBegins(strings.Split(whole, "\n"), m.text("subject")) == noForward) {
		if f, ok := m.readForm(whole); ok {
			f.fillTouch(m, t, reply)
			return
		}
	}
	switch {
	case reply.mail != "" && reply.mail != from.mail && !m.isOwn(reply.mail) && !isNoReply(reply.mail) && (ownFrom || isNoReply(from.mail) || isWebsiteSender(from.mail)):
		if reply.name == "" && !ownFrom {
			reply.name = from.name
		}
		m.setFrom(t, reply)
		t.Automatic = ""
		t.Offered = m.offeredPhones(own)
	case ownFrom:
		m.setOutgoing(t, to)
	default:
		t.Offered = m.offeredPhones(own)
		if reply.mail != "" && reply.mail != from.mail && !m.isOwn(reply.mail) && !isNoReply(reply.mail) {
			t.Offered = append(t.Offered, leads.Identity{Kind: leads.KindEmail, Value: reply.mail})
		}
	}
}

// setText sets the text, and the whole text if a part of it was left out.
func (m *mail) setText(t *leads.Touch, newText, whole string) {
	whole = withoutMarks(strings.Split(whole, "\n"))
	t.Text, t.Whole = leads.Clip(newText, maxFresh), ""
	if t.Text != whole {
		t.Whole = leads.Clip(whole, maxFresh)
	}
}

// setFrom sets the author. An unreadable address is handed over as written.
func (m *mail) setFrom(t *leads.Touch, a address) {
	t.Name, t.From = a.name, nil
	for _, value := range []string{a.mail, leads.Clip(a.text, 200)} {
		if value != "" {
			t.From = append(t.From, leads.Identity{Kind: leads.KindEmail, Value: value})
		}
	}
}

// ownRecipient returns the address of ours that the mail was sent to, or the first recipient.
func (m *mail) ownRecipient(to []address) string {
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

// setOutgoing marks the mail as outgoing to the first recipient who is not ours, or as internal.
func (m *mail) setOutgoing(t *leads.Touch, to []address) {
	t.Direction, t.From, t.Name = leads.Internal, nil, ""
	for _, a := range to {
		if a.mail != "" && !m.isOwn(a.mail) || a.mail == "" && strings.Contains(a.text, "@") {
			t.Direction, t.To = leads.Out, a.mail+a.text
			m.setFrom(t, a)
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

// isToOthersOnly reports whether there are recipients, and none of them is ours.
func (m *mail) isToOthersOnly(to []address) bool {
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
