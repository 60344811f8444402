package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ctihub/leads"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

const (
	dueBatch   = 50              // due deliveries read with one statement
	putOffTime = 5 * time.Second // least time before a delivery that waits for an older one is read again
	dayBack    = 24 * time.Hour  // age up to which deliveries count as recent
)

// queueDeliveries queues a row for each sink that wants the event, behind the event's own row.
func queueDeliveries(tx *Tx, e leads.Event, subject string) {
	for _, sink := range tx.s.sinks {
		if sink.Wants(e) {
			deliverEvent.Queue(tx, newDelivery{ID: newID(), Sink: sink.Name, EventID: e.ID, After: tx.s.lastSeq.Load(), Subject: subject, At: micros(e.At)})
		}
	}
}

// deliverEvent finds the number of an event that was written just now among those after a
// number that was given before.
var deliverEvent = batch.NewUpdate[newDelivery]("queuing deliveries", batch.EachOne, `
INSERT INTO deliveries (id, sink, event_seq, subject, state, attempts, next_at, owner, claimed_until, attempted, done, error, at)
SELECT v.id, v.sink, e.seq, v.subject, 'waiting', 0, 0, '', 0, 0, 0, '', v.at
FROM v CROSS JOIN events e WHERE e.seq > v.after AND e.id = v.event_id`, "id", "sink", "event_id", "after", "subject", "at")

type newDelivery struct {
	ID, Sink, EventID string
	After             int64
	Subject           string
	At                int64
}

// subjectOf returns the id within which a sink gets events in order.
func subjectOf(leadID string, body leads.EventBody) string {
	switch {
	case leadID != "":
		return leadID
	case body.Call != nil:
		return body.Call.ID
	case body.Contact != nil:
		return body.Contact.ID
	case body.Interaction != nil:
		return body.Interaction.ID
	case body.User != nil:
		return body.User.ID
	case body.Task != nil:
		return body.Task.ContactID
	case body.Company != nil:
		return body.Company.ID
	case body.Dial != nil:
		return body.Dial.ID
	}
	return body.ID
}

// clock returns the database's time, by which several hubs agree on leases.
func (s *Store) clock(ctx context.Context) (time.Time, error) { return s.clockOn(ctx, s.conn) }

// clockOn is clock on a connection or in a transaction.
func (s *Store) clockOn(ctx context.Context, on db.DBTX) (time.Time, error) {
	if s.writing != nil { // SQLite: one hub only
		return s.now(), nil
	}
	var us int64
	err := on.QueryRowContext(ctx, "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)").Scan(&us)
	return fromMicros(us), err
}

// ClaimDeliveries takes deliveries that are due, oldest first, none before an
// older one of the same subject is done. Their attempts and the times of the
// next ones are committed when it returns.
func (s *Store) ClaimDeliveries(ctx context.Context, c leads.Claim) ([]leads.Claimed, error) {
	var claimed []leads.Claimed
	for len(claimed) < c.Most {
		at, err := s.clock(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the database's clock: %w", err)
		}
		rows, err := s.read.DueDeliveries(ctx, db.DueDeliveriesParams{Sink: c.Sink, Now: micros(at), Most: dueBatch})
		if err != nil {
			return nil, fmt.Errorf("looking for deliveries to %s: %w", c.Sink, err)
		}
		if len(rows) == 0 {
			break
		}
		var won []leads.Claimed
		enough := false
		err = s.retryQueries(ctx, func(q *db.Queries) error {
			won, enough = nil, false
			for _, r := range rows {
				if r.ElderAt >= 0 {
					if err := q.PutOffDelivery(ctx, db.PutOffDeliveryParams{
						ID: r.ID, Now: micros(at), NextAt: max(r.ElderAt, micros(at.Add(putOffTime))),
					}); err != nil {
						return err
					}
					continue
				}
				if enough = len(claimed)+len(won) == c.Most; enough {
					return nil
				}
				attempt := int(r.Attempts) + 1
				n, err := q.ClaimDelivery(ctx, db.ClaimDeliveryParams{
					ID: r.ID, Attempts: r.Attempts, Owner: c.Owner, Now: micros(at),
					Until: micros(at.Add(c.Lease)), NextAt: micros(at.Add(c.Wait(attempt))),
				})
				if err != nil {
					return err
				}
				if n == 1 {
					won = append(won, leads.Claimed{DeliveryID: r.ID, Owner: c.Owner, Attempt: attempt, Event: eventOf(db.Event{
						Seq: r.Seq, ID: r.EventID, Type: r.Type, At: r.At, LeadID: r.LeadID, Audience: r.Audience, Data: r.Data,
					})})
				}
			}
			return nil
		})
		if err != nil {
			if len(claimed) > 0 { // those of an earlier round are ours already
				return claimed, nil //nolint:nilerr // the next call finds the rest
			}
			return nil, fmt.Errorf("claiming deliveries to %s: %w", c.Sink, err)
		}
		if len(won) > 0 {
			s.step(StepClaimed)
		}
		claimed = append(claimed, won...)
		if enough || len(rows) < dueBatch {
			break
		}
	}
	return claimed, nil
}

