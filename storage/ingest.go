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
	err := s.groups.Do(ctx, &batch.Item[*job]{Work: j, Size: len(b.Touches), Urgent: onlyCalls(b)})
	if errors.Is(err, batch.ErrFull) {
		return nil, fmt.Errorf("%w: %d touches", leads.ErrBusy, queueMost)
	} else if err != nil {
		return nil, err
	}
	s.step(StepStored)
	return j.stored, nil
}

// writeGroup writes the batches of a group: wave by wave, and in each wave table by table.
// A wave is touches that share no key, identity, thread or contact, see loadKnown. What a wave
// writes is sent with what the next one reads, or with the commit.
func writeGroup(ctx context.Context, tx *Tx, group []*job) error {
	var all []*touchWriter
	at := tx.s.now() // for all: contacts of the same time are ordered by id
	for _, j := range group {
		j.stored = make([]intake.Stored, len(j.touches))
		for i, t := range j.touches {
			all = append(all, &touchWriter{tx: tx, t: t, at: at, within: tx.s.callbackWithin, stored: &j.stored[i]})
		}
	}
	owned := leasesOf(group)
	held := heldLeases.Ask(owned...)
	for asked := []batch.Asked{held}; len(all) > 0 || asked != nil; asked = nil {
		n := min(len(all), waveMost)
		wave, rest, known, err := loadKnown(ctx, tx, all[:n], asked...)
		if err != nil {
			return err
		}
		for _, o := range owned {
			if !slices.Contains(held.Rows, o) {
				return fmt.Errorf("%w: %s", leads.ErrStaleOwner, o.Source)
			}
		}
		if err := writeWave(ctx, tx, wave, known); err != nil {
			return err
		}
		all = append(rest, all[n:]...)
	}
	for _, j := range group {
		if err := quarantineReused(ctx, tx, j); err != nil {
			return err
		}
		if err := finishRetry(ctx, tx, j.batch.Retry, j.stored, tx.s.now()); err != nil {
			return err
		}
		if j.batch.Cursor != "" {
			tx.s.step(StepCursor)
		}
		finishBatch(tx, j.batch, tx.s.now())
	}
	return nil
}

// writeWave decides on the touches of a wave and queues their rows.
func writeWave(ctx context.Context, tx *Tx, wave []*touchWriter, known *book) error {
	for _, w := range wave {
		w.out = intake.Decide(w.t, w.known)
		w.stored.KeyReused, w.stored.InteractionID = w.out.KeyReused, w.before.ID
		if w.out.Skip {
			w.stored.ContactID, w.stored.LeadID, w.stored.Unrouted = w.out.ContactID, w.out.LeadID, w.before.LeadWaits
			continue
		}
		if err := w.load(known); err != nil {
			return err
		}
	}
	wave = slices.DeleteFunc(wave, func(w *touchWriter) bool { return w.out.Skip })
	assigned := pickManagers(tx, wave, known.candidates)
	steps := []func(*touchWriter, context.Context) error{
		(*touchWriter).writeContact, (*touchWriter).writeIdentities, (*touchWriter).writeLead, (*touchWriter).writeFields,
		(*touchWriter).writeInteraction, (*touchWriter).writeMessage, (*touchWriter).writeConsent,
		(*touchWriter).writeCall, (*touchWriter).writeLegs, (*touchWriter).writeRecordings, (*touchWriter).noteResponse,
		(*touchWriter).suggestMerges, (*touchWriter).writeOffers, (*touchWriter).recordEvents, (*touchWriter).writeCallback,
		(*touchWriter).holdTask, (*touchWriter).writeSights, (*touchWriter).writeFactsDue,
	}
	for _, step := range steps {
		for _, w := range wave {
			if err := step(w, ctx); err != nil {
				return fmt.Errorf("touch %s: %w", w.stored.InteractionID, err)
			}
		}
	}
	queueTurns(tx, assigned)
	if err := recordCallbacks(ctx, tx, wave); err != nil {
		return err
	}
	for _, w := range wave {
		w.finish()
	}
	return nil
}

// finishBatch queues the quarantine and the cursor of a batch.
func finishBatch(tx *Tx, b intake.Batch, at time.Time) {
	for _, t := range b.Quarantine {
		quarantine(tx, t)
	}
	if b.Cursor != "" {
		tables.cursors.Upsert(tx, db.Source{Name: b.Source, Cursor: b.Cursor, Updated: micros(at)})
	}
}

