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
	Wait       time.Duration // of waiting: before the next attempt
}

// JudgeReply says what becomes of a reply after an attempt (1, 2, …) to send
// it. waited is how long it has been on its way; repeated, whether the channel
// recognises it when it is sent again.
func JudgeReply(attempt int, waited time.Duration, repeated bool, upstreamID string, err error) ReplyVerdict {
	if err == nil {
		return ReplyVerdict{State: ReplySent, UpstreamID: upstreamID}
	}
	v := ReplyVerdict{State: ReplyPerhaps, Error: replyWords(err.Error())}
	switch {
	case IsPermanent(err):
		v.State = ReplyFailed
	case errors.Is(err, ErrNotSent), repeated:
		v.State, v.Wait = ReplyWaiting, max(WaitOf(err), replyWait(attempt))
		if waited >= ReplyGivenUp {
			v = ReplyVerdict{State: ReplyFailed, Error: replyWords("Given up after three days: " + err.Error())}
		}
	}
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
