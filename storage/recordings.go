package storage

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

const (
	// settle is what an exchange gets to close a recording after the call.
	settle = 2 * time.Second
	// endUnseen is when the recording of a call is looked for whose end nobody told.
	endUnseen = 6 * time.Hour
)

// fileRecordings stores which files the exchange records the call in.
func (f *filing) fileRecordings(ctx context.Context) error {
	if f.call == nil || len(f.call.Recorded) == 0 {
		return nil
	}
	due, stored := micros(f.call.Started.Add(endUnseen)), f.stands().Recorded
	if f.call.State == leads.CallEnded {
		due = micros(f.at.Add(settle))
		if err := f.q.ReleaseRecordings(ctx, db.ReleaseRecordingsParams{CallID: f.call.ID, NextAt: due}); err != nil {
			return err
		}
	}
	for _, r := range f.call.Recorded {
		if slices.Contains(stored, r) {
			continue
		}
		if err := f.to.InsertRecording(ctx, db.InsertRecordingParams{
			ID: newID(), CallID: f.call.ID, File: r.File, Channel: r.Channel, NextAt: due, Called: micros(f.call.Started),
		}); err != nil {
			return err
		}
	}
	return nil
}

// ClaimRecordings returns recordings of these sources that are due, and sees
// to it that nobody else tries them before until.
func (s *Store) ClaimRecordings(ctx context.Context, sources []string, most int, until time.Time) ([]leads.WantedRecording, error) {
	rows, err := s.read.DueRecordings(ctx, db.DueRecordingsParams{
		Now: micros(s.now()), Sources: "," + strings.Join(sources, ",") + ",", Most: int32(most),
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var won []leads.WantedRecording
	err = s.decide(ctx, func(q *db.Queries) error {
		won = nil
		for _, r := range rows {
			n, err := q.ClaimRecording(ctx, db.ClaimRecordingParams{ID: r.ID, Attempts: r.Attempts, NextAt: micros(until)})
			if err != nil {
				return err
			}
			if n == 1 {
				won = append(won, leads.WantedRecording{
					ID: r.ID, Source: r.Source, File: r.File, Attempt: int(r.Attempts) + 1, Called: fromMicros(r.Called),
				})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("claiming recordings: %w", err)
	}
	return won, nil
}

// FinishRecording notes what became of a recording, and records that for those
// who see the call. Said twice, the first word counts.
func (s *Store) FinishRecording(ctx context.Context, r leads.FetchedRecording) error {
	err := s.decideBulk(ctx, func(ctx context.Context, b *bulk) error {
		q := b.q
		n, err := q.FinishRecording(ctx, db.FinishRecordingParams{
			ID: r.ID, State: string(r.State), Error: field(text(r.Error)), NextAt: micros(r.Next), Key: r.Key, Type: r.Type, Size: r.Size,
			Ms: int64(r.Seconds * 1000), Channels: int64(r.Channels), Peaks: base64.StdEncoding.EncodeToString(r.Peaks),
		})
		if err != nil || n == 0 || r.State == leads.RecordingWaiting {
			return err
		}
		row, err := q.SeeRecording(ctx, db.SeeRecordingParams{ID: r.ID, SeesAll: true})
		if err != nil {
			return err
		}
		return recordCall(ctx, b, row.CallID, leads.EventCallRecorded)
	})
	if err != nil {
		return fmt.Errorf("recording %s: %w", r.ID, found(err))
	}
	return nil
}

// recordCall records an event of a call for everybody who sees it.
func recordCall(ctx context.Context, b *bulk, id string, kind leads.EventType) error {
	row, err := b.q.SeeCall(ctx, db.SeeCallParams{ID: id, SeesAll: true})
	if err != nil {
		return err
	}
	audience, err := b.q.CallAudience(ctx, id)
	if err != nil {
		return err
	}
	call := callOf(row)
	return b.record(ctx, leads.EventBody{Type: kind, Call: &call}, audience...)
}

// Recording returns a recording of a call that the viewer may see.
func (s *Store) Recording(ctx context.Context, v leads.Viewer, id string) (leads.StoredRecording, error) {
	r, err := s.read.SeeRecording(ctx, db.SeeRecordingParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.StoredRecording{}, fmt.Errorf("recording %q: %w", id, found(err))
	}
	peaks, err := base64.StdEncoding.DecodeString(r.Peaks)
	if err != nil {
		return leads.StoredRecording{}, fmt.Errorf("recording %q: peaks: %w", id, err)
	}
	return leads.StoredRecording{
		Recording: leads.Recording{
			ID: r.ID, State: leads.RecordingState(r.State), Seconds: float64(r.Ms) / 1000, Channels: int(r.Channels), Size: r.Size,
			Error: r.Error, Channel: r.Channel,
		},
		CallID: r.CallID, Key: r.Key, Type: r.Type, Peaks: peaks, Called: fromMicros(r.Called),
	}, nil
}

// OldRecordings returns ids and keys of stored recordings of calls that began
// before the time, oldest first.
func (s *Store) OldRecordings(ctx context.Context, before time.Time, most int) (map[string]string, error) {
	rows, err := s.read.OldRecordings(ctx, db.OldRecordingsParams{Before: micros(before), Most: int32(most)})
	if err != nil {
		return nil, fmt.Errorf("looking for old recordings: %w", err)
	}
	old := make(map[string]string, len(rows))
	for _, r := range rows {
		old[r.ID] = r.Key
	}
	return old, nil
}

// ExpireRecording notes that the content of a recording is gone on purpose.
func (s *Store) ExpireRecording(ctx context.Context, id string) error {
	return s.decide(ctx, func(q *db.Queries) error { return q.ExpireRecording(ctx, id) })
}
