package storage

import (
	"context"

	"ctihub/leads"
	"ctihub/storage/db"
)

// fewRecords is how much may begin at a viewer for lists to begin there too: the
// leads of a manager, the calls of an operator and so on.
const fewRecords = 1000

// hasFew reports whether the lists of a viewer begin at the viewer: those of
// whoever sees much, or all, begin at the newest record and soon find a page.
func (s *Store) hasFew(ctx context.Context, v leads.Viewer) (bool, error) {
	if v.Role.SeesAll() {
		return false, nil
	}
	n, err := s.read.CountOfViewer(ctx, db.CountOfViewerParams{Viewer: v.UserID, Manager: v.Role == leads.RoleManager})
	return n < s.few, err
}
