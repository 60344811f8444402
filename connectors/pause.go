package connectors

import (
	"context"

	"ctihub/leads"
)

// Pauses says which telephones are to get no calls from the source's queues.
type Pauses interface {
	// Telephones returns the telephones of all users at the source.
	Telephones(ctx context.Context) ([]leads.Telephone, error)
	// Changed returns a channel that gets a value soon after a user's presence has
	// changed, until ctx ends. One value may be for many changes, or for none.
	Changed(ctx context.Context) <-chan struct{}
}
