package batch

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// ErrFull says that the queue is full.
var ErrFull = errors.New("too much waits to be stored")

// Limits of groups.
type Limits struct {
	Lanes int // writers that work at the same time, at least 1
	Group int // size of one group, unless one item alone is larger
	Queue int // size that may wait in one queue, unless it is one item; see Groups
}

// Groups stores items that arrive together in shared transactions (group commit). A free
// writer takes the waiting items at once; while it commits, the next items gather.
//
// Guarantees:
//
//   - Order. There is one writer for each lane, and items with the same Order
//     are in the same lane: they are stored in the order in which they came.
//   - Urgent first. A writer takes urgent items before all others, and never
//     puts both kinds into one group. If there are several lanes, the first is only
//     for urgent items.
//   - Bounds. Each lane has a queue for urgent items and one for others. An item that
//     does not fit into its queue fails with ErrFull at once.
//   - Giving up. A caller whose context ends gets the context's error at once. If no
//     writer has taken the item by then, it is never stored; otherwise it may be. The
//     other items of its group are not affected.
type Groups[W any] struct {
	lanes []*lane[W]
	seed  maphash.Seed
	taken atomic.Int64
}

// Item is the work of one caller.
type Item[W any] struct {
	Work   W
	Size   int    // how much of the limits it takes
	Urgent bool   // see Groups
	Order  string // see Groups; unused for urgent items

	err   error
	state atomic.Int32
	done  chan struct{}
}

// States of an item.
const (
	itemWaits     int32 = iota
	itemTaken           // into a group
	itemAbandoned       // its caller gave up before it was taken
)

// NewGroups starts nothing yet. store is called with each group, from one
// goroutine for each lane, and must Finish every item of it.
func NewGroups[W any](l Limits, store func([]*Item[W])) *Groups[W] {
	g := &Groups[W]{seed: maphash.MakeSeed()}
	for range l.Lanes {
		lane := &lane[W]{limits: l, store: func(items []*Item[W]) { g.taken.Add(1); store(items) }}
		lane.idle.L = &lane.mu
		g.lanes = append(g.lanes, lane)
	}
	return g
}

// Do waits until the item is finished, and returns its error, or ErrFull, or the error of
// ctx. An item is used once.
func (g *Groups[W]) Do(ctx context.Context, i *Item[W]) error {
	i.done = make(chan struct{})
	return g.laneOf(i).put(ctx, i)
}

func (g *Groups[W]) laneOf(i *Item[W]) *lane[W] {
	if len(g.lanes) == 1 || i.Urgent {
		return g.lanes[0]
	}
	return g.lanes[1+maphash.String(g.seed, i.Order)%uint64(len(g.lanes)-1)]
}

// Wait returns when nothing waits or is being stored.
func (g *Groups[W]) Wait() {
	for _, l := range g.lanes {
		l.mu.Lock()
		for l.writing {
			l.idle.Wait()
		}
		l.mu.Unlock()
	}
}

// Lanes returns the number of writers.
func (g *Groups[W]) Lanes() int { return len(g.lanes) }

// Waiting returns the number of items that no writer has taken.
func (g *Groups[W]) Waiting() (n int) {
	for _, l := range g.lanes {
		l.mu.Lock()
		n += len(l.urgent.items) + len(l.others.items)
		l.mu.Unlock()
	}
	return n
}

// Taken returns the number of groups that were stored or are being stored.
func (g *Groups[W]) Taken() int64 { return g.taken.Load() }

// Hold stops an idle lane until release is called, as a long commit would. It lets tests
// gather items.
func (g *Groups[W]) Hold(lane int) (release func()) {
	l := g.lanes[lane]
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.writing {
		l.idle.Wait()
	}
	l.writing = true
	return func() { go l.write() }
}

// Finish ends the wait of the item's caller.
func (i *Item[W]) Finish(err error) {
	i.err = err
	close(i.done)
}

// itemQueue is a queue of items.
type itemQueue[W any] struct {
	items []*Item[W]
	size  int
}

// take removes the first items, as many as one group takes.
func (q *itemQueue[W]) take(most int) (group []*Item[W]) {
	size := 0
	for len(q.items) > 0 {
		i := q.items[0]
		if len(group) > 0 && size+i.Size > most {
			break
		}
		q.items = q.items[1:]
		q.size -= i.Size
		if i.state.CompareAndSwap(itemWaits, itemTaken) {
			group = append(group, i)
			size += max(1, i.Size)
		}
	}
	if len(q.items) == 0 {
		q.items = nil
	}
	return group
}

// lane has one writer at a time.
type lane[W any] struct {
	limits Limits
	store  func([]*Item[W])

	mu             sync.Mutex
	idle           sync.Cond // writing became false
	urgent, others itemQueue[W]
	writing        bool
}

// put queues the item and waits until it is finished or ctx ends.
func (l *lane[W]) put(ctx context.Context, i *Item[W]) error {
	l.mu.Lock()
	q := &l.others
	if i.Urgent {
		q = &l.urgent
	}
	if len(q.items) > 0 && q.size+i.Size > l.limits.Queue {
		l.mu.Unlock()
		return ErrFull
	}
	q.items = append(q.items, i)
	q.size += i.Size
	if !l.writing {
		l.writing = true
		go l.write()
	}
	l.mu.Unlock()
	select {
	case <-i.done:
		return i.err
	case <-ctx.Done():
		i.state.CompareAndSwap(itemWaits, itemAbandoned)
		return ctx.Err()
	}
}

// write stores waiting items until there are none.
func (l *lane[W]) write() {
	for {
		l.mu.Lock()
		group := l.urgent.take(l.limits.Group)
		if len(group) == 0 {
			group = l.others.take(l.limits.Group)
		}
		if len(group) == 0 {
			l.writing = false
			l.idle.Broadcast()
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		l.store(group)
	}
}
