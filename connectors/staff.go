package connectors

import (
	"context"

	"ctihub/leads"
)

// Staff is how a channel reaches colleagues who linked their account with an
// address of it, and how it hears from them. Via names the channel and our own
// side of it, such as "telegram:" and the bot's id; a source and a sink that
// name the same via share the links.
type Staff interface {
	// Link gives an address to the user to whom a code was shown, and uses the
	// code up. leads.ErrNotFound: it is unknown, used or too old.
	Link(ctx context.Context, via, address, code string) (leads.User, error)
	// Unlink ends it and returns whose it was; leads.ErrNotFound: nobody's.
	Unlink(ctx context.Context, via, address string) (leads.User, error)
	// Linked returns whose an address is; leads.ErrNotFound: nobody's, or
	// somebody's who may not sign in any more.
	Linked(ctx context.Context, via, address string) (leads.User, error)
	// Take gives a lead that nobody has to the user behind the address, with
	// the user's present rights. leads.ErrConflict: somebody has it, and the
	// lead returned tells who; leads.ErrInvalid: it is closed; leads.ErrNotFound:
	// the user may not see it; leads.ErrForbidden: nobody's address, or the
	// user takes no leads. Taken again by the same user it is no error.
	Take(ctx context.Context, via, address, leadID string) (leads.Lead, error)
	// Recipients returns whom an event is sent to as it stands now
	// (people.Notifier).
	Recipients(ctx context.Context, via string, e leads.Event) ([]leads.Recipient, error)
}

// Inviter links users' accounts with addresses of a channel.
type Inviter interface {
	// Via names the links, see [Staff].
	Via() string
	// Invite returns the address that a user opens to link with a code.
	Invite(ctx context.Context, code string) (url string, err error)
}
