package people

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ctihub/leads"
	"ctihub/leads/access"
)

// NoticeStore is what [Notifier] needs from storage. Each read for a viewer
// returns only what they may see; another record is leads.ErrNotFound.
type NoticeStore interface {
	// Link gives an address to the user whose code it is; Unlink ends that and
	// returns whose it was; Linked returns whose it is, who may sign in.
	// leads.ErrNotFound: there is no such code or address.
	Link(ctx context.Context, via, address, code string) (leads.User, error)
	Unlink(ctx context.Context, via, address string) (leads.User, error)
	Linked(ctx context.Context, via, address string) (leads.User, error)
	// Links returns the addresses of a channel, by the ids of their users.
	Links(ctx context.Context, via string) (map[string]string, error)
	User(ctx context.Context, id string) (leads.User, error)
	Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	Task(ctx context.Context, v leads.Viewer, id string) (leads.Task, error)
	// Assignable returns a lead, whoever may see it.
	Assignable(ctx context.Context, leadID string) (lead leads.Lead, ownerID string, err error)
}

// Notifier links users with addresses outside of the workplace, hears from them
// there, and tells to whom of them an event is sent. Via names the channel and
// our own side of it.
type Notifier struct {
	Store NoticeStore
	// TakeLead gives a lead that nobody has to a user (pipeline.Service.Take).
	TakeLead func(ctx context.Context, u leads.User, leadID string) (leads.Lead, error)
}

// Link gives an address to the user to whom a code was shown, and uses the code
// up. leads.ErrNotFound: it is unknown, used or too old.
func (n *Notifier) Link(ctx context.Context, via, address, code string) (leads.User, error) {
	return n.Store.Link(ctx, via, address, code)
}

// Unlink ends the link of an address and returns whose it was.
func (n *Notifier) Unlink(ctx context.Context, via, address string) (leads.User, error) {
	return n.Store.Unlink(ctx, via, address)
}

// Linked returns whose an address is; leads.ErrNotFound: nobody's who may sign in.
func (n *Notifier) Linked(ctx context.Context, via, address string) (leads.User, error) {
	return n.Store.Linked(ctx, via, address)
}

// Take gives a lead that nobody has to the user behind an address, with the
// user's present rights; leads.ErrForbidden: nobody's address.
func (n *Notifier) Take(ctx context.Context, via, address, leadID string) (leads.Lead, error) {
	u, err := n.Store.Linked(ctx, via, address)
	if errors.Is(err, leads.ErrNotFound) {
		return leads.Lead{}, fmt.Errorf("%w: the address is nobody's", leads.ErrForbidden)
	}
	if err != nil {
		return leads.Lead{}, err
	}
	return n.TakeLead(ctx, u, leadID)
}

// Recipients returns to whom an event is sent in a channel, by their rights of
// now. What is over by now is sent to nobody: an event may have waited for days.
func (n *Notifier) Recipients(ctx context.Context, via string, e leads.Event) ([]leads.Recipient, error) {
	links, err := n.Store.Links(ctx, via)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	body, err := e.Body()
	if err != nil {
		return nil, leads.Permanent(err)
	}
	if over, err := n.refresh(ctx, &body); over || err != nil {
		return nil, err
	}
	var recipients []leads.Recipient
	for id, address := range links {
		u, err := n.Store.User(ctx, id)
		if err != nil {
			return nil, err
		}
		if !Concerns(e, body, u) {
			continue
		}
		if err := n.sees(ctx, u, body); errors.Is(err, leads.ErrNotFound) {
			continue // the event's audience has changed since
		} else if err != nil {
			return nil, err
		}
		recipients = append(recipients, leads.Recipient{User: u, Address: address})
	}
	return recipients, nil
}

// sees returns leads.ErrNotFound if a user may not see the lead or the task of
// an event now.
func (n *Notifier) sees(ctx context.Context, u leads.User, b leads.EventBody) (err error) {
	v := leads.Viewer{UserID: u.ID, Role: u.Role}
	switch {
	case b.Lead != nil:
		_, err = n.Store.Lead(ctx, v, b.Lead.ID)
	case b.Task != nil:
		_, err = n.Store.Task(ctx, v, b.Task.ID)
	}
	return err
}

// refresh reads the event's record as it is now, and reports whether there is
// nothing to be done about it any more.
func (n *Notifier) refresh(ctx context.Context, b *leads.EventBody) (over bool, err error) {
	switch {
	case b.Lead != nil:
		lead, _, err := n.Store.Assignable(ctx, b.Lead.ID)
		if errors.Is(err, leads.ErrNotFound) {
			return true, nil
		}
		b.Lead = &lead
		return !lead.Status.Open(), err
	case b.Task != nil:
		task, err := n.Store.Task(ctx, leads.Viewer{Role: leads.RoleAdmin}, b.Task.ID)
		if errors.Is(err, leads.ErrNotFound) {
			return true, nil
		}
		b.Task = &task
		return task.State == leads.TaskDone, err
	}
	return false, nil
}

// Concerns reports whether a user is sent an event outside of the workplace: a
// manager a new lead of theirs, those who could take it one that nobody was found
// for, whoever owes a call back (everybody who sees it, while nobody does) that,
// supervisors a late one, and those who see it a missed call that cannot be called
// back. Nobody is sent what they may not see. It is pure.
//
// A lead that was only just created is told by what the router makes of it, a
// moment later: lead.assigned, or lead.updated with the reason why nobody has it.
func Concerns(e leads.Event, b leads.EventBody, u leads.User) bool {
	if u.Disabled || !access.InAudience(e, leads.Viewer{UserID: u.ID, Role: u.Role}) {
		return false
	}
	switch e.Type {
	case leads.EventLeadAssigned:
		return b.Lead != nil && b.Lead.ManagerID == u.ID && b.Lead.Reason != leads.ReasonByHand+":"+u.Name // who took it knows
	case leads.EventLeadUpdated:
		return b.Lead != nil && b.Lead.Waits() && u.TakesLeads()
	case leads.EventTaskCreated:
		return b.Task != nil && owes(*b.Task, u)
	case leads.EventTaskEscalated:
		return b.Task != nil && (owes(*b.Task, u) || u.Role.SeesAll())
	case leads.EventCallEnded:
		return b.Call != nil && b.Call.NotAnswered() && len(b.Call.From) == 0 && u.TakesLeads()
	case leads.EventDigest:
		return slices.Contains(e.Audience, u.ID)
	}
	return false
}

// owes reports whether a task is a user's to do.
func owes(t leads.Task, u leads.User) bool {
	if t.Owner == nil {
		return u.TakesLeads()
	}
	return t.Owner.ID == u.ID
}
