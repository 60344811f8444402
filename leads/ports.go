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
	// ErrKeyReused is the one error after which everything is stored: a touch
	// with a digest whose key has other content is quarantined.
	Put(ctx context.Context, cursor string, touches ...Touch) error
	// Cursor returns what was stored last, empty before the first time.
	Cursor(ctx context.Context) (string, error)
}

// Batch is what one Put stores in one transaction.
type Batch struct {
	Source     string
	Epoch      int64  // of the ownership under which it is written, see [Lease]; 0: any hub may write
	Cursor     string // empty: leave as it is
	Touches    []Touch
	Quarantine []QuarantinedTouch
	Retry      *Retry // nil: the touches are new
}

// Stored is what became of one touch of a [Batch].
type Stored struct {
	InteractionID string
	ContactID     string
	LeadID        string
	Identities    []Identity // of the touch, all now held by ContactID unless in conflict
	New           bool       // the interaction did not exist before
	Unrouted      bool       // LeadID is open and has no manager yet
	KeyReused     bool       // other content was stored under the key before: the touch is in quarantine
	Events        []Event    // as recorded, with Seq; they are published by now
}

// Store is what intake needs from storage. Ingest runs [Decide] inside its
// transaction for each touch, in order, and lets unique keys settle every
// race; a nil error means committed. A batch whose epoch is over is refused
// with ErrStaleOwner.
type Store interface {
	Ingest(ctx context.Context, b Batch) ([]Stored, error)
	Cursor(ctx context.Context, source string) (string, error)
}

// Dedupe keeps hubs from colliding on one person. It is a hint and never the
// judge: whatever it answers, and whether it answers at all, the database's
// unique keys decide.
type Dedupe interface {
	// Claim reserves the identities that are not yet known (see Remember) until
	// release is called or a few seconds pass. It waits, for a fraction of a
	// second at most, while another hub holds one of them, and then goes on
	// without. It never fails: a broken Redis only means no claim.
	Claim(ctx context.Context, ids []Identity) (release func())
	// Remember notes, after commit, that the identities belong to a contact, so
	// that the next touch needs no claim.
	Remember(ctx context.Context, ids []Identity, contactID string)
}

// Router is told of leads that wait for a manager. Kick never blocks.
type Router interface{ Kick(leadIDs ...string) }
