package email

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/emersion/go-imap/v2"
	"golang.org/x/sync/semaphore"

	"ctihub/leads"
)

// Bounds of what was fetched from one folder and is not in a batch yet.
const (
	waitingMails = 64      // mails
	waitingBytes = 4 << 20 // bytes of them
	readersMost  = 4       // mails that are read at once
)

// Bounds of one batch.
const (
	putAtOnce = 100         // touches in one transaction
	putBytes  = 4 << 20     // of texts in one transaction
	putAfter  = time.Second // the longest that a mail waits for the ones after it
)

// readers returns how many mails of a folder are read at once: one may wait for the disk.
func readers() int { return max(2, min(readersMost, runtime.GOMAXPROCS(0))) }

// entry is one step through a folder: a mail, or a change of the position only. They are carried
// out in the order in which the server hands out the mails.
type entry struct {
	mail    *arrival                // nil: none
	move    func(position) position // nil: the position stays
	refusal error                   // the server's answer, if it refuses the mail that move notes
	store   bool                    // what came so far is stored now
}

// batch is what is stored in one transaction.
type batch struct {
	touches []leads.Touch
	bytes   int
	since   time.Time
	at      position // behind the touches
}

// collector makes batches of the mails in the order of the folder, while later ones are fetched and
// read, and earlier ones are stored.
type collector struct {
	*folder
	entries <-chan entry
	out     chan<- batch
	batch   batch
	room    *semaphore.Weighted // bytes of waiting mails
}

// run carries out the entries until there are no more. What was complete before the connection
// broke is stored.
func (c *collector) run(ctx context.Context) error {
	for e := range c.entries {
		if err := c.take(ctx, e); err != nil {
			return err
		}
	}
	if len(c.batch.touches) == 0 {
		return nil
	}
	return c.flush(ctx)
}

// take carries out one entry.
func (c *collector) take(ctx context.Context, e entry) error {
	if e.mail != nil {
		if err := c.add(ctx, e.mail); err != nil {
			return err
		}
	}
	if e.move != nil {
		c.batch.at = e.move(c.batch.at)
	}
	if e.refusal != nil && len(c.batch.at.Refused) > refusedMost {
		return fmt.Errorf("the server refuses more than %d mails: %w", refusedMost, e.refusal)
	}
	b := &c.batch
	if e.store || len(b.touches) >= putAtOnce || b.bytes >= putBytes || len(b.touches) > 0 && time.Since(b.since) > putAfter {
		return c.flush(ctx)
	}
	return nil
}

// add awaits that a mail has been read and puts it into the batch.
func (c *collector) add(ctx context.Context, a *arrival) error {
	select {
	case <-a.read:
	case <-ctx.Done():
		return ctx.Err()
	}
	c.room.Release(a.held)
	if a.fault != nil {
		return a.fault
	}
	if a.touch == nil || a.uid <= c.batch.at.Before && !a.received.IsZero() && a.received.Unix() < c.batch.at.Since {
		return nil // an answer of ours, or it was there before the hub
	}
	t := c.finish(a)
	if err := c.reportBounce(ctx, *t, a.fingerprint); err != nil {
		return err
	}
	if len(c.batch.touches) == 0 {
		c.batch.since = time.Now()
	}
	c.batch.touches = append(c.batch.touches, *t)
	c.batch.bytes += len(t.Text) + len(t.Whole) + len(t.HTML) + len(t.Raw)
	return nil
}

// flush hands over the present batch to be stored.
func (c *collector) flush(ctx context.Context) error {
	select {
	case c.out <- c.batch:
		c.batch = batch{at: c.batch.at}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// put stores the batches one after the other.
func (f *folder) put(ctx context.Context, batches <-chan batch) error {
	for b := range batches {
		if err := f.cursor.put(ctx, f.path(), b.at, b.touches...); err != nil {
			return err
		}
	}
	return nil
}

// guard runs a part of the work; a panic in it is an error.
func (f *folder) guard(what string, work func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			f.log.Error(what+" panicked", "stack", string(debug.Stack()))
			err = errors.New("a fault of the hub while " + what + ", see its log")
		}
	}()
	return work()
}

// came returns the change of the position when a mail came: all up to done are there.
func came(uid, done imap.UID) func(position) position {
	return func(p position) position { return p.removeRefused(uid).after(done) }
}
