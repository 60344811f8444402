package main

import (
	"context"
	"errors"
	"fmt"

	"ctihub/leads"
	"ctihub/web"
)

// colleagues implements [connectors.Staff] for every source and sink.
type colleagues struct{ app *app }

// Link implements [connectors.Staff].
func (c colleagues) Link(ctx context.Context, via, address, code string) (leads.User, error) {
	return c.app.store.Link(ctx, via, address, code)
}

// Unlink implements [connectors.Staff].
func (c colleagues) Unlink(ctx context.Context, via, address string) (leads.User, error) {
	return c.app.store.Unlink(ctx, via, address)
}

// Linked implements [connectors.Staff].
func (c colleagues) Linked(ctx context.Context, via, address string) (leads.User, error) {
	return c.app.store.Linked(ctx, via, address)
}

// Take implements [connectors.Staff].
func (c colleagues) Take(ctx context.Context, via, address, leadID string) (leads.Lead, error) {
	u, err := c.app.store.Linked(ctx, via, address)
	if errors.Is(err, leads.ErrNotFound) {
		return leads.Lead{}, fmt.Errorf("%w: the address is nobody's", leads.ErrForbidden)
	}
	if err != nil {
		return leads.Lead{}, err
	}
	lead, events, err := c.app.store.Take(ctx, u, leadID)
	c.app.feed.Publish(events...)
	return lead, err
}

// Told implements [connectors.Staff]. What is over by now is told to nobody:
// an event may have waited for days.
func (c colleagues) Told(ctx context.Context, via string, e leads.Event) ([]leads.Recipient, error) {
	links, err := c.app.store.Links(ctx, via)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	body, err := e.Body()
	if err != nil {
		return nil, leads.Permanent(err)
	}
	if over, err := c.refresh(ctx, &body); over || err != nil {
		return nil, err
	}
	var told []leads.Recipient
	for id, address := range links {
		u, err := c.app.store.User(ctx, id)
		if err != nil {
			return nil, err
		}
		if !leads.Told(e, body, u) {
			continue
		}
		if err := c.sees(ctx, u, body); errors.Is(err, leads.ErrNotFound) {
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
func (c colleagues) sees(ctx context.Context, u leads.User, b leads.EventBody) (err error) {
	v := leads.Viewer{UserID: u.ID, Role: u.Role}
	switch {
	case b.Lead != nil:
		_, err = c.app.store.Lead(ctx, v, b.Lead.ID)
	case b.Task != nil:
		_, err = c.app.store.Task(ctx, v, b.Task.ID)
	}
	return err
}

// refresh reads the event's record as it is now, and reports whether there is
// nothing to be done about it any more.
func (c colleagues) refresh(ctx context.Context, b *leads.EventBody) (over bool, err error) {
	switch {
	case b.Lead != nil:
		lead, _, err := c.app.store.Assignable(ctx, b.Lead.ID)
		if errors.Is(err, leads.ErrNotFound) {
			return true, nil
		}
		b.Lead = &lead
		return !lead.Status.Open(), err
	case b.Task != nil:
		task, err := c.app.store.Task(ctx, leads.Viewer{Role: leads.RoleAdmin}, b.Task.ID)
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
