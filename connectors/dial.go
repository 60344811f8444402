package connectors

import (
	"context"

	"ctihub/leads"
)

// Dialler is a connector that can place calls for the hub's users: it rings the
// user's telephone, and when that is answered, the number.
type Dialler interface {
	// Dials reports whether the source is set up for it.
	Dials() bool
	// CheckNumber returns a number as it will be stored (E.164, or an
	// extension), or leads.ErrInvalid with the rule that it breaks.
	CheckNumber(number string) (string, error)
	// KickDials says that a dial was asked for or cancelled. It never blocks;
	// what the connector is not told of, it finds within a second.
	KickDials()
	// Hangup ends a channel of a call in progress; leads.ErrNotFound when there
	// is none (any more).
	Hangup(ctx context.Context, channel string) error
}

// CallFollower is a connector that sees its upstream's calls go on, and so tells
// of the end of each in time.
type CallFollower interface {
	// FollowsCall reports whether it sees the call now.
	FollowsCall(linkedid string) bool
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
