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

// Ingest stores the touches, the quarantine and the cursor in one transaction, shared with
// other waiting batches, and returns the result of each touch. Unique keys and versions
// settle every race: the loser decides again. leads.ErrBusy when the queue is full.
//
// When ctx ends while the transaction runs, the batch may be stored all the same; a
// repetition is recognised.
//
// A batch with an epoch costs one more statement, by primary key; leads.ErrStaleOwner if
// the epoch is over.
func (s *Store) Ingest(ctx context.Context, b intake.Batch) ([]intake.Stored, error) {
	s.step(StepReceived)
	if b.Cursor != cleanText(b.Cursor) {
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

// writeGroup writes the batches of a group: wave by wave, and in each wave table by table.
// A wave is touches that share no key, identity, thread or contact, see loadKnown.
func writeGroup(ctx context.Context, tx *Tx, group []*job) error {
	var all []*touchWriter
	at := tx.s.now() // for all: contacts of the same time are ordered by id
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

// writeWave decides and stores the touches of a wave.
func writeWave(ctx context.Context, tx *Tx, wave []*touchWriter) error {
	var people, needs []string
	for _, w := range wave {
		w.out = intake.Decide(w.t, w.known)
		w.facts = tasks.CallbackFactsOf(w.t, w.callBefore(), tasks.Outcome{Skip: w.out.Skip, NewInteraction: w.out.NewInteraction, Call: w.out.Call})
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
		(*touchWriter).holdTask, (*touchWriter).writeSights,
	}
	for n, step := range steps {
		for _, w := range wave {
			if w.out.Skip && n > 0 { // only the lead is read
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
		w.finish() // queues deliveries, which are written before the commit
	}
	return nil
}

// finishBatch stores the quarantine and the cursor of a batch.
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

// quarantine stores a quarantined touch, once by its id.
func quarantine(ctx context.Context, q *db.Queries, t leads.QuarantinedTouch) error {
	if err := q.InsertQuarantine(ctx, db.InsertQuarantineParams{
		ID: t.ID, Source: cleanText(t.Source), ExternalID: cleanText(t.ExternalID), Reason: cleanText(t.Reason), Cause: string(t.Cause), Facts: toJSON(t.Facts), Raw: cleanText(t.Raw), Touch: cleanText(t.Touch), At: micros(t.At),
	}); err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	return nil
}

// quarantineReused quarantines the touches whose keys were used with other content.
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

// touchWriter writes one touch to the tables.
type touchWriter struct {
	tx  *Tx
	log recorder
	t   leads.Touch
	at  time.Time // of storing

	within time.Duration // time to call back after a missed call

	known  intake.Known
	before db.InteractionRow // of the touch's key, zero if new
	out    intake.Outcome

	contactRow db.ContactRow // of out.ContactID
	leadRow    db.LeadRow    // of out.LeadID

	contact          *leads.Contact // of the touch, nil for none
	owner            string
	identitiesBefore int         // how many identities it held before
	lead             *leads.Lead // of the touch, nil for none
	call             *leads.CallRecord
	stored           *intake.Stored

	facts     tasks.CallbackFacts
	callback  tasks.CallbackStep
	task      *tasks.KnownCallback // the call-back that callback is about, nil for none
	taskEvent leads.EventType      // to write of it, empty for none
}

// callBefore returns the stored call, nil for none.
func (w *touchWriter) callBefore() *leads.Call {
	if w.known.Interaction == nil {
		return nil
	}
	return w.known.Interaction.Call
}

// finish fills in the result of the touch, once it is written.
func (w *touchWriter) finish() {
	w.stored.New = w.out.NewInteraction
	w.log.assignSeq()
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

// cleanTouch cleans every text of a touch for both databases and for the lists inside
// records (cleanText, cleanField).
func cleanTouch(t leads.Touch) leads.Touch {
	for _, s := range []*string{&t.Source, &t.ExternalID, (*string)(&t.Channel), &t.Name, &t.To, &t.Subject, &t.Text, &t.HTML, &t.Team, &t.Raw, &t.Digest} {
		*s = cleanText(*s)
	}
	t.From = cleanIdentities(t.From)
	cleanMessage(&t)
	if t.Call != nil {
		c := *t.Call
		for _, s := range []*string{&c.Linkedid, &c.From, &c.To, &c.DID, &c.Queue, &c.Operator, &c.HangupBy, &c.PartOf} {
			*s = cleanText(*s)
		}
		c.Started, c.Answered, c.Ended = storedTime(c.Started), storedTime(c.Answered), storedTime(c.Ended)
		for _, d := range []*time.Duration{&c.Waited, &c.Rung, &c.Talked, &c.Held} {
			*d = d.Truncate(time.Microsecond)
		}
		c.Queues, c.Transfers = slices.Clone(c.Queues), slices.Clone(c.Transfers)
		for i, q := range c.Queues {
			c.Queues[i] = cleanText(q)
		}
		for i, x := range c.Transfers {
			c.Transfers[i] = leads.Transfer{At: storedTime(x.At), Kind: cleanText(x.Kind), From: cleanText(x.From), To: cleanText(x.To)}
		}
		c.Legs = make([]leads.Leg, len(t.Call.Legs)) // not the caller's, users are filled in
		for i, l := range t.Call.Legs {
			l.Channel, l.Extension, l.User = cleanField(cleanText(l.Channel)), cleanField(cleanText(l.Extension)), nil
			l.Rang, l.Answered, l.Ended = storedTime(l.Rang), storedTime(l.Answered), storedTime(l.Ended)
			c.Legs[i] = l
		}
		c.Recorded = make([]leads.RecordedFile, len(t.Call.Recorded))
		for i, r := range t.Call.Recorded {
			c.Recorded[i] = leads.RecordedFile{File: strings.ReplaceAll(cleanText(r.File), "\n", " "), Channel: cleanField(cleanText(r.Channel))}
		}
		t.Call = &c
	}
	t.At = storedTime(t.At)
	return t
}

// cleanIdentities returns a cleaned copy.
func cleanIdentities(ids []leads.Identity) []leads.Identity {
	ids = slices.Clone(ids)
	for i, id := range ids {
		ids[i] = leads.Identity{Kind: leads.IdentityKind(cleanField(cleanText(string(id.Kind)))), Value: strings.ReplaceAll(cleanText(id.Value), "\n", " ")}
	}
	return ids
}

// storedTime returns a time as the database would return it.
func storedTime(t time.Time) time.Time { return fromMicros(micros(t)) }
