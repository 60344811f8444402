package router

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ctihub/leads"
)

// Timings and sizes of the feed.
const (
	// feedBuffer is how many events a reader may lag behind before it is closed and
	// has to resume by Seq.
	feedBuffer = 64
	// readersWait is how long readers are waited for between many events of other hubs.
	readersWait = 20 * time.Millisecond
	// pollEvery is how often events of other hubs are read without a hint.
	pollEvery = time.Second
	pollLimit = 500
	pageLimit = 5 * time.Second
	// gapPatience is how long the feed waits for a missing Seq: its transaction may
	// commit late, or has rolled back.
	gapPatience = 10 * time.Second
)

// Feed pushes committed events to the readers of this hub: events of this hub at once,
// events of other hubs through [Feed.Follow]. Each event is pushed once.
type Feed struct {
	// Notify, if set, is called after events of this hub were published, to
	// wake the other hubs. It must not block.
	Notify func()
	// Rights, if set, redacts events for their readers. Without it a reader in the
	// audience sees the whole event.
	Rights Rights

	mu      sync.Mutex
	readers map[*reader]struct{}
	seen    map[int64]bool // sequence numbers above low that were pushed
	low     int64          // all events up to here were pushed or given up
	follows bool           // Follow runs, so seen must be kept
	waiting []pending      // events whose rights are to be read, oldest first
	sending bool           // sendAllPending runs
}

type reader struct {
	viewer leads.Viewer
	ch     chan *leads.Event // of pointers: an idle reader costs half a kilobyte, not eight
	queued int               // events in Feed.waiting for this reader
}

// NewFeed returns an empty feed.
func NewFeed() *Feed {
	return &Feed{readers: map[*reader]struct{}{}, seen: map[int64]bool{}}
}

// Subscribe returns the events from now on that the viewer may see. The channel is closed
// when ctx ends, and when the reader lags behind by more than the feed's buffer. Readers
// share the events and must not change them.
func (f *Feed) Subscribe(ctx context.Context, v leads.Viewer) <-chan *leads.Event {
	r := &reader{viewer: v, ch: make(chan *leads.Event, feedBuffer)}
	f.mu.Lock()
	f.readers[r] = struct{}{}
	f.mu.Unlock()
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.drop(r)
	})
	return r.ch
}

// drop closes a reader once; f.mu is held.
func (f *Feed) drop(r *reader) {
	if _, ok := f.readers[r]; ok {
		delete(f.readers, r)
		close(r.ch)
	}
}

// Publish pushes events that this hub committed. It never blocks.
func (f *Feed) Publish(events ...leads.Event) {
	if len(events) == 0 {
		return
	}
	f.push(events)
	if f.Notify != nil {
		f.Notify()
	}
}

func (f *Feed) push(events []leads.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range events {
		if f.follows {
			if e.Seq <= f.low || f.seen[e.Seq] {
				continue
			}
			f.seen[e.Seq] = true
		}
		f.distribute(e)
	}
}

// sendTo sends an event to a reader, and closes one that lags behind too far; f.mu is held.
func (f *Feed) sendTo(r *reader, e *leads.Event) {
	select {
	case r.ch <- e:
	default:
		f.drop(r)
	}
}

// EventLog is the stored outbox, as the feed reads it.
type EventLog interface {
	// Events returns at most limit events after seq, oldest first.
	Events(ctx context.Context, after int64, limit int) ([]leads.Event, error)
	// LastEvent returns the greatest seq, 0 for none.
	LastEvent(ctx context.Context) (int64, error)
}

// Follow pushes events of other hubs, and events that were stored after their caller
// had given up, until ctx ends: at every hint, and every second in case a hint is lost.
func (f *Feed) Follow(ctx context.Context, events EventLog, hint <-chan struct{}, log *slog.Logger) error {
	last, err := events.LastEvent(ctx)
	for ; err != nil; last, err = events.LastEvent(ctx) {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pollEvery):
		}
	}
	f.mu.Lock()
	f.low, f.follows = last, true
	f.mu.Unlock()

	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	gapSince := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-hint:
		}
		if err := f.poll(ctx, events); err != nil && ctx.Err() == nil {
			log.Error("reading the events of other hubs; live pages may lag", "error", err)
			continue
		}
		gapSince = f.advanceLow(gapSince, time.Now())
	}
}

func (f *Feed) poll(ctx context.Context, events EventLog) error {
	f.mu.Lock()
	after := f.low
	f.mu.Unlock()
	for {
		page, err := readPage(ctx, events, after)
		if err != nil {
			return err
		}
		for some := range slices.Chunk(page, feedBuffer/2) {
			f.push(some)
			f.waitForReaders(ctx)
		}
		if len(page) < pollLimit {
			return nil
		}
		after = page[len(page)-1].Seq
	}
}

// readPage reads with a time limit, so that the feed leaves a dead connection for
// another one.
func readPage(ctx context.Context, events EventLog, after int64) ([]leads.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, pageLimit)
	defer cancel()
	return events.Events(ctx, after, pollLimit)
}

// waitForReaders waits for a moment until readers have taken the pushed events, so that
// they are not closed because many events of other hubs were read at once, as without
// Redis. A slow reader delays the others by readersWait at most.
func (f *Feed) waitForReaders(ctx context.Context) {
	for began := time.Now(); f.anyReaderBehind() && time.Since(began) < readersWait && ctx.Err() == nil; {
		time.Sleep(time.Millisecond)
	}
}

// anyReaderBehind reports whether a reader has half of its buffer unread.
func (f *Feed) anyReaderBehind() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.readers {
		if len(r.ch)+r.queued >= feedBuffer/2 {
			return true
		}
	}
	return false
}

// advanceLow raises low over all pushed events. A gap stops it until the missing number
// appears or gapPatience is over; since is when the present gap was first seen.
func (f *Feed) advanceLow(since, now time.Time) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.low
	f.skipPushed()
	if len(f.seen) == 0 {
		return time.Time{}
	}
	if since.IsZero() || f.low != before {
		return now
	}
	if now.Sub(since) < gapPatience {
		return since
	}
	next := int64(0)
	for seq := range f.seen {
		if next == 0 || seq < next {
			next = seq
		}
	}
	f.low = next - 1
	f.skipPushed()
	return time.Time{}
}

func (f *Feed) skipPushed() {
	for f.seen[f.low+1] {
		f.low++
		delete(f.seen, f.low)
	}
}
