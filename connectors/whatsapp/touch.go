package whatsapp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"ctihub/leads"
)

// found is a touch on its way, perhaps with a file to be fetched first.
type found struct {
	leads.Touch
	say  *texts
	file *file
	what string // the file in words
}

// gather turns the body of a webhook into touches and receipts. Nothing of it
// is an error: what cannot be read becomes a touch for quarantine.
func (n *number) gather(body []byte) (touches []found, receipts []leads.Receipt) {
	var e envelope
	exact, err := decode(body, &e)
	if err != nil || !exact || e.Object != "whatsapp_business_account" {
		touches = append(touches, unreadable(body))
	}
	for _, entry := range e.Entry {
		for _, change := range entry.Changes {
			switch {
			case len(change.Value) == 0:
				touches = append(touches, unreadable(body))
			case change.Field == "messages", change.Field == "smb_message_echoes":
				t, r := n.change(change.Value)
				touches, receipts = append(touches, t...), append(receipts, r...)
			default: // about the account, its templates and its quality: no contact of a customer
				n.env.Log.Info("whatsapp tells of something else", "field", leads.Clip(string(change.Field), 60))
			}
		}
	}
	return touches, receipts
}

func (n *number) change(raw json.RawMessage) (touches []found, receipts []leads.Receipt) {
	var v value
	if exact, err := decode(raw, &v); err != nil || !exact {
		touches = append(touches, unreadable(raw))
	}
	for _, m := range v.Messages {
		touches = append(touches, n.message(m, v, leads.In))
	}
	for _, m := range v.Echoes {
		touches = append(touches, n.message(m, v, leads.Out))
	}
	for _, raw := range v.Statuses {
		var s status
		if _, err := decode(raw, &s); err != nil || s.ID == "" {
			touches = append(touches, unreadable(raw))
		} else if r, ok := receipt(s); ok {
			receipts = append(receipts, r)
		}
	}
	for _, f := range v.Errors {
		n.env.Log.Warn("whatsapp reports an error", "code", string(f.Code))
	}
	return touches, receipts
}

// unreadable is a touch for quarantine, under a key of its content.
func unreadable(raw []byte) found {
	sum := sha256.Sum256(raw)
	return found{Touch: leads.Touch{
		ExternalID: "sha256-" + hex.EncodeToString(sum[:]), Channel: leads.ChannelWhatsApp, Direction: leads.In,
		Raw: string(raw), Suspect: "WhatsApp sent what this hub cannot read",
	}}
}

// message turns one message into a touch.
func (n *number) message(raw json.RawMessage, v value, d leads.Direction) found {
	var m message
	if _, err := decode(raw, &m); err != nil || m.ID == "" || len(m.ID) > 500 {
		return unreadable(raw)
	}
	phone, user := m.From, m.FromUserID
	if d == leads.Out {
		phone, user = m.To, m.ToUserID
	}
	who := v.profile(phone, user)
	f := found{say: n.say, Touch: leads.Touch{
		ExternalID: string(m.ID), Channel: leads.ChannelWhatsApp, Direction: d, At: m.Timestamp.time(),
		From: identities(firstOf(phone, who.WaID), firstOf(user, who.UserID)), Name: string(who.Profile.Name),
		MessageID: string(m.ID), UTM: m.utm(), Raw: string(raw),
	}}
	if n := digits(v.Metadata.Number); n != "" {
		f.To = "+" + n
	}
	if f.Name == "" && who.Profile.Username != "" {
		f.Name = "@" + strings.TrimPrefix(string(who.Profile.Username), "@")
	}
	if m.Context.ID != "" {
		f.References = []string{string(m.Context.ID)}
	}
	f.content(m)
	return f
}

// profile returns who wrote; the messages of one change may be of several.
func (v value) profile(phone, user text) profile {
	for _, c := range v.Contacts {
		if phone != "" && c.WaID == phone || user != "" && c.UserID == user {
			return c
		}
	}
	// wa_id may differ from the phone (Brazil, Mexico): one person needs no match.
	if len(v.Contacts) == 1 && len(v.Messages)+len(v.Echoes) == 1 {
		return v.Contacts[0]
	}
	return profile{}
}

// identities are the phone, and Meta's id of the person, which stays when the
// phone is hidden behind a username some day.
func identities(phone, user text) []leads.Identity {
	var ids []leads.Identity
	if n := digits(phone); n != "" {
		ids = append(ids, leads.Identity{Kind: leads.KindPhone, Value: "+" + n})
	} else if user == "" {
		user = phone // of a hidden phone the id stands in its place, by some readings of the documentation
	}
	if user != "" {
		ids = append(ids, leads.Identity{Kind: KindUser, Value: string(user)})
	}
	return ids
}

// digits returns a phone's digits without "+", empty if it is no phone.
func digits(phone text) string {
	s := strings.NewReplacer("+", "", " ", "", "-", "", "(", "", ")", "").Replace(string(phone))
	if len(s) < 7 || len(s) > 15 || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return s
}

// utm tells of the advertisement or post from which the customer came.
func (m message) utm() map[string]string {
	r := m.Referral
	if r.ID == "" && r.URL == "" && r.Click == "" {
		return nil
	}
	utm := map[string]string{"utm_source": "meta", "utm_medium": string(firstOf(r.Type, "ad"))}
	for key, v := range map[string]text{
		"utm_id": r.ID, "utm_content": firstOf(r.Headline, r.Body), "page": r.URL, "ctwa_clid": r.Click,
	} {
		if v != "" {
			utm[key] = string(v)
		}
	}
	return utm
}

// receipt puts a status into the hub's terms; false for one that says nothing
// new, such as "sent".
func receipt(s status) (leads.Receipt, bool) {
	r := leads.Receipt{UpstreamID: string(s.ID), At: s.Timestamp.time()}
	switch s.Status {
	case "delivered":
		r.State = leads.ReplyDelivered
	case "read", "played":
		r.State = leads.ReplyRead
	case "failed":
		r.State, r.Reason = leads.ReplyFailed, "WhatsApp did not deliver it"
		if len(s.Errors) > 0 {
			r.Reason = s.Errors[0].words()
			r.Fault, r.FaultLimit = s.Errors[0].why()
		}
	default:
		return r, false
	}
	return r, true
}
