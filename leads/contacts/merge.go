package contacts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ctihub/leads"
	"ctihub/leads/access"
)

// ReasonMergedSince is the code of a problem whose value is the id of a later merge, which has
// to be undone first.
const ReasonMergedSince = "merged_since"

// Merging is a merge that a user decided on.
type Merging struct {
	Keep    leads.Contact        // that stays, as it was read
	Is      leads.Contact        // that stays, as it will be
	Removed []leads.Contact      // merged into it
	Leads   []string             // the open leads that go on, one in each pipeline
	Custom  []leads.CustomChange // of the contact that stays
	UserID  string
	At      time.Time
}

// MergeTx is what merging needs of a transaction.
type MergeTx interface {
	// LockContacts makes touches of the contacts wait until the transaction ends.
	LockContacts(ctx context.Context, ids ...string) error
	// OpenLeads returns the open leads of contacts.
	OpenLeads(ctx context.Context, contactIDs ...string) ([]leads.Lead, error)
	// MergeCounts counts the records of contacts.
	MergeCounts(ctx context.Context, contactIDs ...string) (leads.MergeCounts, error)
	// Merge gives the records of the removed contacts to the one that stays, and keeps what
	// undoing needs.
	Merge(ctx context.Context, m Merging) (leads.Merge, error)
	// StandingMerge returns the merge, not undone, that removed a contact; else leads.ErrNotFound.
	StandingMerge(ctx context.Context, contactID string) (leads.Merge, error)
	// GetMerge returns a merge.
	GetMerge(ctx context.Context, id string) (leads.Merge, error)
	// LaterMerge returns the id of the newest merge, not undone, of which the contact that
	// stayed is a part and which came after this one; empty for none.
	LaterMerge(ctx context.Context, m leads.Merge) (id string, err error)
	// UndoMerge brings the removed contacts back with their records. What came in between goes to
	// the contact by whose identity it came. It returns the contact that stayed as it was, and
	// all of them as they are, that one first.
	UndoMerge(ctx context.Context, m leads.Merge, userID string) (was leads.Contact, all []leads.Contact, err error)
	// Split makes a contact of some identities of another one, with what came by them.
	Split(ctx context.Context, c leads.Contact, ids []leads.Identity, name string) (leads.Contact, error)
}

// PreviewMerge returns what a merge would do.
func (s *Service) PreviewMerge(ctx context.Context, v leads.Viewer, keepID string, with []string) (p leads.MergePreview, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if p.Contacts, err = mergeable(ctx, tx, v, keepID, with); err != nil {
			return err
		}
		ids := idsOf(p.Contacts)
		open, err := tx.OpenLeads(ctx, ids...)
		if err != nil {
			return err
		}
		custom, err := tx.CustomFields(ctx)
		if err != nil {
			return err
		}
		p.Fields = append(mergeFields(p.Contacts, open), mergeCustom(p.Contacts, custom)...)
		p.Counts, err = tx.MergeCounts(ctx, ids...)
		return err
	})
	return p, err
}

// Merge joins contacts into the one that stays. A repeated request returns the merge that it
// made before.
func (s *Service) Merge(ctx context.Context, v leads.Viewer, keepID string, with []string, choice leads.MergeChoice) (m leads.Merge, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.LockContacts(ctx, append([]string{keepID}, with...)...); err != nil {
			return err
		}
		all, err := mergeable(ctx, tx, v, keepID, with)
		if errors.Is(err, leads.ErrNotFound) {
			if before, done := mergedBefore(ctx, tx, v, keepID, with); done {
				m = before
				return nil
			}
		}
		if err != nil {
			return err
		}
		open, err := tx.OpenLeads(ctx, idsOf(all)...)
		if err != nil {
			return err
		}
		custom, err := tx.CustomFields(ctx)
		if err != nil {
			return err
		}
		fields := append(mergeFields(all, open), mergeCustom(all, custom)...)
		if err := choose(fields, choice); err != nil {
			return err
		}
		is, goOn, err := merged(all, fields, open)
		if err != nil {
			return err
		}
		if err := mayMerge(v, all, is, open, goOn); err != nil {
			return err
		}
		if m, err = tx.Merge(ctx, Merging{Keep: all[0], Is: is, Removed: all[1:], Leads: goOn, Custom: customDifferences(custom, all[0], is), UserID: v.UserID, At: s.Now()}); err != nil {
			return err
		}
		return s.noteMerge(ctx, tx, v, all[0], is, all[1:], custom)
	})
	return m, err
}

