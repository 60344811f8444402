package connectors

import (
	"context"

	"ctihub/leads"
)

// CallControl has a source's abilities to control the calls of its exchange.
type CallControl struct {
	// Dialler places calls for the hub's users. Nil: the source is not set up for
	// it.
	Dialler Dialler
	// Follows reports whether the source sees the call now and will report its end.
	// Nil: it never does.
	Follows func(linkedid string) bool
	// PausesQueues says that users who are away are paused in the exchange's queues.
	PausesQueues bool
}

// Dialler places calls: it rings the user's telephone, and when that is answered,
// the number.
type Dialler interface {
	// CheckNumber returns a number as it will be stored (E.164, or an
	// extension), or leads.ErrInvalid with the rule that it breaks.
	CheckNumber(number string) (string, error)
	// KickDials says that a dial was requested or cancelled. It never blocks; without
	// it the source finds the dial within a second.
	KickDials()
	// Hangup ends a channel of a call in progress; leads.ErrNotFound when there
	// is none (any more).
	Hangup(ctx context.Context, channel string) error
}

// Dials is the storage of the dials of one source. Only the hub that owns the source
// may call it.
type Dials interface {
	// Open returns the dials that have not ended, the oldest first.
	Open(ctx context.Context) ([]leads.Dial, error)
	// Take marks a dial as given to the exchange; call it before. leads.ErrConflict
	// if it was taken or cancelled before.
	Take(ctx context.Context, id string) error
	// Move sets the state of a dial; an earlier state changes nothing.
	Move(ctx context.Context, id string, to leads.DialState, reason leads.DialReason) error
}