// quarantine queues a quarantined touch, which is stored once by its id and by its key and content.
func quarantine(tx *Tx, t leads.QuarantinedTouch) {
	tables.quarantine.InsertIgnore(tx, db.Quarantine{
		ID: t.ID, Source: t.Source, ExternalID: t.ExternalID, Reason: t.Reason, Cause: string(t.Cause), Facts: toJSON(t.Facts), Raw: t.Raw, Touch: t.Touch, At: micros(t.At),
	})
}

// quarantineReused quarantines the touches whose keys were used with other content.
func quarantineReused(ctx context.Context, tx *Tx, j *job) error {
	for i, s := range j.stored {
		if !s.KeyReused {
			continue
		}
		kept := intake.QuarantineReused(j.touches[i])
		quarantine(tx, kept)
		if len(j.touches[i].Attachments) == 0 {
			continue
		}
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		for _, a := range j.touches[i].Attachments {
			if err := tx.q.MoveFile(ctx, db.MoveFileParams{ID: a.ID, ToID: kept.ExternalID}); err != nil {
				return fmt.Errorf("quarantine: %w", err)
			}
		}
	}
	return nil
}

// touchWriter writes one touch to the tables.
type touchWriter struct {
	tx *Tx
	t  leads.Touch
	at time.Time // of storing

	within time.Duration // time to call back after a missed call

	known  intake.Known
	before keyedInteraction // of the touch's key, zero if new
	out    intake.Outcome
	book   *book

	contact    *leads.Contact     // of the touch, nil for none
	fields     leads.CustomValues // of the interaction
	held       heldContact        // the contact as it is stored, zero for a new one
	owner      string             // of the contact before the touch
	lead       *leads.Lead        // of the touch, nil for none
	assignment *leads.Assignment
	call       *leads.CallRecord
	stored     *intake.Stored
	events     []int // indexes of those that are recorded, in the transaction's

	facts     tasks.CallbackFacts
	callback  tasks.CallbackStep
	task      *tasks.KnownCallback // the call-back that callback is about, nil for none
	taskEvent leads.EventType      // to write of it, empty for none
}

// load takes what the outcome is about from the book.
func (w *touchWriter) load(b *book) error {
	w.book = b
	if err := w.loadContact(); err != nil {
		return err
	}
	if err := w.loadLead(); err != nil {
		return err
	}
	if w.stored.InteractionID == "" {
		w.stored.InteractionID = newID()
	}
	w.facts = tasks.CallbackFactsOf(w.t, w.callBefore(), tasks.Outcome{NewInteraction: w.out.NewInteraction, Call: w.out.Call})
	w.decideCallback()
	return nil
}

// callBefore returns the stored call, nil for none.
func (w *touchWriter) callBefore() *leads.Call {
	if w.known.Interaction == nil {
		return nil
	}
	return w.known.Interaction.Call
}

// record records an event of the touch.
func (w *touchWriter) record(ctx context.Context, body leads.EventBody, audience ...string) error {
	err := w.tx.record(ctx, body, audience...)
	if err == nil {
		w.events = append(w.events, len(w.tx.events)-1)
	}
	return err
}

// finish fills in the result of the touch.
func (w *touchWriter) finish() {
	w.stored.New = w.out.NewInteraction
	w.stored.Unrouted = w.lead != nil && w.lead.Status.Open() && w.lead.ManagerID == ""
	w.tx.after = append(w.tx.after, func() {
		for _, i := range w.events {
			w.stored.Events = append(w.stored.Events, w.tx.events[i])
		}
	})
}

// cleanTouch cleans every text of a touch for both databases and for the lists inside
// records (cleanText, cleanField).
func cleanTouch(t leads.Touch) leads.Touch {
	for _, s := range []*string{&t.Source, &t.ExternalID, (*string)(&t.Channel), &t.Name, &t.To, &t.Subject, &t.Text, &t.HTML, &t.Team, &t.Raw, &t.Digest} {
		*s = cleanText(*s)
	}
	t.From = cleanIdentities(t.From)
	cleanMessage(&t)
	t.Fields = slices.Clone(t.Fields)
	for i, in := range t.Fields {
		t.Fields[i] = leads.CustomInput{Code: cleanText(in.Code), Label: cleanText(in.Label), Text: cleanText(in.Text), Phone: in.Phone}
	}
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
