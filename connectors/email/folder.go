package email

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// folder follows one folder of one inbox.
type folder struct {
	*connector
	inbox  *inbox
	name   string
	sent   bool // a folder of sent mail
	cursor *cursorStore
	health *health
	log    *slog.Logger

	stuck        stuckMail
	retryRefused time.Time // when refused mails are asked for again
}

// path names the folder in the cursor and in reports.
func (f *folder) path() string { return f.inbox.Name + "/" + f.name }

// run follows the folder until ctx ends, and reconnects after failures. Each folder
// has its own back-off, so that one that cannot be read does not stop the others.
func (f *folder) run(ctx context.Context) {
	wait := f.times.first
	for ctx.Err() == nil {
		began := time.Now()
		err := f.followOnce(ctx)
		if ctx.Err() != nil {
			return
		}
		err = inWords(&f.inbox.server, err)
		f.log.Warn("folder out of reach", "error", err)
		f.health.set(f.path(), err)
		if time.Since(began) > f.times.patience {
			wait = f.times.first
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait/2 + rand.N(wait/2)):
		}
		wait = min(2*wait, f.times.longest)
	}
}

// followOnce is follow, with a panic as an error.
func (f *folder) followOnce(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			f.log.Error("reading a folder panicked", "stack", string(debug.Stack()))
			err = fmt.Errorf("a fault of the hub, see its log (panic with a value of type %T)", v)
		}
	}()
	return f.follow(ctx)
}

// follow connects, reads what is new and waits for more, until something
// breaks or ctx ends.
func (f *folder) follow(ctx context.Context) error {
	token, err := f.token(ctx, &f.inbox.server)
	if err != nil {
		return err
	}
	l, err := dial(ctx, *f.inbox, token, f.times.patience)
	if err != nil {
		if t := f.tokens[&f.inbox.server]; t != nil && errors.As(err, new(loginError)) {
			t.forget()
		}
		return err
	}
	defer l.close()
	defer context.AfterFunc(ctx, l.conn.cut)()
	for {
		select {
		case <-l.changed: // the folder is searched now
		default:
		}
		p, next, err := f.examine(l)
		if err != nil {
			return err
		}
		if p != nil { // the folder is new, or numbered anew
			if err := f.cursor.put(ctx, f.path(), *p); err != nil {
				return err
			}
		}
		if err := f.catchUp(ctx, l, next); err != nil {
			return err
		}
		if f.wantsCopies() {
			if err := f.appendCopies(l); err != nil {
				return err
			}
		}
		f.health.set(f.path(), f.refusedError())
		if err := f.wait(ctx, l); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// examine opens the folder for reading. It returns the next UID, 0 if the
// server does not tell, and the position to begin with if the stored one does
// not fit.
func (f *folder) examine(l *link) (*position, imap.UID, error) {
	var data *imap.SelectData
	err := l.do(func() (err error) {
		data, err = l.Select(f.name, &imap.SelectOptions{ReadOnly: true}).Wait()
		return err
	})
	var refused *imap.Error
	if errors.As(err, &refused) {
		return nil, 0, noFolder(f.name, f.folders(l), err)
	}
	if err != nil {
		return nil, 0, err
	}
	p := f.cursor.position(f.path())
	if !p.renumbered(data.UIDValidity, data.UIDNext) {
		return nil, data.UIDNext, nil
	}
	if p.Validity == 0 {
		p.Since = f.env.Now().Add(-f.set.Since).Unix()
	} else {
		f.log.Info("the server numbers the folder's mails anew; they are read again and known by their keys", "uidvalidity", data.UIDValidity)
	}
	before := data.UIDNext
	if before == 0 { // everything that is there
		uids, err := f.search(l, &imap.SearchCriteria{})
		if err != nil {
			return nil, 0, err
		}
		before = slices.Max(append(uids, 0)) + 1
	}
	p = p.begin(data.UIDValidity, before)
	return &p, data.UIDNext, nil
}

// folders lists the folders of the inbox.
func (f *folder) folders(l *link) []string {
	var names []string
	_ = l.do(func() error {
		all, err := l.List("", "*", nil).Collect()
		for _, d := range all {
			if !slices.Contains(d.Attrs, imap.MailboxAttrNoSelect) {
				names = append(names, d.Mailbox)
			}
		}
		return err
	})
	return names
}

func (f *folder) search(l *link, criteria *imap.SearchCriteria) ([]imap.UID, error) {
	var o *imap.SearchOptions
	if l.caps.Has(imap.CapESearch) || l.caps.Has(imap.CapIMAP4rev2) {
		o = &imap.SearchOptions{ReturnAll: true} // as ranges, not one by one
	}
	var uids []imap.UID
	err := l.do(func() error {
		data, err := l.UIDSearch(criteria, o).Wait()
		if err == nil {
			uids = data.AllUIDs()
		}
		return err
	})
	return uids, err
}

// unread returns the UIDs that were not read yet, in order. Mails that arrived
// before position.Since are skipped; SINCE has the server's days, hence two days
// more.
func (f *folder) unread(l *link, p position, next imap.UID) ([]imap.UID, error) {
	var all []imap.UID
	if p.UID < p.Before {
		old := &imap.SearchCriteria{
			UID:   []imap.UIDSet{{{Start: p.UID + 1, Stop: p.Before}}},
			Since: time.Unix(p.Since, 0).Add(-48 * time.Hour),
		}
		uids, err := f.search(l, old)
		if err != nil {
			return nil, err
		}
		all = append(all, uids...)
	}
	from := max(p.UID, p.Before) + 1
	if next == 0 || next > from {
		uids, err := f.search(l, &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: from, Stop: 0}}}})
		if err != nil {
			return nil, err
		}
		for _, u := range uids {
			if u >= from { // "n:*" has the last mail, whatever n is
				all = append(all, u)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// refusedError returns an error if the server refuses mails of the folder.
func (f *folder) refusedError() error {
	if n := len(f.cursor.position(f.path()).Refused); n > 0 {
		return fmt.Errorf("the server does not hand out %d mails of this folder, so they are missing here; they are asked for again every few minutes. Can a mail program open them, and does the server's log tell why not?", n)
	}
	return nil
}

// wait returns when there may be something new.
func (f *folder) wait(ctx context.Context, l *link) error {
	if !l.caps.Has(imap.CapIdle) && !l.caps.Has(imap.CapIMAP4rev2) {
		return f.pause(ctx, l, f.set.Poll)
	}
	var idle *imapclient.IdleCommand
	err := l.do(func() (err error) {
		idle, err = l.Idle()
		return err
	})
	if err != nil {
		return err
	}
	pausing := f.pause(ctx, l, f.times.idle)
	err = l.do(func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
	return errors.Join(pausing, err)
}

// pause returns after a time, or when the folder changes or an answer awaits its copy.
func (f *folder) pause(ctx context.Context, l *link, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	var copied <-chan struct{}
	if f.wantsCopies() {
		copied = f.copyKick
	}
	select {
	case <-l.changed:
	case <-copied:
	case <-timer.C:
	case <-ctx.Done():
	case <-l.Closed():
		return l.conn.explain(errors.New("the server ended the connection"))
	}
	return nil
}
