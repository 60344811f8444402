package connectortest

import (
	"context"
	"sync"
)

// Watched guards the state of a fake, and tells those who wait for it when it
// has changed. The zero value is ready.
type Watched struct {
	sync.Mutex
	changed chan struct{} // closed and removed at every change
}

// Change changes the state.
func (w *Watched) Change(change func()) {
	w.Lock()
	defer w.Unlock()
	change()
	w.Announce()
}

// Announce tells of a change. The lock is held.
func (w *Watched) Announce() {
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}

// Changed is closed at the next change. The lock is held.
func (w *Watched) Changed() <-chan struct{} {
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// Await waits until the state is as wanted; ready is called with the lock held.
func (w *Watched) Await(ctx context.Context, ready func() bool) error {
	for {
		w.Lock()
		ok, changed := ready(), w.Changed()
		w.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
