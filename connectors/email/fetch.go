package email

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"golang.org/x/sync/errgroup"

	"ctihub/leads"
)

// Bounds of what is read at once.
const (
	fetchAtOnce = 200         // mails in one command
	putAtOnce   = 100         // touches in one transaction
	putBytes    = 4 << 20     // of texts in one transaction
	putAfter    = time.Second // the longest that a mail waits for the ones after it
	largeMail   = 1 << 20     // bytes; before a mail this large the batch is stored
	refusedMost = 1000        // refused mails; with more the folder counts as failed
)

// batch is what is stored in one transaction.
type batch struct {
	touches []leads.Touch
	bytes   int
	since   time.Time
	at      position // behind the touches
}

// catchUp stores the new mails. The next batch is read while one is stored.
func (f *folder) catchUp(ctx context.Context, l *link, next imap.UID) error {
	p := f.cursor.position(f.path())
	uids, err := f.unread(l, p, next)
	if err != nil {
		return err
	}
	retry := f.dueRefused(p)
	if len(uids) == 0 && len(retry) == 0 {
		if p.UID < p.Before {
			return f.cursor.put(ctx, f.path(), p.after(p.Before))
		}
		return nil
	}
	g, gctx := errgroup.WithContext(ctx)
	stopCutting := context.AfterFunc(gctx, l.conn.cut) // when storing fails, nothing more is read
	batches := make(chan batch)
	g.Go(func() (err error) {
		defer func() {
			if v := recover(); v != nil {
				f.log.Error("storing panicked", "stack", string(debug.Stack()))
				err = errors.New("a fault of the hub while storing, see its log")
			}
		}()
		for b := range batches {
			if err := f.cursor.put(gctx, f.path(), b.at, b.touches...); err != nil {
				return err
			}
		}
		return nil
	})
	r := &reading{folder: f, link: l, ctx: gctx, out: batches, batch: batch{at: p}}
	if uid, is := f.stuck.takeStuck(uids); is {
		f.log.Warn("the connection breaks at this mail again and again, so it is left for later", "uid", uid)
		uids = slices.DeleteFunc(uids, func(u imap.UID) bool { return u == uid })
		r.batch.at = r.batch.at.addRefused(uid)
		f.retryRefused = time.Now().Add(f.times.idle)
	}
	err = f.read(r, uids, fetchAtOnce)
	if err == nil {
		r.batch.at = r.batch.at.after(r.batch.at.Before)
		err = r.flush()
	}
	if err == nil && len(retry) > 0 {
		f.retryRefused = time.Now().Add(f.times.idle)
		err = errors.Join(f.read(r, retry, 1), r.flush())
	}
	stopCutting()
	close(batches)
	stored := g.Wait()
	switch {
	case stored != nil:
		return stored
	case err != nil && ctx.Err() == nil && !r.ownFault && r.queue != nil:
		f.stuck.note(r.queue.first())
	}
	return err
}

// dueRefused returns the refused mails that are to be retried now.
func (f *folder) dueRefused(p position) (uids []imap.UID) {
	if time.Now().Before(f.retryRefused) {
		return nil
	}
	for _, o := range p.Refused {
		uids = append(uids, imap.UID(o))
	}
	return uids
}

func (f *folder) read(r *reading, uids []imap.UID, atOnce int) error {
	for len(uids) > 0 {
		some := uids[:min(len(uids), atOnce)]
		uids = uids[len(some):]
		if err := r.fetch(some); err != nil {
			return err
		}
	}
	return nil
}

// reading is one pass over the new mails of a folder.
type reading struct {
	*folder
	link        *link
	ctx         context.Context
	out         chan<- batch
	batch       batch
	beginning   []byte // of the mail in hand, used again for the next
	queue       *queue // of the command in hand
	ownFault    bool   // it stopped for a fault of the hub, not of the server
	brokeInMail bool   // the connection broke in the middle of a mail
}

