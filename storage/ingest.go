package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/leads/tasks"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Ingest stores the touches, the quarantine and the cursor in one transaction,
// shared with other batches that wait at the same moment, and returns what
// became of each touch. Unique keys and versions settle every race: whoever
// comes second decides anew. leads.ErrBusy when too many wait already.
//
// When ctx ends while the transaction runs, the batch may be stored all the
// same; said again, it is recognised.
//
// A source that has one owner among several hubs costs one statement more, by
// primary key; leads.ErrStaleOwner if that owner is not the batch's.
func (s *Store) Ingest(ctx context.Context, b intake.Batch) ([]intake.Stored, error) {
	s.step(StepReceived)
	if b.Cursor != text(b.Cursor) {
		return nil, fmt.Errorf("%w: the cursor is not text", leads.ErrInvalid)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j := newJob(b)
	err := s.groups.Do(ctx, &batch.Item[*job]{Work: j, Size: len(b.Touches), Urgent: onlyCalls(b), Order: orderOf(b)})
	if errors.Is(err, batch.ErrFull) {
		return nil, fmt.Errorf("%w: %d touches", leads.ErrBusy, queueMost)
	} else if err != nil {
		return nil, err
	}
	s.step(StepStored)
	return j.stored, nil
}

// writeGroup carries the batches of a group into the tables: wave by wave, and
// in each wave table by table.
func writeGroup(ctx context.Context, tx *Tx, group []*job) error {
	var all []*touchWriter
	at := tx.s.now() // of all: which contact is the older one is left to the order of their ids
	for _, j := range group {
		if err := holdLease(ctx, tx.q, j.batch); err != nil {
			return err
		}
		j.stored = make([]intake.Stored, len(j.touches))
		for i, t := range j.touches {
			all = append(all, &touchWriter{tx: tx, log: recorder{tx: tx}, t: t, at: at, within: tx.s.callbackWithin, stored: &j.stored[i]})
		}
	}
	for len(all) > 0 {
		n := min(len(all), batch.RowsMost)
		wave, rest, err := loadKnown(ctx, tx, all[:n])
		if err != nil {
			return err
		}
		if err := writeWave(ctx, tx, wave); err != nil {
			return err
		}
		all = append(rest, all[n:]...)
	}
	for _, j := range group {
		if err := quarantineReused(ctx, tx.q, j); err != nil {
			return err
		}
		if err := finishRetry(ctx, tx.q, j.batch.Retry, j.stored, tx.s.now()); err != nil {
			return err
		}
		if j.batch.Cursor != "" {
			tx.s.step(StepCursor)
		}
		if err := finishBatch(ctx, tx.q, j.batch, tx.s.now()); err != nil {
			return err
		}
	}
	return nil
}

// writeWave decides and stores touches that have nothing to do with each other.
func writeWave(ctx context.Context, tx *Tx, wave []*touchWriter) error {
	var people, needs []string
	for _, w := range wave {
		w.out = intake.Decide(w.t, w.known)
		w.news = tasks.NewsOf(w.t, w.callBefore(), tasks.Outcome{Skip: w.out.Skip, NewInteraction: w.out.NewInteraction, Call: w.out.Call})
		w.stored.KeyReused = w.out.KeyReused
		if w.stored.ContactID = w.out.ContactID; w.out.ContactID != "" && !w.out.Skip {
			people = append(people, w.out.ContactID)
		}
		if w.out.LeadID != "" {
			needs = append(needs, w.out.LeadID)
		}
	}
	contacts, err := readContacts(ctx, tx, people)
	if err != nil {
		return err
	}
	open, err := readLeads(ctx, tx, needs)
	if err != nil {
		return err
	}
	for _, w := range wave {
		w.contactRow, w.leadRow = contacts[w.out.ContactID], open[w.out.LeadID]
	}
	if err := loadCallbacks(ctx, tx, wave); err != nil {
		return err
	}
	steps := []func(*touchWriter, context.Context) error{
		(*touchWriter).loadLead, (*touchWriter).writeContact, (*touchWriter).writeIdentities, (*touchWriter).openLead,
		(*touchWriter).writeInteraction, (*touchWriter).writeMessage, (*touchWriter).writeConsent,
		(*touchWriter).writeCall, (*touchWriter).writeLegs, (*touchWriter).writeRecordings, (*touchWriter).noteResponse,
		(*touchWriter).suggestMerges, (*touchWriter).writeOffers, (*touchWriter).recordEvents, (*touchWriter).writeCallback,
	}
	for n, step := range steps {
		for _, w := range wave {
			if w.out.Skip && n > 0 { // the lead alone is read
				continue
			}
			if err := step(w, ctx); err != nil {
				return fmt.Errorf("touch %s: %w", w.stored.InteractionID, err)
			}
		}
	}
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	if err := recordCallbacks(ctx, wave); err != nil {
		return err
	}
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	for _, w := range wave {
		w.finish() // what goes to sinks is written before the commit
	}
	return nil
}

// finishBatch stores what a batch holds beside touches.
func finishBatch(ctx context.Context, q *db.Queries, b intake.Batch, at time.Time) error {
	for _, t := range b.Quarantine {
		if err := quarantine(ctx, q, t); err != nil {
			return err
		}
	}
	if b.Cursor == "" {
		return nil
	}
	return q.PutCursor(ctx, db.PutCursorParams{Name: b.Source, Cursor: b.Cursor, Updated: micros(at)})
}

// quarantine stores what could not become an interaction, once by its id.
func quarantine(ctx context.Context, q *db.Queries, t leads.QuarantinedTouch) error {
	if err := q.InsertQuarantine(ctx, db.InsertQuarantineParams{
		ID: t.ID, Source: text(t.Source), ExternalID: text(t.ExternalID), Reason: text(t.Reason), Cause: string(t.Cause), Facts: toJSON(t.Facts), Raw: text(t.Raw), Touch: text(t.Touch), At: micros(t.At),
	}); err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	return nil
}

// quarantineReused keeps the touches whose keys belong to other contents.
func quarantineReused(ctx context.Context, q *db.Queries, j *job) error {
	for i, s := range j.stored {
		if !s.KeyReused {
			continue
		}
		kept := intake.QuarantineReused(j.touches[i])
		if err := quarantine(ctx, q, kept); err != nil {
			return err
		}
		for _, a := range j.touches[i].Attachments {
			if err := q.MoveFile(ctx, db.MoveFileParams{ID: a.ID, ToID: kept.ExternalID}); err != nil {
				return fmt.Errorf("quarantine: %w", err)
			}
		}
	}
	return nil
}

// touchWriter carries one touch into the tables.
type touchWriter struct {
	tx  *Tx
	log recorder
	t   leads.Touch
	at  time.Time // of storing

	within time.Duration // in which a missed call's customer is called back

	known  intake.Known
	before db.InteractionRow // of the touch's key, zero if new
	out    intake.Outcome

	contactRow db.ContactRow // of out.ContactID
	leadRow    db.LeadRow    // of out.LeadID

	contact *leads.Contact // whose it is, nil for nobody
	owner   string
	had     int         // how many identities it held before
	lead    *leads.Lead // to which it belongs, nil for none
	call    *leads.CallRecord
	stored  *intake.Stored

	news      tasks.News
	callback  tasks.CallbackStep
	task      *tasks.KnownCallback // the call-back that callback is about, nil for none
	taskEvent leads.EventType      // to write of it, empty for none
}

// callBefore is the call as it was stored, nil for none.
func (w *touchWriter) callBefore() *leads.Call {
	if w.known.Interaction == nil {
		return nil
	}
	return w.known.Interaction.Call
}

// finish tells what became of the touch, once it is written.
func (w *touchWriter) finish() {
	w.stored.New = w.out.NewInteraction
	w.log.number()
	w.stored.Events = w.log.events
	w.stored.Unrouted = w.lead != nil && w.lead.Status.Open() && w.lead.ManagerID == ""
	if !w.out.NewInteraction && !w.out.Found || w.contact == nil {
		return
	}
	for _, id := range w.t.From {
		if slices.Contains(w.contact.Identities, id) {
			w.stored.Identities = append(w.stored.Identities, id)
		}
	}
}

// cleanTouch makes every text of a touch fit for both databases and for the
// lists inside records.
func cleanTouch(t leads.Touch) leads.Touch {
	for _, s := range []*string{&t.Source, &t.ExternalID, (*string)(&t.Channel), &t.Name, &t.To, &t.Subject, &t.Text, &t.HTML, &t.Team, &t.Raw, &t.Digest} {
		*s = text(*s)
	}
	t.From = cleanIdentities(t.From)
	cleanMessage(&t)
	if t.Call != nil {
		c := *t.Call
		for _, s := range []*string{&c.Linkedid, &c.From, &c.To, &c.DID, &c.Queue, &c.Operator, &c.HangupBy, &c.PartOf} {
			*s = text(*s)
		}
		c.Started, c.Answered, c.Ended = stamp(c.Started), stamp(c.Answered), stamp(c.Ended)
		for _, d := range []*time.Duration{&c.Waited, &c.Rung, &c.Talked, &c.Held} {
			*d = d.Truncate(time.Microsecond)
		}
		c.Queues, c.Transfers = slices.Clone(c.Queues), slices.Clone(c.Transfers)
		for i, q := range c.Queues {
			c.Queues[i] = text(q)
		}
		for i, x := range c.Transfers {
			c.Transfers[i] = leads.Transfer{At: stamp(x.At), Kind: text(x.Kind), From: text(x.From), To: text(x.To)}
		}
		c.Legs = make([]leads.Leg, len(t.Call.Legs)) // not the caller's, users are filled in
		for i, l := range t.Call.Legs {
			l.Channel, l.Extension, l.User = field(text(l.Channel)), field(text(l.Extension)), nil
			l.Rang, l.Answered, l.Ended = stamp(l.Rang), stamp(l.Answered), stamp(l.Ended)
			c.Legs[i] = l
		}
		c.Recorded = make([]leads.RecordedFile, len(t.Call.Recorded))
		for i, r := range t.Call.Recorded {
			c.Recorded[i] = leads.RecordedFile{File: strings.ReplaceAll(text(r.File), "\n", " "), Channel: field(text(r.Channel))}
		}
		t.Call = &c
	}
	t.At = stamp(t.At)
	return t
}

// cleanIdentities returns a copy that is fit for both databases.
func cleanIdentities(ids []leads.Identity) []leads.Identity {
	ids = slices.Clone(ids)
	for i, id := range ids {
		ids[i] = leads.Identity{Kind: leads.IdentityKind(field(text(string(id.Kind)))), Value: strings.ReplaceAll(text(id.Value), "\n", " ")}
	}
	return ids
}

// stamp is a time as it comes back from the database.
func stamp(t time.Time) time.Time { return fromMicros(micros(t)) }
