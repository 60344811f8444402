package storage

import (
	"context"
	"fmt"

	"ctihub/leads"
	"ctihub/storage/read"
)

// listOf makes a list of a page of rows; err is of reading them.
func listOf[R, T any](p read.Page[R], err error, what string, record func(R) T) (leads.List[T], error) {
	if err != nil {
		return leads.List[T]{}, fmt.Errorf("listing %s: %w", what, err)
	}
	return leads.List[T]{Items: mapRows(p.Rows, record), Next: p.Next}, nil
}

// redactList removes from a list the ids of other records that the viewer may not see.
func redactList[T redactable[T]](ctx context.Context, s *Store, v leads.Viewer, list leads.List[T], err error) (leads.List[T], error) {
	if err != nil || v.Role.SeesAll() {
		return list, err
	}
	refs := referenceSet{}
	for _, r := range list.Items {
		r.Redact(refs)
	}
	ids := map[recordKind][]string{}
	for r := range refs {
		ids[r.kind] = append(ids[r.kind], r.id)
	}
	seen, err := s.lists.Visible(ctx, v, read.References{
		Contacts: ids[contactRecord], Leads: ids[leadRecord], Calls: ids[callRecord], Tasks: ids[taskRecord],
	})
	for i, r := range list.Items {
		list.Items[i] = r.Redact(&visibility{sees: func(r record) bool { return seen[r.id] }})
	}
	return list, err
}

// Leads lists the leads that the viewer may see, newest first unless the page has an order.
func (s *Store) Leads(ctx context.Context, v leads.Viewer, f leads.LeadFilter, p leads.Page) (leads.List[leads.Lead], error) {
	page, err := s.lists.Leads(ctx, v, f, p)
	list, err := listOf(page, err, "leads", leadOf)
	if err == nil {
		err = s.addNextTasks(ctx, list.Items)
	}
	return redactList(ctx, s, v, list, err)
}

// Contacts lists the contacts that the viewer may see, newest first unless the page has an order.
func (s *Store) Contacts(ctx context.Context, v leads.Viewer, f leads.ContactFilter, p leads.Page) (leads.List[leads.Contact], error) {
	page, err := s.lists.Contacts(ctx, v, f, p)
	return listOf(page, err, "contacts", contactOf)
}

// Interactions lists the interactions that the viewer may see, newest first.
func (s *Store) Interactions(ctx context.Context, v leads.Viewer, f leads.InteractionFilter, p leads.Page) (leads.List[leads.Interaction], error) {
	page, err := s.lists.Interactions(ctx, v, f, p)
	list, err := listOf(page, err, "interactions", interactionOf)
	if err == nil {
		err = addFacts(ctx, s.batch, list.Items)
	}
	return redactList(ctx, s, v, list, err)
}

// Files lists the files of a contact that the viewer may see, newest first. A page has the files
// of so many messages.
func (s *Store) Files(ctx context.Context, v leads.Viewer, contactID string, p leads.Page) (list leads.List[leads.ContactFile], err error) {
	if _, err := s.Contact(ctx, v, contactID); err != nil {
		return list, err
	}
	page, err := s.lists.WithFiles(ctx, contactID, p)
	messages, err := listOf(page, err, "files", interactionOf)
	for _, i := range messages.Items {
		for _, a := range i.Attachments {
			list.Items = append(list.Items, leads.ContactFile{Attachment: a, InteractionID: i.ID, Channel: i.Channel, Direction: i.Direction, At: i.At})
		}
	}
	list.Next = messages.Next
	return list, err
}

// Calls lists the calls that the viewer may see, newest first unless the page has an order.
func (s *Store) Calls(ctx context.Context, v leads.Viewer, f leads.CallFilter, p leads.Page) (leads.List[leads.CallRecord], error) {
	page, err := s.lists.Calls(ctx, v, f, p)
	list, err := listOf(page, err, "calls", callOf)
	if err == nil {
		err = s.addCallbacks(ctx, list.Items)
	}
	return redactList(ctx, s, v, list, err)
}

// Tasks lists the tasks that the viewer may see: open ones by their due time,
// the longest overdue first, done ones by when they were done, newest first, unless the page
// has an order.
func (s *Store) Tasks(ctx context.Context, v leads.Viewer, f leads.TaskFilter, p leads.Page) (leads.List[leads.Task], error) {
	page, err := s.lists.Tasks(ctx, v, f, p)
	list, err := listOf(page, err, "tasks", taskOf)
	return redactList(ctx, s, v, list, err)
}

// Deliveries lists deliveries, newest event first.
func (s *Store) Deliveries(ctx context.Context, f leads.DeliveryFilter, p leads.Page) (leads.List[leads.Delivery], error) {
	page, err := s.lists.Deliveries(ctx, f, p)
	return listOf(page, err, "deliveries", deliveryOf)
}

// Quarantine lists quarantined touches, newest first, without Raw and Touch. An empty
// state or source does not restrict.
func (s *Store) Quarantine(ctx context.Context, f leads.QuarantineFilter, p leads.Page) (leads.List[leads.QuarantinedTouch], error) {
	page, err := s.lists.Quarantine(ctx, f, p)
	return listOf(page, err, "the quarantine", quarantinedOf)
}

// Users lists colleagues by name.
func (s *Store) Users(ctx context.Context, p leads.Page) (leads.List[leads.User], error) {
	page, err := s.lists.Users(ctx, p)
	return listOf(page, err, "users", userOf)
}

// Choices returns the values that filters of lists offer to the viewer.
func (s *Store) Choices(ctx context.Context, v leads.Viewer) (leads.Choices, error) {
	c, err := s.lists.Choices(ctx, v)
	if err != nil {
		err = fmt.Errorf("reading the choices of filters: %w", err)
	}
	return c, err
}
