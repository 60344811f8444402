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
	New           bool          // the interaction did not exist before
	Unrouted      bool          // LeadID is open and has no manager yet
	KeyReused     bool          // the key was stored before with other content: the touch is in quarantine
	Events        []leads.Event // as recorded, with Seq; they are published by now
}

// Store is what intake needs from storage. Ingest runs [Decide] inside its
// transaction for each touch, in order, and lets unique keys settle every
// race; a nil error means committed. A batch whose epoch is over is refused
// with leads.ErrStaleOwner.
type Store interface {
	Ingest(ctx context.Context, b Batch) ([]Stored, error)
	Cursor(ctx context.Context, source string) (string, error)
	// Discard ends the quarantine of a touch without an interaction, with the user
	// and the reason. leads.ErrConflict: it does not wait any more.
	Discard(ctx context.Context, id, userID, note string) error
}

// Dedupe spares conflicts between hubs that store touches of one person. It is only a
// hint: the database's unique keys decide, also when it fails.
type Dedupe interface {
	// Claim tells the other hubs that this one stores touches of these people now. If another one
	// has just begun with one of them, who was not known before, it waits for a few milliseconds,
	// so that this hub finds the person. It never fails: a broken Redis only means no claim.
	Claim(ctx context.Context, ids []leads.Identity)
}

// Router assigns leads. Kick asks it to route these now, and never blocks.
type Router interface{ Kick(leadIDs ...string) }