// noteMerge writes down which contacts were merged into one, and what that changed of it.
func (s *Service) noteMerge(ctx context.Context, tx Tx, v leads.Viewer, was, is leads.Contact, removed []leads.Contact, custom []leads.CustomField) error {
	changes := differences(was, is)
	for _, c := range customDifferences(custom, was, is) {
		changes = append(changes, c.Entry())
	}
	for _, c := range removed {
		changes = append(changes, leads.HistoryEntry{Field: leads.FieldMerged, After: c.ShownName()})
	}
	for _, e := range changes {
		if err := tx.AddHistory(ctx, s.entry(v, is, e)); err != nil {
			return err
		}
	}
	return nil
}

// mergeable returns the contacts of a merge, the one that stays first.
func mergeable(ctx context.Context, tx Tx, v leads.Viewer, keepID string, with []string) (all []leads.Contact, err error) {
	for i, id := range append([]string{keepID}, with...) {
		if slices.ContainsFunc(all, func(c leads.Contact) bool { return c.ID == id }) {
			return nil, leads.Invalid("with", "Each contact can be named once.")
		}
		c, err := tx.SeeContact(ctx, v, id)
		if err != nil {
			return nil, fmt.Errorf("contact %d of the merge: %w", i+1, err)
		}
		if c.Line {
			return nil, leads.Invalid("with", "The shared numbers of a company are no person: they are merged with nobody.")
		}
		all = append(all, c)
		if len(with) == 0 || len(with) >= leads.MergeMost {
			return nil, leads.Invalid("with", "Give the ids of one to nine other contacts.")
		}
	}
	return all, nil
}

// mergedBefore returns the merge by which all the contacts were merged into the one that stays.
func mergedBefore(ctx context.Context, tx Tx, v leads.Viewer, keepID string, with []string) (m leads.Merge, done bool) {
	if _, err := tx.SeeContact(ctx, v, keepID); err != nil {
		return m, false
	}
	for i, id := range with {
		one, err := tx.StandingMerge(ctx, id)
		if err != nil || one.ContactID != keepID || i > 0 && one.ID != m.ID {
			return m, false
		}
		m = one
	}
	return m, true
}

func idsOf(all []leads.Contact) []string {
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	return ids
}

// mergeFields returns the fields of a merge with what is chosen of each at first.
func mergeFields(all []leads.Contact, open []leads.Lead) (fields []leads.MergedField) {
	for _, name := range leads.MergeFields {
		f := leads.MergedField{Field: name, Values: []leads.MergeValue{}}
		for _, c := range all {
			if value, ok := mergeValue(name, c, open); ok {
				f.Values = append(f.Values, leads.MergeValue{ContactID: c.ID, Value: value})
			}
		}
		if len(f.Values) > 0 && !joined(f) {
			f.Chosen = f.Values[0].ContactID
		}
		fields = append(fields, f)
	}
	return fields
}

// mergeValue returns what a contact has in a field.
func mergeValue(name leads.MergeField, c leads.Contact, open []leads.Lead) (value string, ok bool) {
	switch name {
	case leads.MergeName:
		value = c.Name
	case leads.MergeCompany:
		value = c.Company
	case leads.MergeOwner:
		if c.Owner != nil {
			return c.Owner.Name, true
		}
	case leads.MergeWarning:
		value = c.Warning
	case leads.MergeNotes:
		value = c.Notes
	case leads.MergeLead:
		if i := slices.IndexFunc(open, func(l leads.Lead) bool { return l.ContactID == c.ID }); i >= 0 {
			return open[i].Subject, true
		}
	}
	return value, value != ""
}

