package storage

import (
	"context"
	"errors"
	"slices"

	"ctihub/leads"
	"ctihub/leads/intake"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// storedKeys selects the keys that are stored.
var storedKeys = batch.NewQuery[leads.Key, leads.Key]("reading keys",
	"SELECT i.source, i.external_id FROM interactions i WHERE", "i.source", "i.external_id")

// contactsByIdentity reads the contacts that hold an identity.
var contactsByIdentity = batch.NewQuery[leads.Identity, knownContactRow]("reading contacts by their identities",
	"SELECT i.kind, i.value, "+knownContactColumns+" FROM identities i JOIN contacts c ON c.id = i.contact_id WHERE", "i.kind", "i.value")

// knownContactColumns are the columns of a contact c that Decide needs.
const knownContactColumns = `c.id, c.name, COALESCE(c.owner_id, '') AS owner_id, c.created,
    COALESCE((SELECT l.id FROM leads l WHERE l.contact_id = c.id AND l.closed = 0), '') AS open_lead_id,
    CAST(COALESCE((SELECT l.id FROM leads l WHERE l.contact_id = c.id LIMIT 1), '') <> '' AS BOOLEAN) AS had_lead,
    EXISTS (SELECT 1 FROM tasks t WHERE t.contact_id = c.id AND t.state = 'open') AS open_task`

type knownContactRow struct {
	By, Value         string // kind and value of the identity, or channel and id of the message
	ID, Name, OwnerID string
	Created           int64
	OpenLeadID        string
	HadLead, OpenTask bool
}

func (r knownContactRow) contact() intake.KnownContact {
	return intake.KnownContact{
		ID: r.ID, Name: r.Name, OwnerID: r.OwnerID, Created: fromMicros(r.Created), OpenLeadID: r.OpenLeadID, HadLead: r.HadLead, OpenTask: r.OpenTask,
	}
}

// loadKnown reads the known state of at most batch.RowsMost touches. A touch that shares a
// key, identity, thread or contact with an earlier one must see the changes of that one: it
// is left for a later wave.
func loadKnown(ctx context.Context, tx *Tx, all []*touchWriter) (wave, rest []*touchWriter, err error) {
	if err := loadKeys(ctx, tx, all); err != nil {
		return nil, nil, err
	}
	var ids []leads.Identity
	for _, w := range all {
		if w.needsContact() {
			for _, id := range slices.Concat(w.t.From, w.t.Offered) {
				if !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
	}
	contacts, err := knownContacts(ctx, tx, ids)
	if err != nil {
		return nil, nil, err
	}
	if err := loadThreads(ctx, tx, all, contacts); err != nil {
		return nil, nil, err
	}
	seen := map[any]bool{}
	for _, w := range all {
		shared := []any{w.t.Key()}
		if w.needsContact() {
			w.known.Contacts, w.known.Holders = holdersOf(contacts, w.t.From), holdersOf(contacts, w.t.Offered)
			for _, id := range slices.Concat(w.t.From, w.t.Offered) {
				shared = append(shared, id)
			}
			shared = append(shared, w.threadKeys()...)
			for _, c := range w.known.Contacts {
				shared = append(shared, c.ID)
			}
		} else if i := w.known.Interaction; i != nil && i.ContactID != "" {
			shared = append(shared, i.ContactID)
		}
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
		w.known, w.before, *w.stored = intake.Known{}, db.InteractionRow{}, intake.Stored{}
	}
	return wave, rest, nil
}

// needsContact reports whether Decide needs the contacts of the touch: for a new
// interaction, and for a call without a contact.
func (w *touchWriter) needsContact() bool {
	i := w.known.Interaction
	return w.t.Direction != leads.Internal && (i == nil || i.Call != nil && i.ContactID == "")
}

// loadKeys reads the stored interactions of the touches' keys.
func loadKeys(ctx context.Context, tx *Tx, all []*touchWriter) error {
	stored := map[leads.Key]bool{}
	if len(all) == 1 && tx.s.writing == nil {
		stored[all[0].t.Key()] = true // perhaps: reading it directly saves a round trip
	} else {
		var keys []leads.Key
		for _, w := range all {
			keys = append(keys, w.t.Key())
		}
		found, err := storedKeys.Rows(ctx, tx, keys...)
		if err != nil {
			return err
		}
		for _, k := range found {
			stored[k] = true
		}
	}
	for _, w := range all {
		if !stored[w.t.Key()] {
			continue
		}
		row, err := tx.q.InteractionByKey(ctx, db.InteractionByKeyParams{Source: w.t.Source, ExternalID: w.t.ExternalID})
		if err = orNotFound(err); errors.Is(err, leads.ErrNotFound) {
			continue
		} else if err != nil {
			return err
		}
		w.before = row
		i := interactionOf(row)
		w.known.Interaction = &intake.KnownInteraction{ID: i.ID, ContactID: i.ContactID, LeadID: i.LeadID, Edited: i.Edited}
		if i.Call != nil {
			w.known.Interaction.Call = &i.Call.Call
		}
		if w.t.Digest != "" {
			if w.known.Interaction.Digest, err = tx.q.DigestByKey(ctx, db.DigestByKeyParams{Source: w.t.Source, ExternalID: w.t.ExternalID}); err != nil {
				return orNotFound(err)
			}
		}
		w.stored.InteractionID = i.ID
	}
	return nil
}

// holdersOf returns the contacts that hold one of the identities, with those in Matched.
func holdersOf(all []intake.KnownContact, ids []leads.Identity) (some []intake.KnownContact) {
	for _, c := range all {
		var matched []leads.Identity
		for _, id := range c.Matched {
			if slices.Contains(ids, id) {
				matched = append(matched, id)
			}
		}
		if c.Matched = matched; len(matched) > 0 {
			some = append(some, c)
		}
	}
	return some
}

// knownContacts reads the contacts that hold any of the identities.
func knownContacts(ctx context.Context, tx *Tx, ids []leads.Identity) ([]intake.KnownContact, error) {
	rows, err := contactsByIdentity.Rows(ctx, tx, ids...)
	if err != nil {
		return nil, err
	}
	var known []intake.KnownContact
	for _, r := range rows {
		i := slices.IndexFunc(known, func(c intake.KnownContact) bool { return c.ID == r.ID })
		if i < 0 {
			i = len(known)
			known = append(known, r.contact())
		}
		known[i].Matched = append(known[i].Matched, leads.Identity{Kind: leads.IdentityKind(r.By), Value: r.Value})
	}
	return known, nil
}

// contactsByID and leadsByID read whole records.
var (
	contactsByID = batch.NewQuery[string, db.ContactRow]("reading contacts",
		"SELECT id, name, company, owner_id, owner_name, main_key, search, version, created, identities FROM contact_rows WHERE", "id")
	leadsByID = batch.NewQuery[string, db.LeadRow]("reading leads", `
SELECT id, contact_id, contact_name, contact_key, search, owner_id, status, source, channel, subject, team, manager_id, manager_name,
    reason, repeated, refusal, utm, opened, assigned, closed, responded
FROM lead_rows WHERE`, "id")
)

func readContacts(ctx context.Context, on batch.Reader, ids []string) (map[string]db.ContactRow, error) {
	rows, err := contactsByID.Rows(ctx, on, ids...)
	return batch.ByID(rows, func(r db.ContactRow) string { return r.ID }), err
}

func readLeads(ctx context.Context, on batch.Reader, ids []string) (map[string]db.LeadRow, error) {
	rows, err := leadsByID.Rows(ctx, on, ids...)
	return batch.ByID(rows, func(r db.LeadRow) string { return r.ID }), err
}
