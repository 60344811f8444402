package app

import (
	"context"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/web"
)

// notifier links users with addresses outside of the workplace, and tells which of
// them an event is sent to. It is [connectors.Staff] of every source and sink.
type notifier struct{ hub *Hub }

// Link implements [connectors.Staff].
func (n notifier) Link(ctx context.Context, via, address, code string) (leads.User, error) {
	return n.hub.store.Link(ctx, via, address, code)
}

// Unlink implements [connectors.Staff].
func (n notifier) Unlink(ctx context.Context, via, address string) (leads.User, error) {
	return n.hub.store.Unlink(ctx, via, address)
}

// Linked implements [connectors.Staff].
func (n notifier) Linked(ctx context.Context, via, address string) (leads.User, error) {
	return n.hub.store.Linked(ctx, via, address)
}

// Take implements [connectors.Staff].
func (n notifier) Take(ctx context.Context, via, address, leadID string) (leads.Lead, error) {
	u, err := n.hub.store.Linked(ctx, via, address)
	if errors.Is(err, leads.ErrNotFound) {
		return leads.Lead{}, fmt.Errorf("%w: the address is nobody's", leads.ErrForbidden)
	}
	if err != nil {
		return leads.Lead{}, err
	}
	return n.hub.store.Take(ctx, u, leadID)
}

// Told implements [connectors.Staff]. What is over by now is told to nobody:
// an event may have waited for days.
func (n notifier) Told(ctx context.Context, via string, e leads.Event) ([]leads.Recipient, error) {
	links, err := n.hub.store.Links(ctx, via)
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
	var told []leads.Recipient
	for id, address := range links {
		u, err := n.hub.store.User(ctx, id)
		if err != nil {
			return nil, err
		}
		if !leads.Told(e, body, u) {
			continue
		}
		if err := n.sees(ctx, u, body); errors.Is(err, leads.ErrNotFound) {
			continue // the event's audience has changed since
		} else if err != nil {
			return nil, err
		}
		told = append(told, leads.Recipient{User: u, Address: address})
	}
	return told, nil
}

// sees returns leads.ErrNotFound if a user may not see the lead or the task of
// an event now.
func (n notifier) sees(ctx context.Context, u leads.User, b leads.EventBody) (err error) {
	v := leads.Viewer{UserID: u.ID, Role: u.Role}
	switch {
	case b.Lead != nil:
		_, err = n.hub.store.Lead(ctx, v, b.Lead.ID)
	case b.Task != nil:
		_, err = n.hub.store.Task(ctx, v, b.Task.ID)
	}
	return err
}

// refresh reads the event's record as it is now, and reports whether there is
// nothing to be done about it any more.
func (n notifier) refresh(ctx context.Context, b *leads.EventBody) (over bool, err error) {
	switch {
	case b.Lead != nil:
		lead, _, err := n.hub.store.Assignable(ctx, b.Lead.ID)
		if errors.Is(err, leads.ErrNotFound) {
			return true, nil
		}
		b.Lead = &lead
		return !lead.Status.Open(), err
	case b.Task != nil:
		task, err := n.hub.store.Task(ctx, leads.Viewer{Role: leads.RoleAdmin}, b.Task.ID)
		if errors.Is(err, leads.ErrNotFound) {
			return true, nil
		}
		b.Task = &task
		return task.State == leads.TaskDone, err
	}
	return false, nil
}

// linksOf returns the sinks with which users can link an address of their own.
func linksOf(sinks []configuredSink) (links []web.Link) {
	for _, s := range sinks {
		if s.sink.Links != nil {
			links = append(links, web.Link{Name: s.rule.Name, Kind: s.rule.Kind, Inviter: s.sink.Links})
		}
	}
	return links
}