// fetch reads some mails, and retries those that the server refuses one by one.
func (r *reading) fetch(uids []imap.UID) error {
	q := newQueue(uids)
	err := r.command(q)
	var refused *imap.Error
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	// A missing mail was expunged meanwhile, unless the server still has it.
	missing := q.missing()
	if len(missing) > 0 && err == nil {
		if missing, err = r.search(r.link, &imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(missing...)}}); err != nil {
			return err
		}
	}
	for _, uid := range missing {
		one := newQueue([]imap.UID{uid})
		err := r.command(one)
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		if len(one.missing()) > 0 {
			r.log.Warn("the server does not hand out a mail", "uid", uid, "error", err)
			r.batch.at = r.batch.at.addRefused(uid)
		}
		if len(r.batch.at.Refused) > refusedMost {
			return fmt.Errorf("the server refuses more than %d mails: %w", refusedMost, err)
		}
	}
	for _, uid := range uids {
		r.settleRefused(uid, missing)
	}
	r.batch.at = r.batch.at.after(uids[len(uids)-1])
	return r.flushIfDue()
}

// settleRefused removes a mail from the list of refused ones unless it is missing.
func (r *reading) settleRefused(uid imap.UID, missing []imap.UID) {
	for _, m := range missing {
		if m == uid {
			return
		}
	}
	r.batch.at = r.batch.at.removeRefused(uid)
}

// command fetches and reads the mails of a queue.
func (r *reading) command(q *queue) error {
	limit := r.set.MaxMB << 20
	r.queue = q
	return r.link.do(func() (err error) {
		cmd := r.link.Fetch(imap.UIDSetNum(q.uids...), &imap.FetchOptions{
			UID: true, RFC822Size: true, InternalDate: true,
			BodySection: []*imap.FetchItemBodySection{{Peek: true, Partial: &imap.SectionPartial{Size: limit + 1}}},
		})
		defer func() {
			if err != nil {
				r.link.conn.cut() // so that the rest need not be read
			}
			if r.brokeInMail {
				// The client goes on reading by itself after the failure, and closing
				// the command reads the broken mail once more: not both at once.
				<-r.link.Closed()
			}
			if closing := cmd.Close(); err == nil {
				err = closing
			}
		}()
		for {
			m := cmd.Next()
			if m == nil {
				return nil
			}
			if err := r.take(m, q, limit); err != nil {
				return err
			}
		}
	})
}

// take reads one mail.
func (r *reading) take(m *imapclient.FetchMessageData, q *queue, limit int64) error {
	var got arrival
	var uid imap.UID
	came := false
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			got.size = item.Size
		case imapclient.FetchItemDataInternalDate:
			got.received = item.Time
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			if item.Literal.Size() > largeMail {
				if err := r.flush(); err != nil {
					return err
				}
			}
			if err := r.readMail(&got, item.Literal, limit); err != nil {
				return err
			}
			came = true
		}
	}
	if !came || !q.has(uid) {
		return nil
	}
	if uid <= r.batch.at.Before && !got.received.IsZero() && got.received.Unix() < r.batch.at.Since {
		got.touch = nil // it was there before the hub
	}
	if got.touch != nil {
		t := r.finish(got)
		if err := r.reportBounce(r.ctx, *t, got.fingerprint); err != nil {
			r.ownFault = true
			return err
		}
		if len(r.batch.touches) == 0 {
			r.batch.since = time.Now()
		}
		r.batch.touches = append(r.batch.touches, *t)
		r.batch.bytes += len(t.Text) + len(t.Whole) + len(t.HTML) + len(t.Raw)
	}
	r.batch.at = r.batch.at.removeRefused(uid)
	if done := q.came(uid); done > 0 {
		r.batch.at = r.batch.at.after(done)
	}
	return r.flushIfDue()
}

func (r *reading) flushIfDue() error {
	b := &r.batch
	if len(b.touches) >= putAtOnce || b.bytes >= putBytes || len(b.touches) > 0 && time.Since(b.since) > putAfter {
		return r.flush()
	}
	return nil
}

// flush hands over the present batch to be stored.
func (r *reading) flush() error {
	select {
	case r.out <- r.batch:
		r.batch = batch{at: r.batch.at}
		return nil
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}
