package connectors

import (
	"context"
	"io"

	"ctihub/leads"
)

// Sending describes the replies that a source can send.
type Sending struct {
	Channel leads.Channel
	To      []leads.IdentityKind // identities by which customers are reached, the preferred first
	// Prefers reports whether an identity is used before all of To, because it is the
	// address exactly as the channel has it. Nil: none is.
	Prefers  func(leads.Identity) bool
	Cold     bool  // whether a customer who never wrote can be written to
	Repeated bool  // whether the channel recognises a repeated reply by Reply.ID, so that it can be retried
	Subject  bool  // whether a message has a subject
	MaxText  int   // greatest length of a text in characters; 0: none
	MaxFile  int64 // greatest size of an attachment in bytes; 0: none can be sent
}

// Files is the store of attachments.
type Files interface {
	// Keep stores the n-th file (from 0) that came with the touch of an external
	// id of this source, before the touch is put; kept again, it takes the same
	// place. The media type is found by content. An error means that nothing is
	// kept: try the touch again later.
	Keep(ctx context.Context, externalID string, n int, name string, content io.Reader) (leads.Attachment, error)
	// Open reads a kept file; fs.ErrNotExist: there is none of that id.
	Open(ctx context.Context, id string) (io.ReadCloser, error)
}
