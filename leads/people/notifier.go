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
	// Link links an address to the user who was shown the code; Unlink ends that and
	// returns the user; Linked returns the user, if they may sign in.
	// leads.ErrNotFound: there is no such code or address.
	Link(ctx context.Context, via, address, code string) (leads.User, error)
	Unlink(ctx context.Context, via, address string) (leads.User, error)
	Linked(ctx context.Context, via, address string) (leads.User, error)
	// Links returns the addresses of a channel, by the ids of their users.
	Links(ctx context.Context, via string) (map[string]string, error)
	User(ctx context.Context, id string) (leads.User, error)
	Lead(ctx context.Context, v leads.Viewer, id string) (leads.Lead, error)
	Task(ctx context.Context, v leads.Viewer, id string) (leads.Task, error)
	// Assignable returns a lead without a check of rights.
	Assignable(ctx context.Context, leadID string) (lead leads.Lead, ownerID string, err error)
}

// Notifier links users to messenger addresses, carries out their commands from there,
// and selects the recipients of an event. via names the channel and the hub's own
// account in it.
type Notifier struct {
	Store NoticeStore
	// TakeLead gives an unassigned lead to a user (pipeline.Service.Take).
	TakeLead func(ctx context.Context, u leads.User, leadID string) (leads.Lead, error)
}

// Link links an address to the user to whom a code was shown, and uses the code up.
// leads.ErrNotFound: it is unknown, used or too old.
func (n *Notifier) Link(ctx context.Context, via, address, code string) (leads.User, error) {
	return n.Store.Link(ctx, via, address, code)
}

// Unlink ends the link of an address and returns its user.
func (n *Notifier) Unlink(ctx context.Context, via, address string) (leads.User, error) {
	return n.Store.Unlink(ctx, via, address)
}

// Linked returns the user of an address; leads.ErrNotFound: none, or a disabled one.
func (n *Notifier) Linked(ctx context.Context, via, address string) (leads.User, error) {
	return n.Store.Linked(ctx, via, address)
}

// Take gives an unassigned lead to the user of an address, with the user's present
// rights; leads.ErrForbidden: the address is not linked.
func (n *Notifier) Take(ctx context.Context, via, address, leadID string) (leads.Lead, error) {
	u, err := n.Store.Linked(ctx, via, address)
	if errors.Is(err, leads.ErrNotFound) {
		return leads.Lead{}, fmt.Errorf("%w: the address is not linked to a user", leads.ErrForbidden)
	}
	if err != nil {
		return leads.Lead{}, err
	}
	u.Way = leads.WayBot
	return n.TakeLead(ctx, u, leadID)
}

// Recipients returns the users to whom an event is sent in a channel, by their present
// rights. An event may have waited for days: none are returned if its lead is closed or
// its task done.
func (n *Notifier) Recipients(ctx context.Context, via string, e leads.Event) ([]leads.Recipient, error) {
	links, err := n.Store.Links(ctx, via)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	body, err := e.Body()
	if err != nil {
		return nil, leads.Permanent(err)
	}
	if closed, err := n.reload(ctx, &body); closed || err != nil {
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
		if err := n.checkVisible(ctx, u, body); errors.Is(err, leads.ErrNotFound) {
			continue // the event's audience has changed since
		} else if err != nil {
			return nil, err
		}
		recipients = append(recipients, leads.Recipient{User: u, Address: address})
	}
	return recipients, nil
}

// checkVisible returns leads.ErrNotFound if a user may not see the event's lead or task
// now.
func (n *Notifier) checkVisible(ctx context.Context, u leads.User, b leads.EventBody) (err error) {
	v := u.Viewer()
	switch {
	case b.Lead != nil:
		_, err = n.Store.Lead(ctx, v, b.Lead.ID)
	case b.Task != nil:
		_, err = n.Store.Task(ctx, v, b.Task.ID)
	}
	return err
}

// reload reads the event's lead or task again, and reports whether it is closed, done
// or gone.
func (n *Notifier) reload(ctx context.Context, b *leads.EventBody) (closed bool, err error) {
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

// Concerns reports whether an event is sent to a user outside of the workplace:
//
//   - a new lead to its manager; one without a manager to those who could take it;
//   - a call-back, or a task that another user planned, to its owner; one without an owner to
//     everyone who sees it;
//   - a reminder to the owner of its task, likewise;
//   - a late task to its owner and to supervisors;
//   - a missed call without a number to those who see it.
//
// Only users who may see the record get it. It is pure. A new lead is sent with the
// event of the router that follows a moment later: lead.assigned, or lead.updated with
// the reason why it has no manager.
func Concerns(e leads.Event, b leads.EventBody, u leads.User) bool {
	if u.Disabled || !access.InAudience(e, u.Viewer()) {
		return false
	}
	switch e.Type {
	case leads.EventLeadAssigned, leads.EventLeadCreated:
		return b.Lead != nil && b.Lead.ManagerID == u.ID && b.Lead.Reason != leads.ReasonByHand+":"+u.Name // the user took it
	case leads.EventLeadUpdated:
		return b.Lead != nil && b.Lead.Waits() && u.TakesLeads()
	case leads.EventTaskCreated:
		return b.Task != nil && isResponsible(*b.Task, u) && (b.Task.CreatedBy == nil || b.Task.CreatedBy.ID != u.ID)
	case leads.EventTaskReminded:
		return b.Task != nil && isResponsible(*b.Task, u)
	case leads.EventTaskEscalated:
		return b.Task != nil && (isResponsible(*b.Task, u) || u.Role.SeesAll())
	case leads.EventCallEnded:
		return b.Call != nil && b.Call.NotAnswered() && len(b.Call.From) == 0 && u.TakesLeads()
	case leads.EventDigest:
		return slices.Contains(e.Audience, u.ID)
	}
	return false
}

// isResponsible reports whether a user has to do a task.
func isResponsible(t leads.Task, u leads.User) bool {
	if t.Owner == nil {
		return u.TakesLeads()
	}
	return t.Owner.ID == u.ID
}
