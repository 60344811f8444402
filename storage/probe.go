package storage

import (
	"context"
	"fmt"

	"ctihub/storage/db"
)

// ProbeWrite tests a write for /readyz: it stores the time under the name of the hub.
func (s *Store) ProbeWrite(ctx context.Context, hub string) error {
	err := s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.q.PutProbe(ctx, db.PutProbeParams{Hub: cleanText(hub), At: micros(s.now())})
	})
	if err != nil {
		return fmt.Errorf("the database takes no writes: %w", err)
	}
	return nil
}
