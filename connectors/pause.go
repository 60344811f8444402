package connectors

import (
	"context"

	"ctihub/leads"
)

// Pauses tells a source whose telephones are not to be offered calls.
type Pauses interface {
	// Telephones returns the telephones of everybody at the source.
	Telephones(ctx context.Context) ([]leads.Telephone, error)
	// Changed returns a channel that gets a value soon after somebody's word has
	// changed, until ctx ends. One value may stand for many changes, or for none.
	Changed(ctx context.Context) <-chan struct{}
}
