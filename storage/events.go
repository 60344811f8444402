package storage

import (
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

// outbox gathers the events that a transaction writes.
type outbox struct {
	q      *db.Queries // writes at once
	to     *db.Queries // if set instead: with others, who fill in Seq
	sinks  []leads.SinkRule
	now    func() time.Time
	events []leads.Event

	subjects []string // of the events, for sinks
}

// outbox returns one that writes at once.
func (s *Store) outbox(q *db.Queries) outbox { return outbox{q: q, sinks: s.sinks, now: s.now} }

// write writes one event; id and time are filled in. Empty and repeated ids of
// the audience are left out.
func (o *outbox) write(ctx context.Context, body leads.EventBody, audience ...string) error {
	body.ID, body.At = newID(), o.now()
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("event %s: %w", body.Type, err)
	}
	slices.Sort(audience)
	audience = slices.DeleteFunc(slices.Compact(audience), func(id string) bool { return id == "" })
	e := leads.Event{ID: body.ID, Type: body.Type, At: body.At, Audience: audience, Data: data}
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
	row := db.InsertEventParams{
		ID: e.ID, Type: string(e.Type), At: micros(e.At), LeadID: e.LeadID,
		Audience: " " + strings.Join(audience, " ") + " ", Data: string(data),
	}
	if o.to != nil {
		err = o.to.AddEvent(ctx, db.AddEventParams(row))
	} else {
		e.Seq, err = o.q.InsertEvent(ctx, row)
	}
	if err != nil {
		return err
	}
	o.events = append(o.events, e)
	subject := subjectOf(e.LeadID, body)
	if o.to != nil {
		o.subjects = append(o.subjects, subject)
		return nil // number does it, when the event has its number
	}
	return addressTo(ctx, o.q, o.sinks, e, subject)
}

// number fills in the numbers that the events got, and addresses them to the
// sinks.
func (o *outbox) number(ctx context.Context, seqs map[string]int64) error {
	for i := range o.events {
		o.events[i].Seq = seqs[o.events[i].ID]
		if err := addressTo(ctx, o.to, o.sinks, o.events[i], o.subjects[i]); err != nil {
			return err
		}
	}
	return nil
}

// Events returns at most limit events after seq, oldest first, whoever may see
// them. With several writers an event may appear later than its successors.
func (s *Store) Events(ctx context.Context, after int64, limit int) ([]leads.Event, error) {
	rows, err := s.read.EventsAfter(ctx, db.EventsAfterParams{After: after, Most: int32(limit)})
	if err != nil {
		return nil, fmt.Errorf("reading events: %w", err)
	}
	return all(rows, eventOf), nil
}

// LastEvent returns the greatest seq, 0 for none.
func (s *Store) LastEvent(ctx context.Context) (int64, error) {
	last, err := s.read.LastEvent(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading the newest event: %w", err)
	}
	return last, nil
}

// EventsAfter returns at most limit events after seq that the viewer may see
// and might see when they were written, oldest first, and the seq to go on
// from: the newest, or that of the last event that was looked at. Seq -1 asks
// for none and returns the newest seq.
func (s *Store) EventsAfter(ctx context.Context, v leads.Viewer, seq int64, limit int) (events []leads.Event, last int64, err error) {
	last, err = s.LastEvent(ctx) // first: what is written from here on is the next call's
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
	events = all(rows, eventOf)
	if n := len(events); n > 0 && (n == limit || events[n-1].Seq > last) {
		last = events[n-1].Seq
	}
	if !v.Role.SeesAll() {
		events, err = s.asToday(ctx, v, events)
	}
	return events, max(last, seq), err
}
