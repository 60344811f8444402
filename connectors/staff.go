package connectors

import (
	"context"

	"ctihub/leads"
)

// Staff links users of the hub with addresses of a channel. Via is the channel and
// our own address in it, such as "telegram:" and the bot's id; a source and a sink
// with the same via share the links.
type Staff interface {
	// Link gives an address to the user who got a code, and uses the
	// code up. leads.ErrNotFound: it is unknown, used or too old.
	Link(ctx context.Context, via, address, code string) (leads.User, error)
	// Unlink removes the link and returns its user; leads.ErrNotFound: there is none.
	Unlink(ctx context.Context, via, address string) (leads.User, error)
	// Linked returns the user of an address; leads.ErrNotFound: there is none, or the
	// user may not sign in any more.
	Linked(ctx context.Context, via, address string) (leads.User, error)
	// Take assigns a lead without a manager to the user of the address, with the
	// user's present rights. leads.ErrConflict: it has a manager, who is in the lead
	// returned; leads.ErrInvalid: it is closed; leads.ErrNotFound: the user may not
	// see it; leads.ErrForbidden: the address has no user, or the user takes no leads.
	// It is no error if the same user takes it again.
	Take(ctx context.Context, via, address, leadID string) (leads.Lead, error)
	// Recipients returns the present recipients of an event (people.Notifier).
	Recipients(ctx context.Context, via string, e leads.Event) ([]leads.Recipient, error)
}

// Inviter links users' accounts with addresses of a channel.
type Inviter interface {
	// Via names the links, see [Staff].
	Via() string
	// Invite returns the address that a user opens to link with a code.
	Invite(ctx context.Context, code string) (url string, err error)
}
