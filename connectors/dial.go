package connectors

import (
	"context"

	"ctihub/leads"
)

// CallControl is what a source can do about the calls of its exchange.
type CallControl struct {
	// Dialler places calls for the hub's users. Nil: the source is not set up for
	// it.
	Dialler Dialler
	// Follows reports whether the source sees the call now, and so tells its end
	// when it comes. Nil: it never does.
	Follows func(linkedid string) bool
	// PausesQueues says that the exchange is kept from offering calls to those
	// who are away.
	PausesQueues bool
}

// Dialler places calls: it rings the user's telephone, and when that is answered,
// the number.
type Dialler interface {
	// CheckNumber returns a number as it will be stored (E.164, or an
	// extension), or leads.ErrInvalid with the rule that it breaks.
	CheckNumber(number string) (string, error)
	// KickDials says that a dial was asked for or cancelled. It never blocks;
	// what the source is not told of, it finds within a second.
	KickDials()
	// Hangup ends a channel of a call in progress; leads.ErrNotFound when there
	// is none (any more).
	Hangup(ctx context.Context, channel string) error
}

// Dials is what is stored about the dials of one source. It is safe to call
// from the hub that owns the source only.
type Dials interface {
	// Open returns those that are not over, the oldest first.
	Open(ctx context.Context) ([]leads.Dial, error)
	// Take marks one as given to the exchange, before it is; leads.ErrConflict
	// when it was taken or cancelled before.
	Take(ctx context.Context, id string) error
	// Move notes how far one has come; what is behind changes nothing.
	Move(ctx context.Context, id string, to leads.DialState, reason leads.DialReason) error
}
