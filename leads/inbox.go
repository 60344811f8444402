package leads

import "context"

// Inbox is where one source's connector puts what it receives.
type Inbox interface {
	// Put stores the touches in one transaction together with the source's
	// cursor. Nil means committed: only then may the connector acknowledge
	// upstream. An error means that nothing was stored; try again later.
	// An empty cursor leaves the stored one as it is.
	//
	// A touch that breaks the rules ([Touch.Validate]) is not an error: it is
	// quarantined in the same transaction, so that it never blocks the next one.
	// ErrKeyReused is the only error after which the batch is stored: a touch whose
	// key was used with another digest is quarantined.
	Put(ctx context.Context, cursor string, touches ...Touch) error
	// Cursor returns the stored cursor, empty before the first one.
	Cursor(ctx context.Context) (string, error)
}
