package storage

import (
	"context"
	"errors"
	"slices"

	"ctihub/leads"
	"ctihub/storage/db"
)

// recall reads what is known of touches, rowsMost at the most. Those that have a key, an
// identity or a contact in common with one before them must see what that one
// changes: they are left for a later wave.
func recall(ctx context.Context, b *bulk, all []*filing) (wave, rest []*filing, err error) {
	if err := recallKeys(ctx, b, all); err != nil {
		return nil, nil, err
	}
	var ids []leads.Identity
	for _, f := range all {
		if f.needsPeople() {
			for _, id := range slices.Concat(f.t.From, f.t.Offered) {
				if !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
		}
	}
	contacts, err := knownContacts(ctx, b, ids)
	if err != nil {
		return nil, nil, err
	}
	if err := recallThreads(ctx, b, all, contacts); err != nil {
		return nil, nil, err
	}
	seen := map[any]bool{}
	for _, f := range all {
		marks := []any{f.t.Key()}
		if f.needsPeople() {
			f.known.Contacts, f.known.Holders = theirs(contacts, f.t.From), theirs(contacts, f.t.Offered)
			for _, id := range slices.Concat(f.t.From, f.t.Offered) {
				marks = append(marks, id)
			}
			marks = append(marks, f.threadMarks()...)
			for _, c := range f.known.Contacts {
				marks = append(marks, c.ID)
			}
		} else if i := f.known.Interaction; i != nil && i.ContactID != "" {
			marks = append(marks, i.ContactID)
		}
		if slices.ContainsFunc(marks, func(m any) bool { return seen[m] }) {
			rest = append(rest, f)
		} else {
			wave = append(wave, f)
		}
		for _, m := range marks {
			seen[m] = true
		}
	}
	for _, f := range rest {
		f.known, f.before, *f.stored = leads.Known{}, db.InteractionRow{}, leads.Stored{}
	}
	return wave, rest, nil
}

// needsPeople reports whether the touch is decided by whose it is: a new one
// is, and that of a call which belongs to nobody so far.
func (f *filing) needsPeople() bool {
	i := f.known.Interaction
	return f.t.Direction != leads.Internal && (i == nil || i.Call != nil && i.ContactID == "")
}

// recallKeys reads the interactions that the touches' keys have already.
func recallKeys(ctx context.Context, b *bulk, all []*filing) error {
	stored := map[leads.Key]bool{}
	if len(all) == 1 && b.s.writing == nil {
		stored[all[0].t.Key()] = true // perhaps: it is read at once, for one round trip less
	} else {
		var keys [][]any
		for _, f := range all {
			keys = append(keys, []any{f.t.Source, f.t.ExternalID})
		}
		rows, err := db.New(listed{b, keys}).StoredKeys(ctx, db.StoredKeysParams{})
		if err != nil {
			return err
		}
		for _, r := range rows {
			stored[leads.Key{Source: r.Source, ExternalID: r.ExternalID}] = true
		}
	}
	for _, f := range all {
		if !stored[f.t.Key()] {
			continue
		}
		row, err := b.q.InteractionByKey(ctx, db.InteractionByKeyParams{Source: f.t.Source, ExternalID: f.t.ExternalID})
		if err = found(err); errors.Is(err, leads.ErrNotFound) {
			continue
		} else if err != nil {
			return err
		}
		f.before = row
		i := interactionOf(row)
		f.known.Interaction = &leads.KnownInteraction{ID: i.ID, ContactID: i.ContactID, LeadID: i.LeadID, Edited: i.Edited}
		if i.Call != nil {
			f.known.Interaction.Call = &i.Call.Call
		}
		if f.t.Digest != "" {
			if f.known.Interaction.Digest, err = b.q.DigestByKey(ctx, db.DigestByKeyParams{Source: f.t.Source, ExternalID: f.t.ExternalID}); err != nil {
				return found(err)
			}
		}
		f.stored.InteractionID = i.ID
	}
	return nil
}

// theirs returns the contacts that hold one of the identities, and which.
func theirs(all []leads.KnownContact, ids []leads.Identity) (some []leads.KnownContact) {
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
func knownContacts(ctx context.Context, b *bulk, ids []leads.Identity) ([]leads.KnownContact, error) {
	var known []leads.KnownContact
	for some := range slices.Chunk(ids, rowsMost) {
		var pairs [][]any
		for _, id := range some {
			pairs = append(pairs, []any{string(id.Kind), id.Value})
		}
		rows, err := db.New(listed{b, pairs}).KnownContacts(ctx, db.KnownContactsParams{})
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			i := slices.IndexFunc(known, func(c leads.KnownContact) bool { return c.ID == r.ID })
			if i < 0 {
				i = len(known)
				known = append(known, leads.KnownContact{
					ID: r.ID, Name: r.Name, OwnerID: r.OwnerID, Created: fromMicros(r.Created), OpenLeadID: r.OpenLeadID, HadLead: r.HadLead, OpenTask: r.OpenTask,
				})
			}
			known[i].Matched = append(known[i].Matched, leads.Identity{Kind: leads.IdentityKind(r.Kind), Value: r.Value})
		}
	}
	return known, nil
}
