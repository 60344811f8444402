package intake

import (
	"context"
	"fmt"
	"time"

	"ctihub/leads"
)

// Service takes in all touches: it normalises them, stores them, and then wakes the router
// for leads that were stored without a manager.
type Service struct {
	Store  Store
	Router Router
	Region string           // ISO 3166-1 alpha-2, for national phone numbers
	Now    func() time.Time //
	// Observe, if set, is called for each stored touch, for metrics. took is the time
	// from the call of Put to the commit.
	Observe func(t leads.Touch, s Stored, took time.Duration)
}

// Inbox returns the inbox of one source. Touches that name no team get team.
func (in *Service) Inbox(source, team string) leads.Inbox { return in.OwnedInbox(source, team, 0) }

// OwnedInbox returns the inbox of a source that this hub owns under the epoch
// of its [leads.Lease]. Once another hub owns it, every Put fails with leads.ErrStaleOwner.
func (in *Service) OwnedInbox(source, team string, epoch int64) leads.Inbox {
	return &inbox{in, source, team, epoch}
}

type inbox struct {
	in           *Service
	source, team string
	epoch        int64 // 0: no owner
}

func (b *inbox) Cursor(ctx context.Context) (string, error) {
	return b.in.Store.Cursor(ctx, b.source)
}

func (b *inbox) Put(ctx context.Context, cursor string, touches ...leads.Touch) error {
	in, began := b.in, b.in.Now()
	batch := Batch{Source: b.source, Epoch: b.epoch, Cursor: cursor}
	for _, t := range touches {
		t.Source = b.source
		if t.Team == "" {
			t.Team = b.team
		}
		if t.At.IsZero() {
			t.At = began
		}
		if err := t.Validate(); err != nil {
			batch.Quarantine = append(batch.Quarantine, quarantine(t, err))
			continue
		}
		batch.Touches = append(batch.Touches, t.Normalise(in.Region))
	}
	return in.storeAndNotify(ctx, batch, began)
}

// storeAndNotify stores the batch, and then updates the router and the metrics.
func (in *Service) storeAndNotify(ctx context.Context, batch Batch, began time.Time) error {
	stored, err := in.Store.Ingest(ctx, batch)
	if err != nil {
		return fmt.Errorf("storing %d touches of %s: %w", len(batch.Touches)+len(batch.Quarantine), batch.Source, err)
	}
	var reused error
	for i, s := range stored {
		if s.KeyReused {
			reused = fmt.Errorf("%w: %s", leads.ErrKeyReused, batch.Source)
			continue
		}
		if s.Unrouted {
			in.Router.Kick(s.LeadID)
		}
		if in.Observe != nil {
			in.Observe(batch.Touches[i], s, in.Now().Sub(began))
		}
	}
	return reused
}