// FinishDelivery stores the verdict of an attempt. leads.ErrConflict when another process
// has claimed the delivery since: it is, or was, sent again.
func (s *Store) FinishDelivery(ctx context.Context, c leads.Claimed, v leads.Verdict) error {
	s.step(StepSent)
	at, err := s.clock(ctx) // outside of the transaction: it takes a connection of its own
	if err != nil {
		return fmt.Errorf("reading the database's clock: %w", err)
	}
	err = s.retryQueries(ctx, func(q *db.Queries) error {
		a := db.FinishDeliveryParams{
			ID: c.DeliveryID, Owner: c.Owner, Attempts: int64(c.Attempt), State: string(v.State), Error: oneLine(v.Error),
		}
		switch v.State {
		case leads.DeliveryDone:
			a.Done = micros(at)
		case leads.DeliveryWaiting:
			a.NotBefore = micros(at.Add(v.Wait))
		}
		row, err := q.FinishDelivery(ctx, a)
		if errors.Is(err, sql.ErrNoRows) {
			return leads.ErrConflict
		}
		if err != nil || v.State == leads.DeliveryWaiting {
			return err
		}
		return q.FreeNextDelivery(ctx, db.FreeNextDeliveryParams(row))
	})
	if err != nil {
		return fmt.Errorf("recording delivery %q: %w", c.DeliveryID, err)
	}
	return nil
}

// Delivery returns one delivery with the event that it carries.
func (s *Store) Delivery(ctx context.Context, id string) (leads.Delivery, error) {
	r, err := s.read.GetDelivery(ctx, id)
	if err != nil {
		return leads.Delivery{}, fmt.Errorf("delivery %q: %w", id, orNotFound(err))
	}
	d := deliveryOf(db.DeliveryRow{
		ID: r.ID, Sink: r.Sink, EventID: r.EventID, EventType: r.EventType, LeadID: r.LeadID, State: r.State,
		Attempts: r.Attempts, At: r.At, Attempted: r.Attempted, NextAt: r.NextAt, Done: r.Done, Error: r.Error,
	})
	d.Event = &leads.EventBody{}
	if err := json.Unmarshal([]byte(r.Data), d.Event); err != nil {
		return leads.Delivery{}, fmt.Errorf("the event of delivery %q: %w", id, err)
	}
	return d, nil
}

// ReplayDelivery lets a dead delivery be tried again, from the first attempt
// and under the same event id. leads.ErrConflict when it is not dead.
func (s *Store) ReplayDelivery(ctx context.Context, id string) (leads.Delivery, error) {
	err := s.retryQueries(ctx, func(q *db.Queries) error {
		if _, err := q.GetDelivery(ctx, id); err != nil {
			return orNotFound(err)
		}
		return asConflict(requireRow(q.ReplayDelivery(ctx, id)))
	})
	if err != nil {
		return leads.Delivery{}, fmt.Errorf("replaying delivery %q: %w", id, err)
	}
	return s.Delivery(ctx, id)
}

// Backlog counts waiting and dead deliveries, by sink.
func (s *Store) Backlog(ctx context.Context) (map[string]leads.SinkState, error) {
	stats := map[string]leads.SinkState{}
	waiting, err := s.read.CountWaiting(ctx)
	if err != nil {
		return nil, fmt.Errorf("counting deliveries: %w", err)
	}
	dead, err := s.read.CountDead(ctx)
	if err != nil {
		return nil, fmt.Errorf("counting dead deliveries: %w", err)
	}
	for _, r := range waiting {
		stats[r.Sink] = leads.SinkState{Waiting: r.Waiting, Failing: r.Failing}
	}
	for _, r := range dead {
		st := stats[r.Sink]
		st.Dead = r.Dead
		stats[r.Sink] = st
	}
	return stats, nil
}

// SinkStats counts the deliveries of each sink that has any, by name. Only
// the counts are filled in.
func (s *Store) SinkStats(ctx context.Context) (map[string]leads.SinkState, error) {
	stats, err := s.Backlog(ctx)
	if err != nil {
		return nil, err
	}
	delivered, err := s.read.CountDelivered(ctx, micros(s.now().Add(-dayBack)))
	if err != nil {
		return nil, fmt.Errorf("counting recent deliveries: %w", err)
	}
	for _, r := range delivered {
		st := stats[r.Sink]
		st.Delivered, st.LastDone = r.Delivered, fromMicros(r.Last)
		stats[r.Sink] = st
	}
	return stats, nil
}

func deliveryOf(r db.DeliveryRow) leads.Delivery {
	d := leads.Delivery{
		ID: r.ID, Sink: r.Sink, EventID: r.EventID, EventType: leads.EventType(r.EventType), LeadID: r.LeadID,
		State: leads.DeliveryState(r.State), Attempts: int(r.Attempts), At: fromMicros(r.At),
		Attempted: fromMicros(r.Attempted), Delivered: fromMicros(r.Done), Error: r.Error,
	}
	if d.State == leads.DeliveryWaiting {
		d.Next = fromMicros(r.NextAt)
	}
	return d
}
