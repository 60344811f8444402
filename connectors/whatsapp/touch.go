package whatsapp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"ctihub/leads"
)

// found is a touch to be stored, perhaps with a file to be fetched first.
type found struct {
	leads.Touch
	say  *texts
	file *file
	what string // the file in words
}

// parseWebhook reads touches and receipts from the body of a webhook. What cannot be
// read becomes a touch for quarantine.
func (n *number) parseWebhook(body []byte) (touches []found, receipts []leads.Receipt) {
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
			case slices.Contains(wanted, string(change.Field)):
				t, r := n.change(change.Value)
				touches, receipts = append(touches, t...), append(receipts, r...)
			case slices.Contains(ignoredFields, string(change.Field)):
				n.env.Log.Info("whatsapp tells of something else", "field", leads.Clip(string(change.Field), 60))
			default:
				touches = append(touches, unreadable(change.Value))
			}
		}
	}
	return touches, receipts
}

// wanted are the fields of the webhook that bring what customers do.
var wanted = []string{"messages", "smb_message_echoes", "calls", "user_preferences"}

// ignoredFields are the fields about the account, its templates, its quality and
// its groups; and what the WhatsApp Business app had stored before it was linked.
var ignoredFields = []string{
	"account_alerts", "account_offboarded", "account_reconnected", "account_review_update", "account_settings_update", "account_update",
	"automatic_events", "business_capability_update", "business_status_update", "business_username_update", "flows",
	"group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update", "history",
	"message_template_components_update", "message_template_quality_update", "message_template_status_update", "messaging_handovers",
	"partner_solutions", "payment_configuration_update", "phone_number_name_update", "phone_number_quality_update", "security",
	"smb_app_state_sync", "template_category_update", "template_correct_category_detection", "tracking_events",
}

func (n *number) change(raw json.RawMessage) (touches []found, receipts []leads.Receipt) {
	var v value
	if exact, err := decode(raw, &v); err != nil || !exact || v.empty() {
		touches = append(touches, unreadable(raw))
	}
	for _, m := range v.Messages {
		touches = append(touches, n.message(m, v, leads.In))
	}
	for _, m := range v.Echoes {
		touches = append(touches, n.message(m, v, leads.Out))
	}
	for _, c := range v.Calls {
		touches = append(touches, n.callTouch(c, v))
	}
	for _, w := range v.Wishes {
		touches = append(touches, n.preferenceTouch(w, v))
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
	m.raw = raw
	phone, user := m.From, m.FromUserID
	if d == leads.Out {
		phone, user = m.To, m.ToUserID
	}
	who := v.profile(phone, user)
	f := found{say: n.say, Touch: leads.Touch{
		ExternalID: string(m.ID), Channel: leads.ChannelWhatsApp, Direction: d, At: m.Timestamp.time(),
		From:      n.identities(firstOf(phone, who.WaID), firstOf(user, who.UserID)),
		MessageID: string(m.ID), UTM: m.utm(), Raw: string(raw),
	}}
	f.of(v, who)
	if m.Context.ID != "" {
		f.References = []string{string(m.Context.ID)}
	}
	f.content(m)
	return f
}

// of fills in the number that was reached, and who it was by name.
func (f *found) of(v value, who profile) {
	if n := digits(v.Metadata.Number); n != "" {
		f.To = "+" + n
	}
	if f.Name = string(who.Profile.Name); f.Name == "" && who.Profile.Username != "" {
		f.Name = "@" + strings.TrimPrefix(string(who.Profile.Username), "@")
	}
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
//
// Meta vouches for the number, whatever the country's number plan says of it: in
// Brazil it may lack the ninth digit. Where the plan does not know it, or
// writes it in another way, it is the person's id in WhatsApp too, so that
// replies go to exactly this number.
func (n *number) identities(phone, user text) []leads.Identity {
	var ids []leads.Identity
	if d := digits(phone); d != "" {
		ids = append(ids, leads.Identity{Kind: leads.KindPhone, Value: "+" + d})
		if read, _ := leads.ReadPhones("+"+d, n.env.Hub.Region); len(read) != 1 || read[0].E164 != "+"+d {
			ids = append(ids, leads.Identity{Kind: KindUser, Value: d})
		}
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

// utm returns the UTM tags of the advertisement or post from which the customer came.
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
			r.Fault, r.FaultLimit = s.Errors[0].replyFault()
		}
	default:
		return r, false
	}
	return r, true
}
