package tasks

import (
	"context"
	"time"

	"ctihub/leads"
)

// The period of a report of calls that were not answered.
const (
	reportUsual = 24 * time.Hour
	reportMost  = 92 * 24 * time.Hour
)

// NotAnsweredReport counts the calls of [from, to) that were not answered, for
// users who see all. A zero to is now, a zero from a day before to.
func (s *Service) NotAnsweredReport(ctx context.Context, v leads.Viewer, from, to time.Time) (leads.MissedReport, error) {
	if !v.Role.SeesAll() {
		return leads.MissedReport{}, leads.ErrRole
	}
	at := s.Now()
	if to.IsZero() {
		to = at
	}
	if from.IsZero() {
		from = to.Add(-reportUsual)
	}
	if !from.Before(to) || to.Sub(from) > reportMost {
		return leads.MissedReport{}, leads.Invalid("from", "Before to, by 92 days at the most.")
	}
	return s.Store.MissedReport(ctx, from, to, at)
}
