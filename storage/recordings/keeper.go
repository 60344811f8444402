// Package recordings fetches the recordings of calls from the exchanges, stores them in a
// folder or a bucket, and deletes them after the retention time. A table of storage is the
// queue; nothing here delays or fails a call.
//
// A touch of a call names the files in which the exchange records it, and the row
// of each file is written with the touch. When the call is over, the [Keeper]
// fetches the file through the source that owns it, measures its length and
// waveform in the spool, and stores it atomically in the folder or bucket. An attempt is
// counted before it begins; after a crash the next attempt writes the same key. A full disk
// or a lost file is stored as the error of the recording.
//
// A recording has the rights of its call; package web looks them up at every
// request.
package recordings

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"syscall"
	"time"

	"ctihub/leads"
)

// Files stores the content of recordings. Keys have the form "2026/11/<id>.wav". A missing
// file is fs.ErrNotExist.
type Files interface {
	// Write stores a file of this size in bytes atomically.
	Write(ctx context.Context, key, mediaType string, content io.Reader, size int64) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Remove deletes a file; a missing one is no error.
	Remove(ctx context.Context, key string) error
}

// Table is the queue and list of recordings in storage.
type Table interface {
	ClaimRecordings(ctx context.Context, sources []string, most int, until time.Time) ([]leads.WantedRecording, error)
	FinishRecording(ctx context.Context, r leads.FetchedRecording) error
	OldRecordings(ctx context.Context, before time.Time, most int) (map[string]string, error)
	ExpireRecording(ctx context.Context, id string) error
}

// Exchanges are the sources whose recordings this hub can fetch.
type Exchanges interface {
	// Recorders names those that this hub runs now.
	Recorders() []string
	// Recording opens a file of an exchange; fs.ErrNotExist: it has none of that name.
	Recording(ctx context.Context, source, file string) (io.ReadCloser, error)
}

// Keeper fetches and expires recordings. All fields but Keep are required.
type Keeper struct {
	Table     Table
	Files     Files
	Exchanges Exchanges
	Log       *slog.Logger
	Spool     string        // folder for what is being fetched
	Keep      time.Duration // how long recordings are kept; 0: for ever
	Every     time.Duration // between two looks
}

const (
	fetchMost        = 8               // recordings fetched after one look
	fetchWithin      = 5 * time.Minute // bounds one
	sweepEvery       = time.Hour       // looks for what is too old
	firstRetry       = 5 * time.Second //
	longestRetry     = time.Hour       //
	missingAfter     = 24 * time.Hour  // given up then, when the exchange does not have it
	unreachableAfter = 7 * 24 * time.Hour
	brokenTries      = 4 // a file that is not whole may be just being closed
)

// Run works until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	if err := os.MkdirAll(k.Spool, 0o750); err != nil {
		return fmt.Errorf("folder for fetching recordings: %w", err)
	}
	look, sweep := time.NewTicker(k.Every), time.NewTicker(sweepEvery)
	defer look.Stop()
	defer sweep.Stop()
	k.expire(ctx)
	for {
		more := k.fetch(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		case <-sweep.C:
			k.expire(ctx)
		}
	}
}

// fetch fetches the recordings that are due and reports whether there may be more.
func (k *Keeper) fetch(ctx context.Context) bool {
	sources := k.Exchanges.Recorders()
	if len(sources) == 0 {
		return false
	}
	wanted, err := k.Table.ClaimRecordings(ctx, sources, fetchMost, time.Now().Add(fetchMost*fetchWithin))
	if err != nil {
		if ctx.Err() == nil {
			k.Log.Warn("recordings are not looked for", "error", err)
		}
		return false
	}
	for _, w := range wanted {
		got, err := k.fetchOne(ctx, w)
		if ctx.Err() != nil {
			return false
		}
		if err != nil {
			got = retryLater(w, err, time.Now())
			k.Log.Warn("recording not fetched", "id", w.ID, "source", w.Source, "attempt", w.Attempt, "state", got.State, "error", err)
		}
		if err := k.Table.FinishRecording(ctx, got); err != nil {
			k.Log.Warn("recording not noted; it is fetched again", "id", w.ID, "error", err)
		}
	}
	return len(wanted) == fetchMost
}

// fetchOne fetches one recording and stores it. A repetition writes the same key.
func (k *Keeper) fetchOne(ctx context.Context, w leads.WantedRecording) (leads.FetchedRecording, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	got := leads.FetchedRecording{ID: w.ID, State: leads.RecordingStored}
	from, err := k.Exchanges.Recording(ctx, w.Source, w.File)
	if err != nil {
		return got, err
	}
	defer func() { _ = from.Close() }()
	spool, err := os.CreateTemp(k.Spool, "recording-*")
	if err != nil {
		return got, err
	}
	defer func() { _ = os.Remove(spool.Name()) }()
	defer func() { _ = spool.Close() }()
	if got.Size, err = io.Copy(spool, from); err != nil {
		return got, err
	}
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return got, err
	}
	sound, err := Listen(spool)
	if err != nil && w.Attempt <= brokenTries {
		return got, err
	}
	got.Type, got.Seconds, got.Channels, got.Peaks = sound.Type, sound.Seconds, sound.Channels, sound.Peaks
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return got, err
	}
	got.Key = w.Called.UTC().Format("2006/01/") + w.ID + extension(sound.Type)
	return got, k.Files.Write(ctx, got.Key, got.Type, spool, got.Size)
}

// retryLater returns the state of a recording after a failed attempt.
func retryLater(w leads.WantedRecording, err error, at time.Time) leads.FetchedRecording {
	wait := min(firstRetry<<min(w.Attempt-1, 20), longestRetry)
	r := leads.FetchedRecording{ID: w.ID, State: leads.RecordingWaiting, Error: shortReason(err), Next: at.Add(wait)}
	patience := unreachableAfter
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errBroken) {
		patience = missingAfter
	}
	if at.Sub(w.Called) > patience {
		r.State = leads.RecordingMissing
	}
	return r
}

// shortReason returns the error without file names, which contain phone numbers.
func shortReason(err error) string {
	var p *fs.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return "the disk is full"
	case errors.Is(err, fs.ErrNotExist):
		return "the exchange has no such file"
	case errors.Is(err, fs.ErrPermission):
		return "the file may not be read"
	case errors.Is(err, context.DeadlineExceeded):
		return "fetching took too long"
	case errors.As(err, &p):
		return p.Err.Error()
	}
	return err.Error()
}

func extension(mediaType string) string {
	return cmp.Or(map[string]string{"audio/wav": ".wav", "audio/mpeg": ".mp3", "audio/ogg": ".ogg"}[mediaType], ".bin")
}

// expire deletes recordings older than Keep: the content, then the row.
func (k *Keeper) expire(ctx context.Context) {
	if k.Keep == 0 {
		return
	}
	for ctx.Err() == nil {
		old, err := k.Table.OldRecordings(ctx, time.Now().Add(-k.Keep), 100)
		if err == nil && len(old) == 0 {
			return
		}
		for id, key := range old {
			if err == nil {
				err = k.Files.Remove(ctx, key)
			}
			if err == nil {
				err = k.Table.ExpireRecording(ctx, id)
			}
		}
		if err != nil {
			k.Log.Warn("old recordings are not deleted", "error", err)
			return
		}
		k.Log.Info("old recordings deleted", "count", len(old))
	}
}
