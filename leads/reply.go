package leads

import (
	"errors"
	"time"
)

// ReplyState is how far a reply to a customer has come.
type ReplyState string

// States of a reply. It moves forward in this order; failed and perhaps are final, unless
// a user sends it again or the channel reports otherwise.
const (
	ReplyWaiting   ReplyState = "waiting"   // stored; not sent yet, or the channel could not be reached
	ReplySending   ReplyState = "sending"   // committed before it is sent
	ReplySent      ReplyState = "sent"      // the channel has taken it
	ReplyDelivered ReplyState = "delivered" // as the channel reports
	ReplyRead      ReplyState = "read"      // as the channel reports
	ReplyFailed    ReplyState = "failed"    // it did not go out, or did not arrive; Error says why
	ReplyPerhaps   ReplyState = "perhaps"   // unknown whether the channel took it; not repeated automatically
)

// Reply is a message to a customer in the channel in which they wrote. It is
// stored as an outgoing interaction from the beginning.
type Reply struct {
	ID            string       `json:"id"` // UUIDv7; also the interaction's id and the key of its sending
	Source        string       `json:"source"`
	Channel       Channel      `json:"channel"`
	ContactID     string       `json:"contact_id"`
	LeadID        string       `json:"lead_id,omitempty"`
	User          Person       `json:"user"` // who wrote it
	To            Identity     `json:"to"`
	Subject       string       `json:"subject,omitempty"`
	Text          string       `json:"text"`
	Attachments   []Attachment `json:"attachments,omitempty"`
	State         ReplyState   `json:"state"`
	Error         string       `json:"error,omitempty"`       // of failed, perhaps and the last failed attempt, in words
	Fault         ReplyFault   `json:"fault,omitempty"`       // code of Error; empty without one
	FaultLimit    int64        `json:"fault_limit,omitempty"` // of Fault, in its unit; 0: none
	Asked         time.Time    `json:"asked"`
	Sent          time.Time    `json:"sent,omitzero"`
	Dismissed     bool         `json:"dismissed,omitempty"`  // a user has seen that it failed, or was perhaps sent
	AnswersID     string       `json:"answers_id,omitempty"` // the customer's interaction that it answers
	Attempt       int          `json:"-"`                    // of sending, from 1
	Owner         string       `json:"-"`                    // the process of the last attempt
	UpstreamID    string       `json:"-"`                    // the channel's own id of it, once sent
	Key           string       `json:"-"`                    // idempotency key of the user
	AnsweredID    string       `json:"-"`                    // MessageID of the answered interaction, empty: none
	AnsweredKey   string       `json:"-"`                    // ExternalID of the answered interaction
	AnsweredRefs  []string     `json:"-"`                    // its References, the nearest last
	AnsweredAt    time.Time    `json:"-"`                    // when the customer last wrote in this channel
	AnsweredText  string       `json:"-"`                    // what the customer wrote, for quoting
	AnsweredTitle string       `json:"-"`                    // its subject
}

// ErrNotSent marks an error of sending after which the channel has certainly
// not taken the reply: it is tried again later.
var ErrNotSent = errors.New("not sent yet")

// Receipt is what a channel reports about a reply after it took it.
type Receipt struct {
	UpstreamID string     // as Send returned it
	State      ReplyState // delivered, read or failed
	Reason     string     // of failed, in words
	Fault      ReplyFault // of failed; empty: FaultUndelivered
	FaultLimit int64      // of Fault
	At         time.Time
}

// ReplyChannel is a source by which a contact can perhaps be answered.
type ReplyChannel struct {
	Source  string        `json:"source"`
	Channel Channel       `json:"channel"`
	Can     bool          `json:"can"`              // a reply is taken
	Reason  ReplyObstacle `json:"reason,omitempty"` // why not; or, if it is taken, why it will wait
	Detail  string        `json:"detail,omitempty"` // of Reason, in English
	To      []string      `json:"to"`               // the contact's addresses there, the usual one first; never nil
	Written time.Time     `json:"written,omitzero"` // when they last wrote there
	Title   string        `json:"title,omitempty"`  // the subject of that
	Subject bool          `json:"subject"`          // whether a message has one
	MaxText int           `json:"max_text"`         // in characters
	MaxFile int64         `json:"max_file"`         // of one attachment in bytes; 0: none can be sent

	Kind IdentityKind `json:"-"` // of To
}

// ReplyObstacle is a code of why a channel cannot send a reply now.
type ReplyObstacle string

// Obstacles.
const (
	NeverWrote ReplyObstacle = "never_wrote" // the channel allows messages only to customers who wrote first
	NoAddress  ReplyObstacle = "no_address"  // the contact has none of the channel's kind
	SourceDown ReplyObstacle = "source_down" // the source is in trouble: the reply will wait
)
