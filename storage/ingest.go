package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ctihub/leads"
	"ctihub/storage/db"
)

// Ingest stores the touches, the quarantine and the cursor in one transaction
// and returns what became of each touch. Unique keys and versions settle every
// race: whoever comes second decides anew.
//
// Statements per touch, beside begin and commit, with i new identities and l
// legs that are new or changed:
//
//	said before                       2
//	stranger's form, message, mail    7 + i
//	known person's                    6, and 1 + i if the contact gains something
//	stranger's call                   9 + i + l
//	known person's call               8 + l
//	call moved forward                6 + l
func (s *Store) Ingest(ctx context.Context, b leads.Batch) ([]leads.Stored, error) {
	if b.Cursor != text(b.Cursor) {
		return nil, fmt.Errorf("%w: the cursor is not text", leads.ErrInvalid)
	}
	touches := make([]leads.Touch, len(b.Touches))
	for i, t := range b.Touches {
		touches[i] = cleanTouch(t)
	}
	var stored []leads.Stored
	err := s.decide(ctx, func(q *db.Queries) error {
		stored = make([]leads.Stored, len(touches))
		for i, t := range touches {
			f := filing{q: q, log: outbox{q: q, sinks: s.sinks}, t: t, at: now()}
			if err := f.file(ctx); err != nil {
				return fmt.Errorf("touch %d: %w", i+1, err)
			}
			stored[i] = f.stored
		}
		return finishBatch(ctx, q, b)
	})
	if err != nil {
		return nil, err
	}
	return stored, nil
}

// finishBatch stores what a batch holds beside touches.
func finishBatch(ctx context.Context, q *db.Queries, b leads.Batch) error {
	for _, t := range b.Quarantine {
		if t.ID == "" {
			t.ID = newID()
		}
		if err := q.InsertQuarantine(ctx, db.InsertQuarantineParams{
			ID: t.ID, Source: text(t.Source), ExternalID: text(t.ExternalID), Reason: text(t.Reason), Raw: text(t.Raw), At: micros(t.At),
		}); err != nil {
			return fmt.Errorf("quarantine: %w", err)
		}
	}
	if b.Cursor == "" {
		return nil
	}
	return q.PutCursor(ctx, db.PutCursorParams{Name: b.Source, Cursor: b.Cursor, Updated: micros(now())})
}

// filing carries one touch into the tables.
type filing struct {
	q   *db.Queries
	log outbox
	t   leads.Touch
	at  time.Time // of storing

	known  leads.Known
	before db.InteractionRow // of the touch's key, zero if new
	out    leads.Outcome

	contact *leads.Contact // whose it is, nil for nobody
	owner   string
	lead    *leads.Lead // to which it belongs, nil for none
	call    *leads.CallRecord
	stored  leads.Stored
}

func (f *filing) file(ctx context.Context) error {
	if err := f.recall(ctx); err != nil {
		return err
	}
	f.out = leads.Decide(f.t, f.known)
	steps := []func(context.Context) error{f.fileContact, f.fileLead, f.fileInteraction, f.fileCall, f.suggestMerges, f.tell}
	if f.out.Skip {
		steps = []func(context.Context) error{f.fileLead}
		f.stored.ContactID = f.out.ContactID
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	f.stored.New = f.out.NewInteraction
	f.stored.Events = f.log.events
	f.stored.Unrouted = f.lead != nil && f.lead.Status.Open() && f.lead.ManagerID == ""
	if f.out.NewInteraction && f.contact != nil {
		for _, id := range f.t.From {
			if slices.Contains(f.contact.Identities, id) {
				f.stored.Identities = append(f.stored.Identities, id)
			}
		}
	}
	return nil
}

// recall reads what is known of the touch: its interaction, else its people.
func (f *filing) recall(ctx context.Context) error {
	row, err := f.q.InteractionByKey(ctx, db.InteractionByKeyParams{Source: f.t.Source, ExternalID: f.t.ExternalID})
	if err == nil {
		f.before = row
		i := interactionOf(row)
		f.known.Interaction = &leads.KnownInteraction{ID: i.ID, ContactID: i.ContactID, LeadID: i.LeadID}
		if i.Call != nil {
			f.known.Interaction.Call = &i.Call.Call
		}
		f.stored.InteractionID = i.ID
		return nil
	}
	if err = found(err); !errors.Is(err, leads.ErrNotFound) {
		return err
	}
	if f.t.Direction != leads.Internal {
		f.known.Contacts, err = knownContacts(ctx, f.q, f.t.From)
		return err
	}
	return nil
}

// knownContacts reads the contacts that hold any of the identities, four
// identities with one statement.
func knownContacts(ctx context.Context, q *db.Queries, ids []leads.Identity) ([]leads.KnownContact, error) {
	var known []leads.KnownContact
	for four := range slices.Chunk(ids, 4) {
		var k [4]leads.Identity // no identity has an empty kind
		copy(k[:], four)
		rows, err := q.KnownContacts(ctx, db.KnownContactsParams{
			Kind1: string(k[0].Kind), Value1: k[0].Value, Kind2: string(k[1].Kind), Value2: k[1].Value,
			Kind3: string(k[2].Kind), Value3: k[2].Value, Kind4: string(k[3].Kind), Value4: k[3].Value,
		})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			i := slices.IndexFunc(known, func(c leads.KnownContact) bool { return c.ID == r.ID })
			if i < 0 {
				i = len(known)
				known = append(known, leads.KnownContact{
					ID: r.ID, Name: r.Name, OwnerID: r.OwnerID, Created: fromMicros(r.Created), OpenLeadID: r.OpenLeadID, HadLead: r.HadLead,
				})
			}
			known[i].Matched = append(known[i].Matched, leads.Identity{Kind: leads.IdentityKind(r.Kind), Value: r.Value})
		}
	}
	return known, nil
}

// cleanTouch makes every text of a touch fit for both databases and for the
// lists inside records.
func cleanTouch(t leads.Touch) leads.Touch {
	for _, s := range []*string{&t.Source, &t.ExternalID, (*string)(&t.Channel), &t.Name, &t.To, &t.Subject, &t.Text, &t.HTML, &t.Team, &t.Raw} {
		*s = text(*s)
	}
	t.From = slices.Clone(t.From)
	for i, id := range t.From {
		t.From[i] = leads.Identity{Kind: leads.IdentityKind(field(text(string(id.Kind)))), Value: strings.ReplaceAll(text(id.Value), "\n", " ")}
	}
	if t.Call != nil {
		c := *t.Call
		for _, s := range []*string{&c.Linkedid, &c.From, &c.To, &c.DID, &c.Queue, &c.Operator, &c.HangupBy} {
			*s = text(*s)
		}
		c.Started, c.Answered, c.Ended = stamp(c.Started), stamp(c.Answered), stamp(c.Ended)
		c.Legs = make([]leads.Leg, len(t.Call.Legs)) // not the caller's, users are filled in
		for i, l := range t.Call.Legs {
			l.Channel, l.Extension, l.User = field(text(l.Channel)), field(text(l.Extension)), nil
			l.Rang, l.Answered, l.Ended = stamp(l.Rang), stamp(l.Answered), stamp(l.Ended)
			c.Legs[i] = l
		}
		t.Call = &c
	}
	t.At = stamp(t.At)
	return t
}

// stamp is a time as it comes back from the database.
func stamp(t time.Time) time.Time { return fromMicros(micros(t)) }
