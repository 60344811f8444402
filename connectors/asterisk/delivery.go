package asterisk

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"ctihub/leads"
)

// delivery puts each call's newest state into the inbox. States of one call keep
// their order, and while one is being stored newer ones replace each other; calls do
// not wait for each other. A failed Put is retried until it succeeds or flushDeadline
// after close is over.
type delivery struct {
	in    leads.Inbox
	log   *slog.Logger
	slots chan struct{} // bounds parallel Puts
	stop  context.Context
	end   context.CancelFunc
	work  sync.WaitGroup

	mu         sync.Mutex
	closed     bool
	waiting    map[string]*leads.Touch // newest state not yet put, by linkedid; nil: one is being put
	checkpoint *checkpoint
}

// Bounds of delivery.
const (
	parallelPuts  = 8
	firstRetry    = 100 * time.Millisecond
	longestRetry  = 5 * time.Second
	flushDeadline = 3 * time.Second
)

func newDelivery(in leads.Inbox, log *slog.Logger, j *checkpoint) *delivery {
	d := &delivery{in: in, log: log, slots: make(chan struct{}, parallelPuts), waiting: map[string]*leads.Touch{}, checkpoint: j}
	d.stop, d.end = context.WithCancel(context.Background())
	return d
}

// offer takes the newest state of a call. It never blocks.
func (d *delivery) offer(t leads.Touch) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return
	}
	_, busy := d.waiting[t.ExternalID]
	d.waiting[t.ExternalID] = &t
	d.checkpoint.add(*t.Call)
	if !busy {
		d.work.Add(1)
		go d.serve(t.ExternalID)
	}
}

// serve stores the states of one call until there is no newer one.
func (d *delivery) serve(id string) {
	defer d.work.Done()
	retry := firstRetry
	var failed *leads.Touch
	for {
		t := d.next(id, failed)
		if t == nil {
			return
		}
		err := d.put(*t)
		if err == nil {
			failed, retry = nil, firstRetry
			continue
		}
		failed = t
		d.log.Warn("call not stored, trying again", "err", err, "after", retry)
		select {
		case <-time.After(retry/2 + rand.N(retry/2)):
		case <-d.stop.Done():
			d.log.Error("call lost at stop: storage did not take it", "err", err)
			return
		}
		retry = min(2*retry, longestRetry)
	}
}

// next returns the state to store: the newest, or the one that failed. Nil
// ends the work on the call.
func (d *delivery) next(id string, failed *leads.Touch) *leads.Touch {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.waiting[id]
	d.waiting[id] = nil
	if t == nil {
		t = failed
	}
	if t == nil {
		delete(d.waiting, id)
	}
	return t
}

// put stores one state. The first state of a call goes together with a cursor
// that names the call, so that a later start can end it if it is gone by then.
func (d *delivery) put(t leads.Touch) error {
	cursor, stored := d.checkpoint.cursor(t.ExternalID)
	select {
	case d.slots <- struct{}{}:
	case <-d.stop.Done():
		stored(false)
		return d.stop.Err()
	}
	err := d.in.Put(d.stop, cursor, t)
	<-d.slots
	stored(err == nil)
	if err == nil && t.Call.State == leads.CallEnded {
		d.checkpoint.forget(t.ExternalID)
	}
	return err
}

// close stores the waiting states, until flushDeadline.
func (d *delivery) close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	timer := time.AfterFunc(flushDeadline, d.end)
	defer timer.Stop()
	d.work.Wait()
	d.end()
}
