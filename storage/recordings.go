package storage

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

const (
	// closeDelay is the time that an exchange gets to close a recording after the call.
	closeDelay = 2 * time.Second
	// lostCallAfter is when the recording of a call without a reported end is fetched.
	lostCallAfter = 6 * time.Hour
)

// writeRecordings stores which files the exchange records the call in.
func (w *touchWriter) writeRecordings(context.Context) error {
	if w.call == nil || len(w.call.Recorded) == 0 {
		return nil
	}
	due, stored := micros(w.call.Started.Add(lostCallAfter)), w.storedCall().Recorded
	if w.call.State == leads.CallEnded {
		due = micros(w.at.Add(closeDelay))
		releaseRecordings.Queue(w.tx, db.Recording{CallID: w.call.ID, NextAt: due})
	}
	for _, r := range w.call.Recorded {
		if slices.Contains(stored, r) {
			continue
		}
		tables.recordings.Insert(w.tx, db.Recording{
			ID: newID(), CallID: w.call.ID, File: r.File, Channel: r.Channel, State: string(leads.RecordingWaiting), NextAt: due, Called: micros(w.call.Started),
		})
	}
	return nil
}

// releaseRecordings: the call is over, its recordings are complete.
var releaseRecordings = batch.NewUpdate[db.Recording]("releasing recordings", batch.AnyRows,
	"UPDATE recordings SET next_at = v.next_at FROM v WHERE recordings.call_id = v.call_id AND recordings.state = 'waiting' AND recordings.attempts = 0", "call_id", "next_at")

// ClaimRecordings claims recordings of these sources that are due, until a time.
func (s *Store) ClaimRecordings(ctx context.Context, sources []string, most int, until time.Time) ([]leads.WantedRecording, error) {
	rows, err := s.read.DueRecordings(ctx, db.DueRecordingsParams{
		Now: micros(s.now()), Sources: "," + strings.Join(sources, ",") + ",", Most: int32(most),
	})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var won []leads.WantedRecording
	err = s.retryQueries(ctx, func(q *db.Queries) error {
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

// FinishRecording stores the result of fetching a recording, and records the event for those
// who see the call. A second result changes nothing.
func (s *Store) FinishRecording(ctx context.Context, r leads.FetchedRecording) error {
	err := s.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		q := tx.q
		n, err := q.FinishRecording(ctx, db.FinishRecordingParams{
			ID: r.ID, State: string(r.State), Error: cleanField(cleanText(r.Error)), NextAt: micros(r.Next), Key: r.Key, Type: r.Type, Size: r.Size,
			Ms: int64(r.Seconds * 1000), Channels: int64(r.Channels), Peaks: base64.StdEncoding.EncodeToString(r.Peaks),
		})
		if err != nil || n == 0 || r.State == leads.RecordingWaiting {
			return err
		}
		row, err := q.SeeRecording(ctx, db.SeeRecordingParams{ID: r.ID, SeesAll: true})
		if err != nil {
			return err
		}
		return recordCall(ctx, tx, row.CallID, leads.EventCallRecorded)
	})
	if err != nil {
		return fmt.Errorf("recording %s: %w", r.ID, orNotFound(err))
	}
	return nil
}

// recordCall records an event of a call for everybody who sees it.
func recordCall(ctx context.Context, tx *Tx, id string, kind leads.EventType) error {
	row, err := tx.q.SeeCall(ctx, db.SeeCallParams{ID: id, SeesAll: true})
	if err != nil {
		return err
	}
	audience, err := tx.q.CallAudience(ctx, id)
	if err != nil {
		return err
	}
	call := callOf(row)
	return tx.record(ctx, leads.EventBody{Type: kind, Call: &call}, audience...)
}

// Recording returns a recording of a call that the viewer may see.
func (s *Store) Recording(ctx context.Context, v leads.Viewer, id string) (leads.StoredRecording, error) {
	r, err := s.read.SeeRecording(ctx, db.SeeRecordingParams{ID: id, SeesAll: v.Role.SeesAll(), Viewer: v.UserID})
	if err != nil {
		return leads.StoredRecording{}, fmt.Errorf("recording %q: %w", id, orNotFound(err))
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
	return s.retryQueries(ctx, func(q *db.Queries) error { return q.ExpireRecording(ctx, id) })
}
