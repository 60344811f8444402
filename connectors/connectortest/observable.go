package connectortest

import (
	"context"
	"sync"
)

// Observable is the lock of a fake's state, and wakes those who wait for a change
// of it. The zero value is ready.
type Observable struct {
	sync.Mutex
	changed chan struct{} // closed and removed at every change
}

// Change changes the state.
func (w *Observable) Change(change func()) {
	w.Lock()
	defer w.Unlock()
	change()
	w.Notify()
}

// Notify wakes those who wait for a change. The lock is held.
func (w *Observable) Notify() {
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}

// Changed is closed at the next change. The lock is held.
func (w *Observable) Changed() <-chan struct{} {
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// Await waits until the state is as wanted; ready is called with the lock held.
func (w *Observable) Await(ctx context.Context, ready func() bool) error {
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