// mergeCustom returns the custom fields of a merge, those of which a contact has a value.
func mergeCustom(all []leads.Contact, custom []leads.CustomField) (fields []leads.MergedField) {
	for _, field := range custom {
		f := leads.MergedField{Field: leads.MergeCustom + leads.MergeField(field.ID)}
		for _, c := range all {
			if c.Fields.Has(field.ID) {
				f.Values = append(f.Values, leads.MergeValue{ContactID: c.ID, Value: field.Shown(field.Stored(c.Fields[field.ID]))})
			}
		}
		if len(f.Values) > 0 {
			f.Chosen = f.Values[0].ContactID
			fields = append(fields, f)
		}
	}
	return fields
}

// customDifferences returns what was changed of the custom fields of a contact.
func customDifferences(custom []leads.CustomField, was, is leads.Contact) (changes []leads.CustomChange) {
	for _, f := range custom {
		before, after := f.Stored(was.Fields[f.ID]), f.Stored(is.Fields[f.ID])
		if !slices.Equal(before, after) {
			changes = append(changes, leads.CustomChange{Field: f, Before: before, After: after})
		}
	}
	return changes
}

// joined reports whether the values of a field are kept of all contacts unless one is chosen.
func joined(f leads.MergedField) bool {
	return (f.Field == leads.MergeWarning || f.Field == leads.MergeNotes) && len(distinct(f)) > 1
}

// distinct returns the different values of a field.
func distinct(f leads.MergedField) (texts []string) {
	for _, v := range f.Values {
		if !slices.Contains(texts, v.Value) {
			texts = append(texts, v.Value)
		}
	}
	return texts
}

// choose puts a user's choice into the fields.
func choose(fields []leads.MergedField, choice leads.MergeChoice) error {
	for name, id := range choice {
		i := slices.IndexFunc(fields, func(f leads.MergedField) bool { return f.Field == name })
		if i < 0 || !slices.ContainsFunc(fields[i].Values, func(v leads.MergeValue) bool { return v.ContactID == id }) {
			return leads.Invalid("fields."+string(name), "Give the id of a contact of the merge that has this field.")
		}
		fields[i].Chosen = id
	}
	return nil
}

// merged returns the contact that stays as it will be, and the leads that go on.
func merged(all []leads.Contact, fields []leads.MergedField, open []leads.Lead) (is leads.Contact, goOn []string, err error) {
	is = all[0]
	of := func(id string) leads.Contact {
		return all[slices.IndexFunc(all, func(c leads.Contact) bool { return c.ID == id })]
	}
	for _, f := range fields {
		switch {
		case f.Field == leads.MergeOwner && f.Chosen != "":
			is.Owner = of(f.Chosen).Owner
		case f.Field == leads.MergeLead:
			goOn = leadsThatGoOn(all, open, f.Chosen)
		case f.Field == leads.MergeName && f.Chosen != "":
			is.Name = of(f.Chosen).Name
		case f.Field == leads.MergeCompany && f.Chosen != "":
			is.Company, is.CompanyID, is.Role = of(f.Chosen).Company, of(f.Chosen).CompanyID, of(f.Chosen).Role
		case f.Field == leads.MergeWarning:
			is.Warning, err = texts(f, of(cmp.Or(f.Chosen, is.ID)).Warning, " · ", leads.LineMost)
		case f.Field == leads.MergeNotes:
			is.Notes, err = texts(f, of(cmp.Or(f.Chosen, is.ID)).Notes, "\n\n", NotesMost)
		case strings.HasPrefix(string(f.Field), string(leads.MergeCustom)):
			code := strings.TrimPrefix(string(f.Field), string(leads.MergeCustom))
			if is.Fields = maps.Clone(is.Fields); is.Fields == nil {
				is.Fields = leads.CustomValues{}
			}
			is.Fields[code] = of(f.Chosen).Fields[code]
		}
		if err != nil {
			return is, nil, err
		}
	}
	is.Tags = slices.Clone(is.Tags)
	for _, c := range all[1:] {
		for _, tag := range c.Tags {
			if !slices.ContainsFunc(is.Tags, func(t string) bool { return leads.Fold(t) == leads.Fold(tag) }) {
				is.Tags = append(is.Tags, tag)
			}
		}
		is.Identities = append(slices.Clip(is.Identities), c.Identities...)
	}
	return is, goOn, nil
}

