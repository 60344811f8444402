package leads

import (
	"errors"
	"strings"
	"time"
)

// Bounds of bringing a reply to its channel.
const (
	// ReplyGivenUp is how long a reply is tried that the channel never took.
	ReplyGivenUp   = 72 * time.Hour
	replyWaitFirst = 5 * time.Second
	replyWaitMost  = 10 * time.Minute
	replyErrorMost = 500 // bytes of the stored text of an error
)

// ReplyClaim asks for replies that a source may send now: due, and none before
// an earlier one to the same contact that is on its way.
type ReplyClaim struct {
	Source string
	Owner  string // who claims: one process
	Most   int
	Lease  time.Duration // after which the owner is gone unless it gave a sign of life
}

// ReplyVerdict is what an attempt to send a reply came to.
type ReplyVerdict struct {
	State      ReplyState    // sent, waiting, failed or perhaps
	UpstreamID string        // of sent
	Error      string        // why not, in words
	Fault      ReplyFault    // its code; empty when sent
	FaultLimit int64         // of Fault
	Wait       time.Duration // of waiting: before the next attempt
}

// JudgeReply says what becomes of a reply after an attempt (1, 2, …) to send
// it. repeated says whether the channel recognises it when it is sent again.
func JudgeReply(attempt int, repeated bool, upstreamID string, err error) ReplyVerdict {
	if err == nil {
		return ReplyVerdict{State: ReplySent, UpstreamID: upstreamID}
	}
	v := ReplyVerdict{State: ReplyPerhaps, Error: replyWords(err.Error())}
	switch {
	case IsPermanent(err):
		v.State = ReplyFailed
	case errors.Is(err, ErrNotSent), repeated:
		v.State, v.Wait = ReplyWaiting, max(WaitOf(err), replyWait(attempt))
	}
	v.Fault, v.FaultLimit = faultOf(v.State, err)
	return v
}

// replyWait doubles from replyWaitFirst to replyWaitMost.
func replyWait(attempt int) time.Duration {
	if attempt > 7 { // 5 s · 2⁷ is beyond ten minutes
		return replyWaitMost
	}
	return min(replyWaitFirst<<max(attempt-1, 0), replyWaitMost)
}

func replyWords(text string) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if text == "" {
		text = "failed without saying why"
	}
	if len(text) > replyErrorMost {
		text = strings.ToValidUTF8(text[:replyErrorMost], "") + "…"
	}
	return text
}

// ReceiptMoves reports whether what a channel tells about a reply changes its
// state: forward to delivered and read; to failed while it was not read; and
// from failed again when it arrived after all.
func ReceiptMoves(from, to ReplyState) bool {
	switch to {
	case ReplyDelivered:
		return from == ReplySent || from == ReplyFailed || from == ReplyPerhaps
	case ReplyRead:
		return from == ReplySent || from == ReplyFailed || from == ReplyPerhaps || from == ReplyDelivered
	case ReplyFailed:
		return from == ReplySent || from == ReplyDelivered
	}
	return false
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

// ReplyObstacle is a code of what stands between a reply and its channel.
type ReplyObstacle string

// Obstacles.
const (
	NeverWrote ReplyObstacle = "never_wrote" // the channel lets nobody be written to who did not write first
	NoAddress  ReplyObstacle = "no_address"  // the contact has none of the channel's kind
	SourceDown ReplyObstacle = "source_down" // the source is in trouble: the reply will wait
)
