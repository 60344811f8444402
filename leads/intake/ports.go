package intake

import (
	"context"

	"ctihub/leads"
)

// Batch is what one Put stores in one transaction.
type Batch struct {
	Source     string
	Epoch      int64  // of the ownership under which it is written, see [leads.Lease]; 0: any hub may write
	Cursor     string // empty: leave as it is
	Touches    []leads.Touch
	Quarantine []leads.QuarantinedTouch
	Retry      *Retry // nil: the touches are new
}

// Stored is what became of one touch of a [Batch].
type Stored struct {
	InteractionID string
	ContactID     string
	LeadID        string
	Identities    []leads.Identity // of the touch, all now held by ContactID unless in conflict
	New           bool             // the interaction did not exist before
	Unrouted      bool             // LeadID is open and has no manager yet
	KeyReused     bool             // other content was stored under the key before: the touch is in quarantine
	Events        []leads.Event    // as recorded, with Seq; they are published by now
}

// Store is what intake needs from storage. Ingest runs [Decide] inside its
// transaction for each touch, in order, and lets unique keys settle every
// race; a nil error means committed. A batch whose epoch is over is refused
// with leads.ErrStaleOwner.
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
	Claim(ctx context.Context, ids []leads.Identity) (release func())
	// Remember notes, after commit, that the identities belong to a contact, so
	// that the next touch needs no claim.
	Remember(ctx context.Context, ids []leads.Identity, contactID string)
}

// Router is told of leads that wait for a manager. Kick never blocks.
type Router interface{ Kick(leadIDs ...string) }