// leadsThatGoOn returns an open lead of each pipeline: that of the chosen contact, else of the first
// one that has one.
func leadsThatGoOn(all []leads.Contact, open []leads.Lead, chosen string) (ids []string) {
	of := map[string]string{}
	for _, contact := range append([]string{chosen}, idsOf(all)...) {
		for _, l := range open {
			if l.ContactID == contact && of[l.PipelineID] == "" {
				of[l.PipelineID] = l.ID
				ids = append(ids, l.ID)
			}
		}
	}
	return ids
}

// texts returns the chosen text of a field, or all of them joined.
func texts(f leads.MergedField, chosen, between string, most int) (string, error) {
	if f.Chosen != "" || len(f.Values) == 0 {
		return chosen, nil
	}
	all := strings.Join(distinct(f), between)
	if n := utf8.RuneCountInString(all); n > most {
		return "", leads.Invalid("fields."+string(f.Field), "Together they are too long ("+leads.OutOf(n, most)+" characters): choose the contact whose text stays.")
	}
	return all, nil
}

// mayMerge returns nil if a viewer who sees the contacts may give them all the owner, and hand
// over the open leads that are joined with others.
func mayMerge(v leads.Viewer, all []leads.Contact, is leads.Contact, open []leads.Lead, goOn []string) error {
	owner := leads.IDOf(is.Owner)
	for _, c := range all {
		if leads.IDOf(c.Owner) == "" || leads.IDOf(c.Owner) == owner {
			continue
		}
		if err := access.MayChangeOwner(v, c, owner); err != nil {
			return err
		}
	}
	for _, l := range open {
		if slices.Contains(goOn, l.ID) {
			continue
		}
		if err := access.MayChange(v, l); err != nil {
			return err
		}
	}
	return nil
}

// UndoMerge takes a merge back: by the user who merged, or a supervisor. A merge that was
// undone before changes nothing. It returns the contact that stayed.
func (s *Service) UndoMerge(ctx context.Context, v leads.Viewer, id string) (m leads.Merge, err error) {
	err = s.Store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if m, err = tx.GetMerge(ctx, id); err != nil {
			return err
		}
		if !v.Role.SeesAll() && leads.IDOf(m.By) != v.UserID {
			return fmt.Errorf("merge %q: %w", id, leads.ErrNotFound)
		}
		if !m.Undone.IsZero() {
			return nil
		}
		if later, err := tx.LaterMerge(ctx, m); err != nil {
			return err
		} else if later != "" {
			return &leads.Problem{Kind: leads.ErrConflict, Title: "The contact was merged again since", Reason: ReasonMergedSince, Value: later,
				Detail: "Undo the later merge first."}
		}
		was, all, err := tx.UndoMerge(ctx, m, v.UserID)
		if err != nil {
			return err
		}
		custom, err := tx.CustomFields(ctx)
		if err != nil {
			return err
		}
		changes := differences(was, all[0])
		for _, c := range customDifferences(custom, was, all[0]) {
			changes = append(changes, c.Entry())
		}
		for _, e := range changes {
			if err := tx.AddHistory(ctx, s.entry(v, all[0], e)); err != nil {
				return err
			}
		}
		for _, c := range all {
			if err := tx.AddHistory(ctx, s.entry(v, c, leads.HistoryEntry{Field: leads.FieldUnmerged})); err != nil {
				return err
			}
		}
		m.Undone, m.UndoneBy = s.Now(), &leads.Person{ID: v.UserID}
		return nil
	})
	return m, err
}
