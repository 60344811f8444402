package max

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"ctihub/connectors/vendors"
)

// update is an event of the bot, the same by long polling and by webhook.
type update struct {
	Type      string    `json:"update_type"`
	Timestamp int64     `json:"timestamp"`
	Message   *message  `json:"message"`
	Callback  *callback `json:"callback"`
	User      *user     `json:"user"`       // of bot_started
	Payload   string    `json:"payload"`    // of bot_started: of the link by which the person came
	MessageID string    `json:"message_id"` // of message_removed
	UserID    int64     `json:"user_id"`    // of message_removed

	raw string
}

type user struct {
	ID    int64  `json:"user_id"`
	First string `json:"first_name"`
	Last  string `json:"last_name"`
	Old   string `json:"name"` // of earlier versions
	IsBot bool   `json:"is_bot"`
}

func (u user) name() string {
	if name := strings.TrimSpace(u.First + " " + u.Last); name != "" {
		return name
	}
	return u.Old
}

type message struct {
	Sender    *user `json:"sender"`
	Recipient struct {
		ChatType string `json:"chat_type"` // dialog, chat or channel
	} `json:"recipient"`
	Timestamp int64 `json:"timestamp"`
	Link      *struct {
		Type    string `json:"type"` // forward or reply
		Message body   `json:"message"`
	} `json:"link"`
	Body body `json:"body"`
}

type body struct {
	MID         string       `json:"mid"`
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments"`
}

type callback struct {
	Timestamp int64  `json:"timestamp"`
	ID        string `json:"callback_id"`
	Payload   string `json:"payload"`
	User      user   `json:"user"`
}

// attachment has the fields of all types of attachments.
type attachment struct {
	Type    string `json:"type"`
	contact        // as some clients write it, outside of the payload
	Payload struct {
		contact
		place
		URL     string `json:"url"`
		Code    string `json:"code"` // of a sticker
		Buttons [][]struct {
			Text    string `json:"text"`
			Payload string `json:"payload"`
		} `json:"buttons"`
	} `json:"payload"`
	FileName      string `json:"filename"`
	Transcription string `json:"transcription"`
	Title         string `json:"title"`
	place

	raw json.RawMessage
}

// place is a location in degrees.
type place struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// contact is somebody whom a person passed on.
type contact struct {
	VCF     string `json:"vcf_info"`
	Hash    string `json:"hash"`
	Info    *user  `json:"max_info"`
	OldInfo *user  `json:"tam_info"` // of earlier versions
	// As the documentation writes a contact into a new message.
	Name  string `json:"name"`
	Phone string `json:"vcf_phone"`
}

// UnmarshalJSON brings a contact and a location outside of the payload into it.
func (a *attachment) UnmarshalJSON(b []byte) error {
	type plain attachment
	if err := vendors.DecodeLenient(b, (*plain)(a)); err != nil {
		return err
	}
	a.raw = slices.Clone(b)
	if a.Payload.contact == (contact{}) {
		a.Payload.contact = a.contact
	}
	if a.Payload.place == (place{}) {
		a.Payload.place = a.place
	}
	return nil
}

// person is whose contact it is, nil where MAX does not say.
func (a attachment) person() *user {
	if a.Payload.Info != nil {
		return a.Payload.Info
	}
	return a.Payload.OldInfo
}

// read reads an update as far as it can be read.
func read(b []byte) (update, error) {
	u := update{raw: string(b)}
	if !json.Valid(b) {
		return u, json.Unmarshal(b, new(any))
	}
	return u, vendors.DecodeLenient(b, &u)
}

// moment reads a time of MAX: Unix milliseconds; the documentation says "Unix
// time" without a unit, so that seconds are understood too.
func moment(n int64) time.Time {
	switch {
	case n <= 0:
		return time.Time{}
	case n < 100_000_000_000:
		return time.Unix(n, 0).UTC()
	}
	return time.UnixMilli(n).UTC()
}
