package whatsapp

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"ctihub/connectors/vendors"
)

// text is a string that Meta writes now as a string and now as a number. What
// is neither is left out: it stays in the raw message.
type text string

func (t *text) UnmarshalJSON(b []byte) error { return vendors.UnmarshalText(b, t) }

// document is JSON that comes as a string, or as it is.
type document string

func (d *document) UnmarshalJSON(b []byte) error {
	var inner string
	switch {
	case json.Unmarshal(b, &inner) == nil:
		*d = document(inner)
	case len(b) > 0 && (b[0] == '{' || b[0] == '['):
		*d = document(b)
	}
	return nil
}

// time reads seconds since 1970; the zero time when it is none.
func (t text) time() time.Time {
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil || n <= 0 || n > 1<<36 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// envelope is the body of a webhook: several entries with several changes.
type envelope struct {
	Object text `json:"object"`
	Entry  []struct {
		Changes []struct {
			Field text            `json:"field"`
			Value json.RawMessage `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

// value is a change of the fields messages, smb_message_echoes, calls and
// user_preferences.
type value struct {
	Metadata struct {
		Number text `json:"display_phone_number"`
	} `json:"metadata"`
	Contacts []profile         `json:"contacts"`
	Messages []json.RawMessage `json:"messages"`
	Echoes   []json.RawMessage `json:"message_echoes"` // sent by the company from its telephone
	Statuses []json.RawMessage `json:"statuses"`
	Calls    []json.RawMessage `json:"calls"`
	Wishes   []json.RawMessage `json:"user_preferences"`
	Errors   []fault           `json:"errors"`
}

// empty reports whether a change holds nothing that the hub knows.
func (v value) empty() bool {
	return len(v.Messages)+len(v.Echoes)+len(v.Statuses)+len(v.Calls)+len(v.Wishes)+len(v.Errors) == 0
}

// profile is somebody who wrote.
type profile struct {
	Profile struct {
		Name     text `json:"name"`
		Username text `json:"username"`
	} `json:"profile"`
	WaID   text `json:"wa_id"`   // the phone without "+", missing when it is hidden
	UserID text `json:"user_id"` // business-scoped
}

// message is one message in either direction.
type message struct {
	From       text `json:"from"`
	FromUserID text `json:"from_user_id"`
	To         text `json:"to"`         // of an echo
	ToUserID   text `json:"to_user_id"` // of an echo
	ID         text `json:"id"`
	Timestamp  text `json:"timestamp"`
	Type       text `json:"type"`
	Origin     text `json:"origin"` // of contacts: contact_request, when we asked for the sender's own
	Context    struct {
		ID              text `json:"id"`
		Forwarded       bool `json:"forwarded"`
		OftenForwarded  bool `json:"frequently_forwarded"`
		ReferredProduct struct {
			ID text `json:"product_retailer_id"`
		} `json:"referred_product"`
	} `json:"context"`
	Referral struct {
		URL      text `json:"source_url"`
		Type     text `json:"source_type"` // ad or post
		ID       text `json:"source_id"`
		Headline text `json:"headline"`
		Body     text `json:"body"`
		Click    text `json:"ctwa_clid"`
	} `json:"referral"`

	Text struct {
		Body text `json:"body"`
	} `json:"text"`
	Image    *file `json:"image"`
	Audio    *file `json:"audio"`
	Voice    *file `json:"voice"`
	Video    *file `json:"video"`
	Document *file `json:"document"`
	Sticker  *file `json:"sticker"`
	Location struct {
		Latitude  text `json:"latitude"`
		Longitude text `json:"longitude"`
		Name      text `json:"name"`
		Address   text `json:"address"`
		URL       text `json:"url"`
	} `json:"location"`
	Contacts []card `json:"contacts"`
	Button   struct {
		Text    text `json:"text"`
		Payload text `json:"payload"`
	} `json:"button"`
	Interactive struct {
		Type   text   `json:"type"`
		Button choice `json:"button_reply"`
		List   choice `json:"list_reply"`
		Flow   struct {
			Body     text     `json:"body"`
			Response document `json:"response_json"`
		} `json:"nfm_reply"`
		Calls struct {
			Response  text `json:"response"` // accept or reject
			Permanent bool `json:"is_permanent"`
			Until     text `json:"expiration_timestamp"`
			Source    text `json:"response_source"` // user_action, or automatic: they called us
		} `json:"call_permission_reply"`
	} `json:"interactive"`
	Order struct {
		Text  text `json:"text"`
		Items []struct {
			ID       text `json:"product_retailer_id"`
			Quantity text `json:"quantity"`
			Price    text `json:"item_price"`
			Currency text `json:"currency"`
		} `json:"product_items"`
	} `json:"order"`
	Reaction struct {
		MessageID text `json:"message_id"`
		Emoji     text `json:"emoji"` // empty: taken back
	} `json:"reaction"`
	System struct {
		Body    text `json:"body"`
		NewWaID text `json:"new_wa_id"`
		WaID    text `json:"wa_id"` // the new one, in newer versions
	} `json:"system"`
	Edit struct {
		Original text            `json:"original_message_id"`
		Message  json.RawMessage `json:"message"`
	} `json:"edit"`
	Revoke struct {
		Original text `json:"original_message_id"`
	} `json:"revoke"`
	Unsupported struct {
		Type text `json:"type"`
	} `json:"unsupported"`
	Errors []fault `json:"errors"`

	raw json.RawMessage
}

// file is media by its id, which is good for some days.
type file struct {
	ID       text `json:"id"`
	Caption  text `json:"caption"`
	Filename text `json:"filename"`
	MIME     text `json:"mime_type"`
	Voice    bool `json:"voice"` // recorded in WhatsApp
}

// choice is what a customer picked of what they were offered.
type choice struct {
	ID          text `json:"id"`
	Title       text `json:"title"`
	Description text `json:"description"`
}

// card is a contact that a customer passes on.
type card struct {
	Origin text `json:"origin"`
	Name   struct {
		Formatted text `json:"formatted_name"`
		First     text `json:"first_name"`
		Last      text `json:"last_name"`
	} `json:"name"`
	Phones []struct {
		Phone text `json:"phone"`
		WaID  text `json:"wa_id"`
	} `json:"phones"`
	Emails []struct {
		Email text `json:"email"`
	} `json:"emails"`
	Org struct {
		Company text `json:"company"`
	} `json:"org"`
}

// status is what became of a message of ours.
type status struct {
	ID        text    `json:"id"`
	Status    text    `json:"status"`
	Timestamp text    `json:"timestamp"`
	Errors    []fault `json:"errors"`
}

// decode reads JSON into v. What has a type that Meta does not document is left
// out, and everything around it is read; then exact is false.
func decode(raw []byte, v any) (exact bool, err error) {
	err = json.Unmarshal(raw, v)
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) {
		return false, nil
	}
	return err == nil, err
}

// firstOf returns the first that is not blank.
func firstOf(of ...text) text {
	for _, t := range of {
		if strings.TrimSpace(string(t)) != "" {
			return t
		}
	}
	return ""
}
