package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Lease returns the source's lease, the zero one if it was never owned.
func (s *Store) Lease(ctx context.Context, source string) (leads.Lease, error) {
	row, err := s.read.GetLease(ctx, source)
	if errors.Is(err, sql.ErrNoRows) {
		return leads.Lease{}, nil
	} else if err != nil {
		return leads.Lease{}, fmt.Errorf("reading the lease of %s: %w", source, err)
	}
	return leads.Lease{Hub: row.Hub, Epoch: row.Epoch, Beat: row.Beat}, nil
}

// TakeLease makes the hub the owner of the source under a new epoch, unless
// the lease has moved since it was seen; then the error is leads.ErrConflict.
// It waits for a write of the previous owner that is being committed.
func (s *Store) TakeLease(ctx context.Context, source, hub string, seen leads.Lease) (leads.Lease, error) {
	var rows int64
	var err error
	if seen.Epoch == 0 {
		rows, err = s.read.FirstLease(ctx, db.FirstLeaseParams{Source: source, Hub: hub})
	} else {
		rows, err = s.read.TakeLease(ctx, db.TakeLeaseParams{
			Source: source, Hub: hub, SeenHub: seen.Hub, SeenEpoch: seen.Epoch, SeenBeat: seen.Beat,
		})
	}
	switch {
	case err != nil:
		return leads.Lease{}, fmt.Errorf("taking the lease of %s: %w", source, err)
	case rows == 0:
		return leads.Lease{}, fmt.Errorf("%w: the lease of %s", leads.ErrConflict, source)
	}
	return leads.Lease{Hub: hub, Epoch: seen.Epoch + 1}, nil
}

// RenewLease renews the lease; leads.ErrStaleOwner when another hub took it.
func (s *Store) RenewLease(ctx context.Context, source string, epoch int64) error {
	rows, err := s.read.RenewLease(ctx, db.RenewLeaseParams{Source: source, Epoch: epoch})
	switch {
	case err != nil:
		return fmt.Errorf("renewing the lease of %s: %w", source, err)
	case rows == 0:
		return fmt.Errorf("%w: %s", leads.ErrStaleOwner, source)
	}
	return nil
}

// ReleaseLease releases the lease, so that another hub need not wait. It changes nothing
// when another hub took it.
func (s *Store) ReleaseLease(ctx context.Context, source string, epoch int64) error {
	if err := s.read.ReleaseLease(ctx, db.ReleaseLeaseParams{Source: source, Epoch: epoch}); err != nil {
		return fmt.Errorf("releasing the lease of %s: %w", source, err)
	}
	return nil
}

// ownership is a source's lease under an epoch.
type ownership struct {
	Source string
	Epoch  int64
}

// heldLeases locks leases until the transaction ends, and selects those that are not over.
// PostgreSQL only: SQLite has one hub.
var heldLeases = batch.NewJoin[ownership, ownership]("holding leases", `
SELECT l.source, l.epoch FROM v JOIN leases l ON l.source = v.source AND l.epoch = v.epoch AND l.hub <> '' FOR KEY SHARE OF l`, "source", "epoch")

// leasesOf returns the ownerships under which batches are written. Batches without an epoch
// cost nothing.
func leasesOf(group []*job) (all []ownership) {
	for _, j := range group {
		if j.batch.Epoch != 0 {
			all = append(all, ownership{j.batch.Source, j.batch.Epoch})
		}
	}
	return all
}
