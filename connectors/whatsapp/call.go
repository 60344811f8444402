package whatsapp

import (
	"encoding/json"
	"fmt"

	"ctihub/leads"
)

// call is an event of a voice call over WhatsApp (the field calls). The hub does not
// answer such calls: it makes a touch, so that a manager calls back.
type call struct {
	ID        text `json:"id"`
	From      text `json:"from"`
	FromUser  text `json:"from_user_id"`
	To        text `json:"to"`
	ToUser    text `json:"to_user_id"`
	Event     text `json:"event"` // connect or terminate
	Timestamp text `json:"timestamp"`
	Direction text `json:"direction"` // USER_INITIATED or BUSINESS_INITIATED
	Duration  text `json:"duration"`  // seconds; of one that was answered
}

// callTouch returns the touch of a call event; all events of a call have one key.
func (n *number) callTouch(raw json.RawMessage, v value) found {
	var c call
	if _, err := decode(raw, &c); err != nil || c.ID == "" || len(c.ID) > 400 || firstOf(c.From, c.FromUser, c.To, c.ToUser) == "" {
		return unreadable(raw)
	}
	phone, user, d := c.From, c.FromUser, leads.In
	if c.Direction == "BUSINESS_INITIATED" {
		phone, user, d = c.To, c.ToUser, leads.Out
	}
	who := v.profile(phone, user)
	f := found{say: n.say, Touch: leads.Touch{
		ExternalID: "call:" + string(c.ID), Channel: leads.ChannelWhatsApp, Direction: d, At: c.Timestamp.time(),
		From: n.identities(firstOf(phone, who.WaID), firstOf(user, who.UserID)), Text: bracket(n.say.called), Raw: string(raw),
	}}
	f.of(v, who)
	if c.Event == "terminate" {
		if f.Edited = c.Timestamp.time(); f.Edited.IsZero() {
			f.Edited = n.env.Now()
		}
		f.Text = bracket(n.say.missed)
		if s, err := json.Number(c.Duration).Int64(); err == nil && s > 0 {
			f.Text = bracket(n.say.talked, text(fmt.Sprintf("%d:%02d", s/60, s%60)))
		}
	}
	return f
}

// preferenceTouch returns the touch of a customer's setting about messages of the
// business (the field user_preferences), such as no advertisements.
func (n *number) preferenceTouch(raw json.RawMessage, v value) found {
	var p struct {
		WaID      text `json:"wa_id"`
		UserID    text `json:"user_id"`
		Category  text `json:"category"`
		Value     text `json:"value"`
		Timestamp text `json:"timestamp"`
	}
	if _, err := decode(raw, &p); err != nil || firstOf(p.WaID, p.UserID) == "" {
		return unreadable(raw)
	}
	f := unreadable(raw) // the key of the content: such notes have no id
	f.Suspect, f.Automatic, f.At = "", leads.Notice, p.Timestamp.time()
	f.From = n.identities(p.WaID, p.UserID)
	f.Text = bracket(n.say.preference, p.Category, p.Value)
	f.of(v, v.profile(p.WaID, p.UserID))
	return f
}
