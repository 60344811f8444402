package storage

import (
	"context"
	"slices"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// loadKnown reads all that the next touches need, in one round trip, and returns the first
// wave of them. A touch that shares a key, identity, thread or contact with an earlier one
// must see the changes of that one: it is left for a later wave. What is asked besides is read in
// the same round trip.
func loadKnown(ctx context.Context, tx *Tx, all []*touchWriter, also ...batch.Asked) (wave, rest []*touchWriter, b *book, err error) {
	b, err = readBook(ctx, tx, all, also...)
	if err != nil {
		return nil, nil, nil, err
	}
	seen := map[any]bool{}
	for _, w := range all {
		b.tell(w)
		shared := w.shared()
		if slices.ContainsFunc(shared, func(m any) bool { return seen[m] }) {
			rest = append(rest, w)
		} else {
			wave = append(wave, w)
		}
		for _, m := range shared {
			seen[m] = true
		}
	}
	for _, w := range rest {
		w.known, w.before = intake.Known{}, keyedInteraction{}
	}
	return wave, rest, b, nil
}

// shared returns what the touch may not share with another of its wave.
func (w *touchWriter) shared() []any {
	shared := []any{w.t.Key()}
	if i := w.known.Interaction; i != nil && i.ContactID != "" {
		shared = append(shared, i.ContactID)
	}
	if !w.needsContact() {
		return shared
	}
	for _, id := range slices.Concat(w.t.From, w.t.Offered) {
		shared = append(shared, id)
	}
	for _, c := range w.known.Contacts {
		shared = append(shared, c.ID)
	}
	return append(shared, w.threadKeys()...)
}

// needsContact reports whether Decide needs the contacts of the touch: for a new
// interaction, and for a call without a contact.
func (w *touchWriter) needsContact() bool {
	i := w.known.Interaction
	return w.t.Direction != leads.Internal && (i == nil || i.Call != nil && i.ContactID == "")
}

// mayOpenLead reports whether the touch may open a lead, as far as it tells by itself. A call
// opens one when it begins to ring.
func (w *touchWriter) mayOpenLead() bool {
	t := w.t
	if t.Direction != leads.In || t.Automatic != "" {
		return false
	}
	return t.Call == nil || t.Call.State == leads.CallRinging && t.Call.PartOf == "" && len(t.From) > 0
}

// contactsByID and leadsByID read whole records.
var (
	contactsByID = batch.NewQuery[string, db.ContactRow]("reading contacts", "SELECT "+batch.Columns[db.ContactRow]("r")+" FROM contact_rows r WHERE", "r.id")
	leadsByID    = batch.NewQuery[string, db.LeadRow]("reading leads", "SELECT "+batch.Columns[db.LeadRow]("r")+" FROM lead_rows r WHERE", "r.id")
)

func readContacts(ctx context.Context, on batch.Reader, ids []string) (map[string]db.ContactRow, error) {
	rows, err := contactsByID.Rows(ctx, on, ids...)
	return batch.ByID(rows, func(r db.ContactRow) string { return r.ID }), err
}

func readLeads(ctx context.Context, on batch.Reader, ids []string) (map[string]db.LeadRow, error) {
	rows, err := leadsByID.Rows(ctx, on, ids...)
	return batch.ByID(rows, func(r db.LeadRow) string { return r.ID }), err
}
