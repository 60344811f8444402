// Package media brings the files of messages from a vendor's servers into the hub's store of
// attachments, and the files of replies to the vendor: within limits of size and time, to and
// from the vendor's own servers only. Errors of the hub and of the vendor are distinguished.
// [Vendor] serves messages that are read one after another, [Box] messages that are posted to the
// hub, perhaps repeatedly.
package media

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ctihub/connectors"
	"ctihub/leads"
)

const (
	// fetchWithin bounds the download of one file. It continues after the request
	// that brought the message has ended: the next delivery of the message finds the file.
	fetchWithin = 2 * time.Minute
	// maxParallel is how many files of one source are downloaded at the same time.
	maxParallel = 4
	// maxDownloads is how many messages with files a source remembers.
	maxDownloads = 1000
)

// Box downloads the files of one source: each once, however often its message is delivered.
type Box struct {
	Vendor

	Files connectors.Files // nil: files are mentioned, and not kept
	Lang  string           // language of the notes: ru or en
	// Insist is for files that may become available later: the messenger
	// delivers a refused message again. After so many tries, and so
	// much time since the first, the message is taken without its file.
	Insist    int
	InsistFor time.Duration
	Now       func() time.Time

	mu        sync.Mutex
	downloads map[string]*download
	order     []string // keys of downloads, the oldest first
	slots     chan struct{}
}

// download is the download of one message's file.
type download struct {
	done  chan struct{} // closed when it has ended
	kept  leads.Attachment
	note  string // in words, why there is no file; final
	err   error  // why there is no file yet
	first time.Time
	tries int
}

// Keep downloads the file of a message and stores it. The note says in words why there will be no
// file. On an error, refuse the message: the file may be available when it is delivered again.
func (b *Box) Keep(ctx context.Context, externalID, name string, open Open) (kept *leads.Attachment, note string, err error) {
	if b.Files == nil {
		return nil, Words(b.fault(none), b.Lang), nil
	}
	w := b.startDownload(ctx, externalID, name, open)
	select {
	case <-w.done:
	case <-ctx.Done():
		return nil, "", fmt.Errorf("the file is still being fetched: %w", ctx.Err())
	}
	switch {
	case w.err != nil:
		return nil, "", w.err
	case w.note != "":
		return nil, w.note, nil
	}
	return &w.kept, "", nil
}

// startDownload starts the download, or returns the one that is running or has succeeded.
func (b *Box) startDownload(ctx context.Context, id, name string, open Open) *download {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.downloads == nil {
		b.downloads, b.slots = map[string]*download{}, make(chan struct{}, maxParallel)
	}
	w := &download{done: make(chan struct{}), first: b.Now(), tries: 1}
	if old := b.downloads[id]; old != nil {
		select {
		case <-old.done:
			if old.err == nil {
				return old
			}
			w.first, w.tries = old.first, old.tries+1
		default:
			return old
		}
	} else {
		b.evictOldest()
		b.order = append(b.order, id)
	}
	b.downloads[id] = w
	go b.runDownload(context.WithoutCancel(ctx), w, id, name, open)
	return w
}

// evictOldest makes room for one more by dropping the oldest download that has ended.
func (b *Box) evictOldest() {
	for i := 0; len(b.order) >= maxDownloads && i < len(b.order); i++ {
		select {
		case <-b.downloads[b.order[i]].done:
			delete(b.downloads, b.order[i])
			b.order = slices.Delete(b.order, i, i+1)
			return
		default:
		}
	}
}

func (b *Box) runDownload(ctx context.Context, w *download, id, name string, open Open) {
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	b.slots <- struct{}{}
	defer func() {
		<-b.slots
		if v := recover(); v != nil {
			w.note = Words(b.fault(failed), b.Lang)
		}
		close(w.done)
	}()
	w.kept, w.err = b.Vendor.Keep(ctx, b.Files, id, 0, name, open)
	switch {
	case w.err == nil, errors.Is(w.err, ErrNotKept):
	case Final(w.err), w.tries >= b.Insist && b.Now().Sub(w.first) >= b.InsistFor:
		w.note, w.err = Words(w.err, b.Lang), nil
	}
}
