package router

import (
	"context"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// rightsLimit bounds the reading of the rights to an event.
const rightsLimit = 2 * time.Second

// Rights is what the feed needs from storage.
type Rights interface {
	// RedactEvent returns the event as each of these users of its audience may see it, by
	// user id. Users who see the same share one event.
	RedactEvent(ctx context.Context, e leads.Event, users []string) (map[string]*leads.Event, error)
}

// pending is an event whose rights are to be read for some of its readers.
type pending struct {
	event   leads.Event
	seesAll map[*reader]bool // true: the reader sees all of it, and waits only to keep the order
}

// distribute sends an event to its readers; f.mu is held. Readers who see all of it get
// it at once: supervisors, and users of a ringing telephone or of the lead. For the others
// sendAllPending asks storage, one event after the other. A reader's events keep their
// order.
func (f *Feed) distribute(e leads.Event) {
	var body *leads.EventBody
	later := map[*reader]bool{}
	for r := range f.readers {
		if !access.InAudience(e, r.viewer) {
			continue
		}
		whole := f.Rights == nil || r.viewer.Role.SeesAll()
		if !whole {
			if body == nil {
				b, _ := e.Body() // of an unreadable event the empty body shows no rights
				body = &b
			}
			whole = access.Whole(*body, r.viewer.UserID)
		}
		switch {
		case whole && r.queued == 0:
			f.sendTo(r, &e)
		case r.queued >= feedBuffer:
			f.drop(r)
		default:
			r.queued++
			later[r] = whole
		}
	}
	if len(later) == 0 {
		return
	}
	f.waiting = append(f.waiting, pending{e, later})
	if !f.sending {
		f.sending = true
		go f.sendAllPending()
	}
}

// sendAllPending sends the pending events to their readers, until there are none.
func (f *Feed) sendAllPending() {
	for {
		f.mu.Lock()
		if len(f.waiting) == 0 {
			f.waiting, f.sending = nil, false
			f.mu.Unlock()
			return
		}
		p := f.waiting[0]
		f.waiting = f.waiting[1:]
		rights := f.Rights
		f.mu.Unlock()
		f.sendPending(p, rights)
	}
}

// sendPending reads the rights to an event and sends it to its readers. Readers whose rights
// cannot be read are closed: they reconnect, and read the event from the database.
func (f *Feed) sendPending(p pending, rights Rights) {
	var users []string
	for r, whole := range p.seesAll {
		if id := r.viewer.UserID; !whole && !slices.Contains(users, id) {
			users = append(users, id)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), rightsLimit)
	shown, err := rights.RedactEvent(ctx, p.event, users)
	cancel()

	f.mu.Lock()
	defer f.mu.Unlock()
	for r, whole := range p.seesAll {
		r.queued--
		part := shown[r.viewer.UserID]
		if whole {
			part = &p.event
		}
		switch _, here := f.readers[r]; {
		case !here:
		case part != nil:
			f.sendTo(r, part)
		case err != nil:
			f.drop(r)
		}
	}
}
