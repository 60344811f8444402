package router

import (
	"context"
	"slices"
	"time"

	"ctihub/leads"
	"ctihub/leads/access"
)

// rightsLimit is how long the rights to an event may take to be read.
const rightsLimit = 2 * time.Second

// Rights is what the feed asks storage.
type Rights interface {
	// Shown returns the event as each of these users of its audience may see it,
	// by user. Those who see the same of it share one event.
	Shown(ctx context.Context, e leads.Event, users []string) (map[string]*leads.Event, error)
}

// pending is an event whose rights are to be read for some of its readers.
type pending struct {
	event leads.Event
	whole map[*reader]bool // who sees all of it is there because of an event before
}

// show gives an event to its readers; f.mu is held. Whoever sees all of it has
// it at once: supervisors, and whom the event itself makes a party to it, as a
// ringing telephone does. For the others storage is asked, one event after the
// other, and nobody waits for them. A reader's events keep their order.
func (f *Feed) show(e leads.Event) {
	var body *leads.EventBody
	later := map[*reader]bool{}
	for r := range f.readers {
		if !access.InAudience(e, r.viewer) {
			continue
		}
		whole := f.Rights == nil || r.viewer.Role.SeesAll()
		if !whole {
			if body == nil {
				b, _ := e.Body() // of one that cannot be read nobody is known to see all
				body = &b
			}
			whole = access.Whole(*body, r.viewer.UserID)
		}
		switch {
		case whole && r.waits == 0:
			f.give(r, &e)
		case r.waits >= feedBuffer:
			f.drop(r)
		default:
			r.waits++
			later[r] = whole
		}
	}
	if len(later) == 0 {
		return
	}
	f.waiting = append(f.waiting, pending{e, later})
	if !f.cutting {
		f.cutting = true
		go f.cut()
	}
}

// cut gives the events whose rights have to be read to those who wait for them,
// until there are none.
func (f *Feed) cut() {
	for {
		f.mu.Lock()
		if len(f.waiting) == 0 {
			f.waiting, f.cutting = nil, false
			f.mu.Unlock()
			return
		}
		p := f.waiting[0]
		f.waiting = f.waiting[1:]
		rights := f.Rights
		f.mu.Unlock()
		f.hand(p, rights)
	}
}

// hand reads who sees what of an event and gives it to its readers. Those whose
// rights cannot be read are cut: they come again, and read the event from the
// database.
func (f *Feed) hand(p pending, rights Rights) {
	var users []string
	for r, whole := range p.whole {
		if id := r.viewer.UserID; !whole && !slices.Contains(users, id) {
			users = append(users, id)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), rightsLimit)
	shown, err := rights.Shown(ctx, p.event, users)
	cancel()

	f.mu.Lock()
	defer f.mu.Unlock()
	for r, whole := range p.whole {
		r.waits--
		part := shown[r.viewer.UserID]
		if whole {
			part = &p.event
		}
		switch _, here := f.readers[r]; {
		case !here:
		case part != nil:
			f.give(r, part)
		case err != nil:
			f.drop(r)
		}
	}
}
