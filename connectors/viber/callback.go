package viber

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ctihub/connectors/vendors"
	"ctihub/connectors/vendors/answers"
	"ctihub/leads"
)

// text is a string, or a number as it is written: message tokens are larger
// than what a float holds. What is neither is left out; it stays in the raw
// callback.
type text string

func (t *text) UnmarshalJSON(b []byte) error { return vendors.UnmarshalText(b, t) }

// time reads milliseconds since 1970; the zero time when it is none.
func (t text) time() time.Time {
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil || n <= 0 || n > 1<<46 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// callback is what Viber posts: one event.
type callback struct {
	Event     text    `json:"event"`
	Timestamp text    `json:"timestamp"`
	Token     text    `json:"message_token"`
	Sender    person  `json:"sender"`  // of a message
	User      person  `json:"user"`    // of the other events
	UserID    text    `json:"user_id"` // of receipts and unsubscribed
	Context   text    `json:"context"` // of the deep link by which a conversation was started
	Desc      text    `json:"desc"`    // of failed
	Message   message `json:"message"`
}

type person struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

type message struct {
	Type      text `json:"type"`
	Text      text `json:"text"`
	Media     text `json:"media"`
	FileName  text `json:"file_name"`
	StickerID text `json:"sticker_id"`
	Location  struct {
		Lat text `json:"lat"`
		Lon text `json:"lon"`
	} `json:"location"`
	Contact struct {
		Name  text `json:"name"`
		Phone text `json:"phone_number"`
	} `json:"contact"`

	raw json.RawMessage
}

// UnmarshalJSON keeps the message as it came beside what is known of it.
func (m *message) UnmarshalJSON(b []byte) error {
	type plain message
	m.raw = slices.Clone(b)
	return vendors.DecodeLenient(b, (*plain)(m))
}

// result is what was read from a callback: a touch, a receipt, or nothing.
type result struct {
	touch    *leads.Touch
	receipt  *leads.Receipt
	file     string // address of the touch's file, if it has one
	fileName string // its name
	fileWord string // the same in words
}

// parse reads a callback. One that cannot be read becomes a touch for quarantine.
func parse(body []byte, say *texts) result {
	var c callback
	err := json.Unmarshal(body, &c)
	if err != nil && !errors.As(err, new(*json.UnmarshalTypeError)) || c.Event == "" || len(c.Token) > 200 || len(c.Event) > 200 {
		return unreadable(body)
	}
	switch c.Event {
	case "webhook": // Viber tries the address
		return result{}
	case "delivered":
		return c.toReceipt(body, leads.ReplyDelivered, "")
	case "seen":
		return c.toReceipt(body, leads.ReplyRead, "")
	case "failed":
		why := "Viber did not deliver it"
		if more := strings.Join(strings.Fields(leads.Clip(string(c.Desc), 300)), " "); more != "" {
			why += ": " + more
		}
		return c.toReceipt(body, leads.ReplyFailed, why)
	}
	if c.Token == "" && c.Timestamp == "" && c.Event != "message" {
		return unreadable(body)
	}
	return c.toTouch(body, say)
}

// toReceipt returns the receipt of one of our messages.
func (c callback) toReceipt(body []byte, state leads.ReplyState, reason string) result {
	if c.Token == "" {
		return unreadable(body)
	}
	return result{receipt: &leads.Receipt{UpstreamID: string(c.Token), State: state, Reason: reason, At: c.Timestamp.time()}}
}

// unreadable is a touch for quarantine, under a key of its content.
func unreadable(body []byte) result {
	return result{touch: &leads.Touch{
		ExternalID: key(body), Channel: leads.ChannelViber, Direction: leads.In,
		Raw: string(body), Suspect: "Viber sent what this hub cannot read",
	}}
}

func key(body []byte) string {
	sum := sha256.Sum256(body)
	return "sha256-" + hex.EncodeToString(sum[:])
}

// toTouch makes a touch of a message or another event of a person.
func (c callback) toTouch(body []byte, say *texts) result {
	who := c.Sender
	if who.ID == "" {
		who = c.User
	}
	if who.ID == "" {
		who.ID = c.UserID
	}
	t := &leads.Touch{
		ExternalID: string(c.Token), Channel: leads.ChannelViber, Direction: leads.In, At: c.Timestamp.time(),
		Name: string(who.Name), MessageID: string(c.Token), Raw: string(body), UTM: utm(string(c.Context)),
	}
	if who.ID != "" {
		t.From = []leads.Identity{{Kind: KindUser, Value: string(who.ID)}}
	}
	f := result{touch: t}
	if c.Event == "message" {
		if c.Token == "" { // the same bytes are the same message
			t.ExternalID = key(body)
		}
		f.setContent(c.Message, say)
		return f
	}
	// The token of an event is not said to be unique beside those of messages.
	t.ExternalID, t.MessageID = vendors.Lines(string(c.Event), string(who.ID), string(c.Timestamp), string(c.Token)), ""
	t.ExternalID = strings.ReplaceAll(leads.Clip(t.ExternalID, 500), "\n", ":")
	t.Automatic = leads.Notice
	switch c.Event {
	case "conversation_started":
		t.Text = bracket(say.opened)
		if t.UTM != nil { // by a link of ours: somebody wants something
			t.Text, t.Automatic = bracket(say.link, leads.Clip(string(c.Context), 200)), ""
		}
	case "subscribed":
		t.Text = bracket(say.subscribed)
	case "unsubscribed":
		t.Text = bracket(say.unsubscribed)
	default: // Viber names no such event
		return unreadable(body)
	}
	return f
}

// setContent sets text, file and contact of the touch from a message.
func (f *result) setContent(m message, say *texts) {
	t := f.touch
	t.Text = string(m.Text)
	switch m.Type {
	case "text":
		return
	case "url":
		t.Text = vendors.Lines(t.Text, string(m.Media))
		return
	case "location":
		t.Text = vendors.Lines(bracket(say.location, string(m.Location.Lat+", "+m.Location.Lon)), t.Text)
		return
	case "contact":
		// Nothing proves that a contact is the sender's own, not even a name
		// that is the same: its phone is offered, never matched.
		name := strings.TrimSpace(string(m.Contact.Name))
		if name == "" {
			name = "?"
		}
		t.Text = vendors.Lines(bracket(say.contact, name), string(m.Contact.Phone), t.Text)
		if m.Contact.Phone != "" {
			t.Offered = []leads.Identity{{Kind: leads.KindPhone, Value: string(m.Contact.Phone)}} // as in an address book: 84951234567 is in Moscow
		}
		return
	}
	f.fileWord = map[text]string{"picture": say.photo, "video": say.video, "file": say.file, "sticker": say.sticker, "audio": say.audio, "voice": say.voice}[m.Type]
	known := f.fileWord != ""
	if !known {
		f.fileWord = say.file
	}
	switch {
	case !known && m.Type == "":
		t.Text = vendors.Lines(bracket(say.noKind), t.Text)
	case !known:
		t.Text = vendors.Lines(bracket(say.unknown, leads.Clip(string(m.Type), 60)), answers.Shown(m.raw, "text", "media", "file_name", "size", "thumbnail", "tracking_data"), t.Text)
	case m.Type == "sticker" && m.Media == "":
		t.Text = bracket(say.sticker + " " + leads.Clip(string(m.StickerID), 60))
	case m.Media == "":
		t.Text = vendors.Lines(bracket(say.missing, f.fileWord, say.noAddress), t.Text)
	}
	f.file, f.fileName = string(m.Media), f.fileNameOf(m)
}

// fileNameOf returns the name of the message's file: Viber's, or a word with the
// ending of its address.
func (f *result) fileNameOf(m message) string {
	name := strings.TrimSpace(string(m.FileName))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	if name != "" {
		return leads.Clip(name, 200)
	}
	name = strings.ReplaceAll(f.fileWord, " ", "-")
	if u, err := url.Parse(string(m.Media)); err == nil {
		if i := strings.LastIndexByte(u.Path, '.'); i >= 0 && len(u.Path)-i <= 6 && !strings.Contains(u.Path[i:], "/") {
			name += strings.ToLower(u.Path[i:])
		}
	}
	return name
}

// utm reads the context of a deep link: utm_source=…&utm_campaign=… if it is
// written so, else the name of a source.
func utm(context string) map[string]string {
	context = strings.TrimSpace(context)
	if context == "" {
		return nil
	}
	tags := map[string]string{}
	if q, err := url.ParseQuery(context); err == nil {
		for k := range q {
			if strings.HasPrefix(k, "utm_") && q.Get(k) != "" && len(tags) < 20 {
				tags[k] = q.Get(k)
			}
		}
	}
	if len(tags) == 0 {
		tags["utm_source"] = context
	}
	return tags
}

// bracket puts words of the hub into brackets; what is inserted for %s is the customer's.
func bracket(words string, what ...string) string {
	said := "["
	for _, w := range what {
		before, after, _ := strings.Cut(words, "%s")
		said, words = said+before+w, after
	}
	return said + words + "]"
}
