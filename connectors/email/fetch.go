package email

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

// Bounds of what is fetched at once.
const (
	fetchAtOnce = 200     // mails in one command
	largeMail   = 1 << 20 // bytes; before a mail this large the batch is stored
	refusedMost = 1000    // refused mails; with more the folder counts as failed
)

// catchUp stores the new mails. Mails are fetched while earlier ones are read, and read while
// earlier ones are stored.
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
	if uid, is := f.stuck.takeStuck(uids); is {
		f.log.Warn("the connection breaks at this mail again and again, so it is left for later", "uid", uid)
		uids = slices.DeleteFunc(uids, func(u imap.UID) bool { return u == uid })
		p = p.addRefused(uid)
		f.retryRefused = time.Now().Add(f.times.idle)
	}
	g, gctx := errgroup.WithContext(ctx)
	stopCutting := context.AfterFunc(gctx, l.conn.cut) // when storing fails, nothing more is fetched
	entries, batches := make(chan entry, waitingMails), make(chan batch)
	r := &reading{folder: f, link: l, ctx: gctx, entries: entries, room: semaphore.NewWeighted(waitingBytes)}
	r.readers.SetLimit(readers())
	c := &collector{folder: f, entries: entries, out: batches, batch: batch{at: p}, room: r.room}
	g.Go(func() error {
		defer close(batches)
		return f.guard("collecting mails", func() error { return c.run(gctx) })
	})
	g.Go(func() error {
		return f.guard("storing", func() error { return f.put(gctx, batches) })
	})
	err = f.guard("fetching", func() error { return r.run(uids, retry) })
	stopCutting()
	_ = r.readers.Wait() // what they return is in the arrivals
	close(entries)
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

// reading is one pass over the new mails of a folder.
type reading struct {
	*folder
	link        *link
	ctx         context.Context
	entries     chan<- entry
	room        *semaphore.Weighted // bytes of waiting mails
	readers     errgroup.Group
	queue       *queue // of the command in hand
	ownFault    bool   // it stopped for a fault of the hub, not of the server
	brokeInMail bool   // the connection broke in the middle of a mail
}

// run fetches the new mails, then the refused ones again, one by one.
func (r *reading) run(uids, retry []imap.UID) error {
	if err := r.fetchAll(uids, fetchAtOnce); err != nil {
		return err
	}
	if err := r.pass(entry{move: func(p position) position { return p.after(p.Before) }, store: true}); err != nil {
		return err
	}
	if len(retry) == 0 {
		return nil
	}
	r.retryRefused = time.Now().Add(r.times.idle)
	return errors.Join(r.fetchAll(retry, 1), r.pass(entry{store: true}))
}

func (r *reading) fetchAll(uids []imap.UID, atOnce int) error {
	for len(uids) > 0 {
		some := uids[:min(len(uids), atOnce)]
		uids = uids[len(some):]
		if err := r.fetch(some); err != nil {
			return err
		}
	}
	return nil
}

// pass hands over an entry to the collector.
func (r *reading) pass(e entry) error {
	select {
	case r.entries <- e:
		return nil
	case <-r.ctx.Done():
		return r.ctx.Err()
	}
}

// fetch fetches some mails, and retries those that the server refuses one by one.
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
		if len(one.missing()) == 0 {
			continue
		}
		r.log.Warn("the server does not hand out a mail", "uid", uid, "error", err)
		if err == nil {
			err = errors.New("the answer has no mail")
		}
		if err := r.pass(entry{move: func(p position) position { return p.addRefused(uid) }, refusal: err}); err != nil {
			return err
		}
	}
	return r.pass(entry{move: func(p position) position {
		for _, uid := range uids {
			if !slices.Contains(missing, uid) {
				p = p.removeRefused(uid)
			}
		}
		return p.after(uids[len(uids)-1])
	}})
}

// command fetches the mails of a queue.
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

// take fetches one mail and hands it over.
func (r *reading) take(m *imapclient.FetchMessageData, q *queue, limit int64) error {
	var a *arrival
	var uid imap.UID
	var size int64
	var received time.Time
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			size = item.Size
		case imapclient.FetchItemDataInternalDate:
			received = item.Time
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			if item.Literal.Size() > largeMail {
				if err := r.pass(entry{store: true}); err != nil {
					return err
				}
			}
			if a != nil { // the server sends a mail twice
				r.room.Release(a.held)
			}
			var err error
			if a, err = r.receive(item.Literal, size, limit); err != nil {
				return err
			}
		}
	}
	if a == nil {
		return nil
	}
	if !q.has(uid) {
		r.room.Release(a.held)
		return nil
	}
	a.uid, a.size, a.received = uid, size, received
	if !a.long {
		r.readers.Go(func() error {
			defer close(a.read)
			a.fault = r.guard("reading a mail", func() error { return r.readMail(a, nil) })
			return nil
		})
	}
	return r.pass(entry{mail: a, move: came(uid, q.came(uid))})
}
