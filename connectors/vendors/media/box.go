// Package media brings the files of messages from a vendor's servers into the
// hub's store of attachments, and those of replies there: within limits of size
// and time, from the vendor's own servers only, and with the hub's trouble told
// apart from the vendor's. [Vendor] does it for messages that are read one after
// another, [Box] for those that are posted to the hub, perhaps again and again.
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
	// fetchWithin bounds the fetching of one file. It goes on when the request
	// that brought the message has ended: the next delivery finds the file.
	fetchWithin = 2 * time.Minute
	// atOnce is how many files of one source are fetched at the same time.
	maxParallel = 4
	// remembered is how many messages with files a source knows of.
	maxDownloads = 1000
)

// Box holds the files of one source: each is fetched once, however often its
// message is delivered.
type Box struct {
	Vendor

	Files connectors.Files // nil: files are mentioned, and not kept
	Lang  string           // of the notes: ru or en
	// Insist: a file that could not be fetched may come later, because the
	// messenger delivers again what was not taken. After so many tries, and so
	// much time since the first, the message is taken without its file.
	Insist    int
	InsistFor time.Duration
	Now       func() time.Time

	mu        sync.Mutex
	downloads map[string]*download
	order     []string // keys of works, the oldest first
	slots     chan struct{}
}

// work is the fetching of one message's file.
type download struct {
	done  chan struct{} // closed when it is over
	kept  leads.Attachment
	note  string // why the file is not kept, in words; final
	err   error  // why not yet
	first time.Time
	tries int
}

// Keep fetches the file of a message and keeps it. The note says in words why
// there is none, and will be none. An error means that the message is to be
// refused, because its file may be had when it is delivered again.
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

// start begins the fetching, or joins the one that goes on or has succeeded.
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

// forget makes room for one more, at the cost of the oldest that is over.
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
