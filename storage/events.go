package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// record queues one event and the rows for the sinks that want it. It is published after the
// commit. Empty and repeated ids of the audience are left out.
func (tx *Tx) record(_ context.Context, body leads.EventBody, audience ...string) error {
	e, row, subject, err := newEvent(tx.s.now(), body, audience)
	if err != nil {
		return err
	}
	tx.events = append(tx.events, e)
	tables.events.Insert(tx, row)
	queueDeliveries(tx, e, subject)
	return nil
}

// newEvent makes an event, its row and its subject for sinks.
func newEvent(at time.Time, body leads.EventBody, audience []string) (e leads.Event, row db.Event, subject string, err error) {
	body.ID, body.At = newID(), at
	data, err := json.Marshal(body)
	if err != nil {
		return e, row, "", fmt.Errorf("event %s: %w", body.Type, err)
	}
	slices.Sort(audience)
	audience = slices.DeleteFunc(slices.Compact(audience), func(id string) bool { return id == "" })
	e = leads.Event{ID: body.ID, Type: body.Type, At: body.At, Audience: audience, Data: data}
	switch {
	case body.Lead != nil:
		e.LeadID = body.Lead.ID
	case body.Call != nil:
		e.LeadID = body.Call.LeadID
	case body.Task != nil:
		e.LeadID = body.Task.LeadID
	case body.Reply != nil:
		e.LeadID = body.Reply.LeadID
	}
	row = db.Event{
		ID: e.ID, Type: string(e.Type), At: micros(e.At), LeadID: e.LeadID,
		Audience: " " + strings.Join(audience, " ") + " ", Data: string(data),
	}
	return e, row, subjectOf(e.LeadID, body), nil
}

// publish sends the events of a transaction to the live feed, in the order of Seq. No other
// code of the hub publishes events.
func (s *Store) publish(events []leads.Event) {
	if len(events) == 0 {
		return
	}
	slices.SortFunc(events, func(a, b leads.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	s.sawSeq(events[len(events)-1].Seq)
	if s.published == nil {
		return
	}
	s.published(events...)
}

// Events returns at most limit events after seq, oldest first, for every audience. With
// several writers an event may appear later than its successors.
func (s *Store) Events(ctx context.Context, after int64, limit int) ([]leads.Event, error) {
	rows, err := s.read.EventsAfter(ctx, db.EventsAfterParams{After: after, Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	if len(rows) > 0 {
		s.sawSeq(rows[len(rows)-1].Seq)
	}
	return mapRows(rows, eventOf), nil
}

// sawSeq notes that an event with this number exists: later ones have greater numbers.
func (s *Store) sawSeq(seq int64) {
	for last := s.lastSeq.Load(); seq > last && !s.lastSeq.CompareAndSwap(last, seq); last = s.lastSeq.Load() {
	}
}

// LastEvent returns the greatest seq, 0 for none.
func (s *Store) LastEvent(ctx context.Context) (int64, error) {
	last, err := s.read.LastEvent(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading the newest event: %w", err)
	}
	return last, nil
}

// EventsAfter returns at most limit events after seq that the viewer may see now and could
// see when they were written, oldest first, and the seq to continue from: the newest, or
// that of the last event read. Seq -1 asks for no events and returns the newest seq.
func (s *Store) EventsAfter(ctx context.Context, v leads.Viewer, seq int64, limit int) (events []leads.Event, last int64, err error) {
	last, err = s.LastEvent(ctx) // first: later events are for the next call
	if err != nil || seq < 0 || limit <= 0 {
		return nil, last, err
	}
	var rows []db.Event
	if v.Role.SeesAll() {
		rows, err = s.read.EventsAfter(ctx, db.EventsAfterParams{After: seq, Most: int32(limit)})
	} else if v.UserID != "" {
		rows, err = s.read.EventsAfterFor(ctx, db.EventsAfterForParams{After: seq, Audience: "% " + read.Literal(v.UserID) + " %", Most: int32(limit)})
	}
	if err != nil {
		return nil, 0, fmt.Errorf("reading events: %w", err)
	}
	events = mapRows(rows, eventOf)
	if n := len(events); n > 0 && (n == limit || events[n-1].Seq > last) {
		last = events[n-1].Seq
	}
	if !v.Role.SeesAll() {
		events, err = s.visibleEvents(ctx, v, events)
	}
	return events, max(last, seq), err
}
