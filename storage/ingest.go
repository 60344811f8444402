package storage

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
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
func (s *Store) Ingest(ctx context.Context, b leads.Batch) ([]leads.Stored, error) {
	s.step(StepReceived)
	if b.Cursor != text(b.Cursor) {
		return nil, fmt.Errorf("%w: the cursor is not text", leads.ErrInvalid)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	j := newJob(b)
	if err := s.groups.lane(b).put(ctx, j); err != nil {
		return nil, err
	}
	s.step(StepStored)
	return j.stored, nil
}

// storeGroup stores the batches of a group in one transaction. If one of them
// cannot be stored, or loses a race, each gets a transaction of its own, so
// that it fails alone.
func (s *Store) storeGroup(group []*job) {
	if len(group) > 1 {
		err := s.tryGroup(group)
		if err == nil || everybodys(err) {
			s.grew(group, err)
			for _, j := range group {
				j.finish(err)
			}
			return
		}
	}
	var err error
	for _, j := range group {
		if !everybodys(err) {
			err = s.decideBulk(context.Background(), s.storing([]*job{j}))
		}
		s.grew([]*job{j}, err)
		j.finish(err)
	}
}

// tryGroup stores a group, once.
func (s *Store) tryGroup(group []*job) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
	defer cancel()
	return s.inBulk(ctx, s.storing(group))
}

// storing is the transaction that stores a group. A panic is an error of its.
func (s *Store) storing(group []*job) func(context.Context, *bulk) error {
	return func(ctx context.Context, b *bulk) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("panic while storing: %T\n%s", cause, debug.Stack())
			}
		}()
		if err := fileGroup(ctx, b, group); err != nil {
			return err
		}
		s.step(StepWritten)
		return nil
	}
}

// fileGroup carries the batches of a group into the tables: wave by wave, and
// in each wave table by table.
func fileGroup(ctx context.Context, b *bulk, group []*job) error {
	var all []*filing
	at := b.s.now() // of all: which contact is the older one is left to the order of their ids
	for _, j := range group {
		if err := holdLease(ctx, b.q, j.batch); err != nil {
			return err
		}
		j.stored = make([]leads.Stored, len(j.touches))
		for i, t := range j.touches {
			all = append(all, &filing{q: b.q, to: b.later(), log: recorder{b: b}, t: t, at: at, within: b.s.callbackWithin, stored: &j.stored[i]})
		}
	}
	for len(all) > 0 {
		n := min(len(all), rowsMost)
		wave, rest, err := recall(ctx, b, all[:n])
		if err != nil {
			return err
		}
		if err := fileWave(ctx, b, wave); err != nil {
			return err
		}
		all = append(rest, all[n:]...)
	}
	for _, j := range group {
		if err := quarantineReused(ctx, b.q, j); err != nil {
			return err
		}
		if err := finishRetry(ctx, b.q, j.batch.Retry, j.stored, b.s.now()); err != nil {
			return err
		}
		if j.batch.Cursor != "" {
			b.s.step(StepCursor)
		}
		if err := finishBatch(ctx, b.q, j.batch, b.s.now()); err != nil {
			return err
		}
	}
	return nil
}

// fileWave decides and stores touches that have nothing to do with each other.
func fileWave(ctx context.Context, b *bulk, wave []*filing) error {
	var people, needs []string
	for _, f := range wave {
		f.out = leads.Decide(f.t, f.known)
		f.news = leads.NewsOf(f.t, f.callBefore(), f.out)
		f.stored.KeyReused = f.out.KeyReused
		if f.stored.ContactID = f.out.ContactID; f.out.ContactID != "" && !f.out.Skip {
			people = append(people, f.out.ContactID)
		}
		if f.out.LeadID != "" {
			needs = append(needs, f.out.LeadID)
		}
	}
	contacts, err := readContacts(ctx, b, people)
	if err != nil {
		return err
	}
	open, err := readLeads(ctx, b, needs)
	if err != nil {
		return err
	}
	for _, f := range wave {
		f.contactRow, f.leadRow = contacts[f.out.ContactID], open[f.out.LeadID]
	}
	if err := recallCallbacks(ctx, b, wave); err != nil {
		return err
	}
	steps := []func(*filing, context.Context) error{
		(*filing).readLead, (*filing).fileContact, (*filing).fileIdentities, (*filing).openLead,
		(*filing).fileInteraction, (*filing).fileMessage, (*filing).fileConsent, (*filing).fileCall, (*filing).fileLegs, (*filing).fileRecordings, (*filing).noteResponse, (*filing).suggestMerges, (*filing).fileOffers, (*filing).tell, (*filing).fileCallback,
	}
	for n, step := range steps {
		for _, f := range wave {
			if f.out.Skip && n > 0 { // the lead alone is read
				continue
			}
			if err := step(f, ctx); err != nil {
				return fmt.Errorf("touch %s: %w", f.stored.InteractionID, err)
			}
		}
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	if told, err := tellCallbacks(ctx, wave); err != nil {
		return err
	} else if told {
		if err := b.flush(ctx); err != nil {
			return err
		}
	}
	for _, f := range wave {
		if err := f.finish(ctx); err != nil {
			return err
		}
	}
	return b.flush(ctx) // what goes to sinks
}

// finishBatch stores what a batch holds beside touches.
func finishBatch(ctx context.Context, q *db.Queries, b leads.Batch, at time.Time) error {
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
		kept := leads.QuarantineReused(j.touches[i])
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

// filing carries one touch into the tables.
type filing struct {
	q   *db.Queries // reads and changes at once
	to  *db.Queries // inserts with those of the other touches
	log recorder
	t   leads.Touch
	at  time.Time // of storing

	within time.Duration // in which a missed call's customer is called back

	known  leads.Known
	before db.InteractionRow // of the touch's key, zero if new
	out    leads.Outcome

	contactRow db.ContactRow // of out.ContactID
	leadRow    db.LeadRow    // of out.LeadID

	contact *leads.Contact // whose it is, nil for nobody
	owner   string
	had     int         // how many identities it held before
	lead    *leads.Lead // to which it belongs, nil for none
	call    *leads.CallRecord
	stored  *leads.Stored

	news      leads.News
	callback  leads.CallbackStep
	task      *leads.KnownCallback // the call-back that callback is about, nil for none
	taskEvent leads.EventType      // to write of it, empty for none
}

// callBefore is the call as it was stored, nil for none.
func (f *filing) callBefore() *leads.Call {
	if f.known.Interaction == nil {
		return nil
	}
	return f.known.Interaction.Call
}

// finish tells what became of the touch, once it is written.
func (f *filing) finish(ctx context.Context) error {
	f.stored.New = f.out.NewInteraction
	if err := f.log.number(ctx); err != nil {
		return err
	}
	f.stored.Events = f.log.events
	f.stored.Unrouted = f.lead != nil && f.lead.Status.Open() && f.lead.ManagerID == ""
	if !f.out.NewInteraction && !f.out.Found || f.contact == nil {
		return nil
	}
	for _, id := range f.t.From {
		if slices.Contains(f.contact.Identities, id) {
			f.stored.Identities = append(f.stored.Identities, id)
		}
	}
	return nil
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
