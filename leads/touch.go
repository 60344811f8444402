package leads

import (
	"slices"
	"time"
)

// Channel is the medium over which a contact came.
type Channel string

// Channels known to the workplace. A connector may bring its own name.
const (
	ChannelCall     Channel = "call"
	ChannelForm     Channel = "form"
	ChannelMail     Channel = "email"
	ChannelTelegram Channel = "telegram"
	ChannelWhatsApp Channel = "whatsapp"
	ChannelViber    Channel = "viber"
	ChannelVK       Channel = "vk"
	ChannelMAX      Channel = "max"
	ChannelByHand   Channel = "by_hand" // of a lead that a user opened
)

// Direction is seen from the company: In is from a customer.
type Direction string

// Directions of an interaction.
const (
	In       Direction = "in"
	Out      Direction = "out"
	Internal Direction = "internal" // colleague to colleague; never makes a lead
)

// Touch is one observation of one contact, as a connector saw it. Several
// touches with the same key (Source, ExternalID) describe one interaction that
// moves forward: ringing, answered, ended.
type Touch struct {
	Source     string    // name of the configured source; filled in by the supervisor's inbox
	ExternalID string    // unique within Source: linkedid, UIDVALIDITY:UID, Idempotency-Key …
	Channel    Channel   // required
	Direction  Direction // required
	At         time.Time // when it happened by the upstream's clock; zero means now

	// From are the customer's identities, as received or normalised; empty for an
	// anonymous one. A phone's value may be a whole field, with several numbers and
	// words around them.
	From []Identity
	// Unread are the values of From and Offered that cannot be parsed, as received.
	// Intake fills it in; it is kept beside the contact for a user to correct.
	Unread []Identity
	Name   string // the customer's name as given, may be empty
	To     string // address, DID or form that was reached

	Subject     string
	Text        string // the new text: without quotations and signature
	Whole       string // the whole text where Text leaves something out; empty: Text is all
	HTML        string // as received: show it only sanitised and in a sandboxed frame
	Attachments []Attachment
	Edited      time.Time // when the sender last changed it, zero: never. A later one replaces the text; the earlier is kept

	MessageID  string            // by which answers refer to it (RFC 5322 Message-ID with its brackets, a messenger's id); empty: none
	References []string          // MessageIDs of its thread, the nearest last: it joins their contact and lead unless From is known
	Automatic  Automatic         // why it is an automatic message, which never makes a contact or lead; empty: a person wrote it
	Offered    []Identity        // perhaps the customer's, such as a phone in the signature: shown, never matched
	UTM        map[string]string // utm_source …, plus "page" and "referer" for forms

	CallBack *CallBackWish // the customer asks to be called, nil for no
	Consent  *Consent      // what the customer agreed to with it, nil for nothing

	// Fields are values for custom fields. What cannot be stored in its field is added to Text,
	// as the label and what was sent.
	Fields []CustomInput

	Team string // team that should serve it; empty: every team
	Call *Call  // set for Channel "call" only
	Raw  string // what the upstream sent, kept for reprocessing; at most RawLimit bytes

	// Suspect says why the touch is probably not from a customer (form spam). It is
	// then quarantined instead of becoming an interaction, and can be ingested later.
	Suspect string
	// Refused says why the source refused the touch of a program that will not correct
	// it. It is quarantined like a suspect one.
	Refused string
	// Cause is the code of Suspect or Refused. Empty: the source could not parse the
	// input, or refused it. Facts are its evidence, each as "code:value", see
	// [FactLinks].
	Cause QuarantineCause
	Facts []string

	// Digest is a hash of the content. A touch whose key is stored with another digest
	// is quarantined, and Put fails with ErrKeyReused. Empty: the key alone decides.
	Digest string
}

// Automatic says why a message needs no answer by a person, and must never get
// one by a machine.
type Automatic string

// Sorts of automatic messages.
const (
	AutoReply  Automatic = "auto_reply" // out of office, "we received your request"
	Bounce     Automatic = "bounce"     // about a message of ours that did not arrive, or will be late
	Newsletter Automatic = "newsletter" // to a list
	Notice     Automatic = "notice"     // by a program, from an address without a mailbox (no-reply)
	Loop       Automatic = "loop"       // a message of ours came back
)

// RawLimit is the greatest length of Touch.Raw in bytes. Longer input is cut
// by Intake, because the interaction itself holds the parsed content.
const RawLimit = 64 << 10

// Key names the interaction that a touch belongs to. It is unique in storage.
type Key struct{ Source, ExternalID string }

// Key returns the touch's key.
func (t Touch) Key() Key { return Key{t.Source, t.ExternalID} }

// Attachment is a file that came with a touch. Its content lies outside the
// database under ID.
type Attachment struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Type string `json:"type"`          // media type as detected by the hub, not as claimed
	Size int64  `json:"size"`          // bytes
	CID  string `json:"cid,omitempty"` // Content-ID without brackets, by which the message's own HTML shows it
}

// shownTypes are the media types that a browser may show or play in the workplace.
// SVG and PDF may hold active content.
var shownTypes = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav"}

// Shown reports whether the file may be shown or played in the workplace; other files
// are only downloaded.
func (a Attachment) Shown() bool { return slices.Contains(shownTypes, a.Type) }

// Consent is what a customer agreed to, word for word.
type Consent struct {
	Text    string    `json:"text"`
	Version string    `json:"version"` // of the text, as the source names it
	At      time.Time `json:"at"`
	Page    string    `json:"page,omitempty"` // address of the page on which they did
}

// ConsentRecord is a stored consent.
type ConsentRecord struct {
	Consent
	InteractionID string `json:"interaction_id"`
	Source        string `json:"source"`
}

// CallBackWish is a customer's wish to be called at a number of theirs. It makes
// a task; the touch's first phone is the number.
type CallBackWish struct {
	At time.Time // zero: as soon as possible
}
