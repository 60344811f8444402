package replies

import (
	"errors"
	"strings"
	"time"

	"ctihub/leads"
)

// Bounds of sending a reply.
const (
	// GivenUpAfter is how long a reply is retried that the channel never took.
	GivenUpAfter = 72 * time.Hour
	waitFirst    = 5 * time.Second
	waitMost     = 10 * time.Minute
	errorMost    = 500 // bytes of the stored text of an error
)

// Claim asks for replies that a source may send now: those that are due, and none
// while an earlier one to the same contact is not finished.
type Claim struct {
	Source string
	Owner  string // who claims: one process
	Most   int
	Lease  time.Duration // after which the owner counts as dead unless it renewed the claim
}

// Verdict is the result of an attempt to send a reply.
type Verdict struct {
	State      leads.ReplyState // sent, waiting, failed or perhaps
	UpstreamID string           // of sent
	Error      string           // why not, in words
	Fault      leads.ReplyFault // its code; empty when sent
	FaultLimit int64            // of Fault
	Wait       time.Duration    // of waiting: before the next attempt
}

// Judge returns the verdict of an attempt (1, 2, …) to send a reply. repeated says
// whether the channel recognises a repetition.
func Judge(attempt int, repeated bool, upstreamID string, err error) Verdict {
	if err == nil {
		return Verdict{State: leads.ReplySent, UpstreamID: upstreamID}
	}
	v := Verdict{State: leads.ReplyPerhaps, Error: errorText(err.Error())}
	switch {
	case leads.IsPermanent(err):
		v.State = leads.ReplyFailed
	case errors.Is(err, leads.ErrNotSent), repeated:
		v.State, v.Wait = leads.ReplyWaiting, max(leads.WaitOf(err), wait(attempt))
	}
	v.Fault, v.FaultLimit = faultOf(v.State, err)
	return v
}

// wait doubles from waitFirst to waitMost.
func wait(attempt int) time.Duration {
	if attempt > 7 { // 5 s · 2⁷ is beyond ten minutes
		return waitMost
	}
	return min(waitFirst<<max(attempt-1, 0), waitMost)
}

func errorText(text string) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if text == "" {
		text = "failed without saying why"
	}
	if len(text) > errorMost {
		text = strings.ToValidUTF8(text[:errorMost], "") + "…"
	}
	return text
}

// ReceiptMoves reports whether a channel's receipt changes the state of a reply: forward
// to delivered and read; to failed before it was read; and from failed to delivered or
// read.
func ReceiptMoves(from, to leads.ReplyState) bool {
	switch to {
	case leads.ReplyDelivered:
		return from == leads.ReplySent || from == leads.ReplyFailed || from == leads.ReplyPerhaps
	case leads.ReplyRead:
		return from == leads.ReplySent || from == leads.ReplyFailed || from == leads.ReplyPerhaps || from == leads.ReplyDelivered
	case leads.ReplyFailed:
		return from == leads.ReplySent || from == leads.ReplyDelivered
	}
	return false
}

// faultOf returns the code of a verdict: that of its error, or else one that
// follows from its state.
func faultOf(s leads.ReplyState, err error) (leads.ReplyFault, int64) {
	if f, limit := leads.FaultOf(err); f != "" {
		return f, limit
	}
	switch s {
	case leads.ReplyWaiting:
		return leads.FaultUnreachable, 0
	case leads.ReplyPerhaps:
		return leads.FaultInterrupted, 0
	}
	return leads.FaultOther, 0
}
