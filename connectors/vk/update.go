package vk

import (
	"encoding/json"
	"errors"
	"strconv"

	"ctihub/connectors/vendors"
)

// update is an event of a community, the same by long poll and by callback.
type update struct {
	Type    string          `json:"type"`
	Object  json.RawMessage `json:"object"`
	GroupID int64           `json:"group_id"`
	EventID string          `json:"event_id"`
	Secret  string          `json:"secret"` // of the callback only
}

// text is a string that VK sends as a number too. It keeps the number as it is
// written; what is neither is left out.
type text string

// UnmarshalJSON takes a string or a number.
func (t *text) UnmarshalJSON(b []byte) error { return vendors.UnmarshalText(b, t) }

// number is an id or a time that comes as a number, or as a string with one:
// programs that pass VK's events on write them so.
type number int64

// UnmarshalJSON takes a number or a string with a number.
func (n *number) UnmarshalJSON(b []byte) error {
	var t text
	if err := t.UnmarshalJSON(b); err != nil {
		return err
	}
	if i, err := strconv.ParseInt(string(t), 10, 64); err == nil {
		*n = number(i)
	}
	return nil
}

// raw is the event without the secret.
func (u update) raw() string {
	b, err := json.Marshal(map[string]any{"type": u.Type, "event_id": u.EventID, "object": u.Object})
	if err != nil {
		return string(u.Object)
	}
	return string(b)
}

// chats is the first peer id of group chats.
const chats = 2_000_000_000

// message is VK's object of that name.
type message struct {
	ID          int64        `json:"id"`
	CMID        int64        `json:"conversation_message_id"`
	PeerID      int64        `json:"peer_id"`
	FromID      int64        `json:"from_id"`
	Date        int64        `json:"date"`        // Unix seconds
	UpdateTime  int64        `json:"update_time"` // Unix seconds, 0: never edited
	Out         int          `json:"out"`         // 1: from the community
	AdminAuthor int64        `json:"admin_author_id"`
	RandomID    int64        `json:"random_id"`
	Text        string       `json:"text"`
	Payload     string       `json:"payload"` // JSON
	Ref         string       `json:"ref"`
	RefSource   string       `json:"ref_source"`
	Attachments []attachment `json:"attachments"`
	Forwarded   []message    `json:"fwd_messages"`
	Reply       *message     `json:"reply_message"`
	Cropped     bool         `json:"is_cropped"`
	Geo         *struct {
		Coordinates struct {
			Latitude  float64 `json:"latitude"`
			Longitude float64 `json:"longitude"`
		} `json:"coordinates"`
		Place struct {
			Title string `json:"title"`
		} `json:"place"`
	} `json:"geo"`
}

// attachment is one of many types; each lies under its own key.
type attachment struct {
	Type string
	Item item

	raw json.RawMessage // of the item
}

// item has those fields of all types of attachments that are told or fetched.
type item struct {
	ID          int64   `json:"id"`
	OwnerID     int64   `json:"owner_id"`
	FromID      int64   `json:"from_id"`
	ToID        int64   `json:"to_id"`
	PostID      int64   `json:"post_id"`
	AccessKey   string  `json:"access_key"`
	URL         string  `json:"url"`
	Title       string  `json:"title"`
	Artist      string  `json:"artist"`
	Ext         string  `json:"ext"`
	Text        string  `json:"text"`
	LinkMP3     string  `json:"link_mp3"`
	LinkOGG     string  `json:"link_ogg"`
	Transcript  string  `json:"transcript"`
	Sizes       []image `json:"sizes"`
	Images      []image `json:"images"`
	Original    *image  `json:"orig_photo"`
	Question    string  `json:"question"`
	Description string  `json:"description"`
	Price       struct {
		Text string `json:"text"`
	} `json:"price"`
}

type image struct {
	Type   string `json:"type"`
	URL    string `json:"url"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// UnmarshalJSON finds the item under the key that the type names.
func (a *attachment) UnmarshalJSON(b []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		return nil //nolint:nilerr // not an object: an attachment of unknown type
	}
	if err := json.Unmarshal(fields["type"], &a.Type); err != nil {
		return nil //nolint:nilerr // an attachment of unknown type
	}
	if under := fields[a.Type]; under != nil && a.Type != "type" {
		a.raw = under
		return vendors.DecodeLenient(under, &a.Item)
	}
	return nil
}

// readMessage finds the message in an event's object: under "message" since
// API 5.103, the object itself before and in message_reply and message_edit.
func readMessage(object json.RawMessage) (message, error) {
	var wrapped struct {
		Message json.RawMessage `json:"message"`
	}
	if err := vendors.DecodeLenient(object, &wrapped); err == nil && len(wrapped.Message) > 1 && wrapped.Message[0] == '{' {
		object = wrapped.Message
	}
	var m message
	if err := vendors.DecodeLenient(object, &m); err != nil {
		return message{}, err
	}
	if m.PeerID == 0 {
		m.PeerID = m.FromID
	}
	if m.PeerID == 0 {
		return m, errors.New("the message names no conversation")
	}
	return m, nil
}
