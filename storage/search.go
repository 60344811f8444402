package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/storage/batch"
	"ctihub/storage/db"
	"ctihub/storage/read"
)

// Bounds of a search. Of a viewer who does not see everything the newest documents that fit
// are looked at; if there were more, also the viewer's newest records are.
const (
	candidatesMost  = 200
	ownContactsMost = 5000         // of each way in which they see them
	ownMost         = read.MaxPage // leads, or messages
	rankedMost      = 120          // contacts of which the best are shown
	contactsShown   = 10           // contacts whose leads are found with them
)

var interactionsByID = batch.NewQuery[string, db.InteractionRow]("reading interactions", "SELECT "+batch.Columns[db.InteractionRow]("r")+" FROM interaction_rows r WHERE", "r.id")

// related are the records of an interaction; empty ids: none.
type related struct{ ID, ContactID, LeadID string }

var relatedOf = batch.NewQuery[string, related]("reading whose interactions are", "SELECT i.id, COALESCE(i.contact_id, ''), COALESCE(i.lead_id, '') FROM interactions i WHERE", "i.id")

// Search returns at most limit records that fit the query and that the viewer sees, of one
// kind unless that is empty: contacts, companies, leads, then messages. The index is read
// for candidates only: every hit is a record as it is now, and fits.
func (s *Store) Search(ctx context.Context, v leads.Viewer, q search.Query, kind search.Kind, limit int) ([]search.Hit, error) {
	state, err := s.read.SearchState(ctx)
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	f := finder{s: s, viewer: v, limit: limit, kind: kind, state: state}
	hits, err := f.find(ctx, q)
	if other, ok := q.Swapped(); err == nil && f.none() && ok {
		hits, err = f.find(ctx, other)
	}
	if err == nil && len(hits[0]) == 0 {
		s.vocabulary.RLock()
		corrected, ok := q.Corrected(&s.vocabulary.Vocabulary)
		s.vocabulary.RUnlock()
		if ok {
			f.corrected = true
			hits, err = f.find(ctx, corrected)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("searching: %w", err)
	}
	counts := make([]int, len(hits))
	for i := range hits {
		counts[i] = len(hits[i])
	}
	var all []search.Hit
	for i, n := range search.Share(limit, counts) {
		all = append(all, hits[i][:n]...)
	}
	return all, nil
}

// finder is one search.
type finder struct {
	s      *Store
	viewer leads.Viewer
	kind   search.Kind
	limit  int
	state  []db.SearchState
	hits   [4][]search.Hit // by the place of the kind in search.Found
	// corrected: all words of a term but its first are whole words of records
	corrected bool
	// contacts that were found, whose leads are too
	contacts []db.ContactRow
}

func (f *finder) none() bool { return len(slices.Concat(f.hits[:]...)) == 0 }

// find looks for the kinds of which nothing was found yet.
func (f *finder) find(ctx context.Context, q search.Query) (_ [4][]search.Hit, err error) {
	for i, look := range []func(context.Context, search.Query) ([]search.Hit, error){f.findContacts, f.findCompanies, f.findLeads, f.findInteractions} {
		k := search.Found[i]
		wanted := f.kind == "" || f.kind == k || k == search.KindContact && f.kind == search.KindLead // leads are found with their contacts
		if !wanted || len(f.hits[i]) > 0 {
			continue
		}
		if f.hits[i], err = look(ctx, q); err != nil {
			return f.hits, err
		}
	}
	if f.kind == search.KindLead {
		shown := f.hits
		shown[0] = nil
		return shown, nil
	}
	return f.hits, nil
}

// findContacts finds contacts that have the words of the query, and then those that have words
// that begin so. Whole words of the name come first.
func (f *finder) findContacts(ctx context.Context, q search.Query) ([]search.Hit, error) {
	terms := q.Terms(search.KindContact)
	fits := func(r db.ContactRow) bool {
		return search.In(contactTexts{r.ID, r.Search, r.Fields}.doc().words, terms, false)
	}
	var found []db.ContactRow
	passes := []bool{true, false}
	if len(terms) > 1 || f.corrected { // candidates looks for whole words first
		passes = passes[1:]
	}
	for _, whole := range passes {
		if len(found) >= f.limit {
			break // others would come after these
		}
		ids, more, err := f.candidates(ctx, search.KindContact, terms, whole, rankedMost)
		if err != nil {
			return nil, err
		}
		seen, err := f.visible(ctx, read.References{Contacts: ids})
		if err != nil {
			return nil, err
		}
		fitting, err := fittingIDs(seen, rankedMost, func(ids []string) ([]searchDoc, error) {
			return documents(ctx, f.s.batch, contactTextsByID, search.KindContact, ids, contactTexts.doc)
		}, func(d searchDoc) bool { return search.In(d.words, terms, false) })
		if err != nil {
			return nil, err
		}
		rows, err := readContacts(ctx, f.s.batch, fitting)
		if err != nil {
			return nil, err
		}
		found = appendNew(found, inOrder(fitting, rows), contactID)
		if more && len(found) < f.limit && !whole {
			lists := f.s.lists
			lists.Look = ownContactsMost
			page, err := lists.ContactsWith(ctx, f.viewer, terms, leads.Page{Limit: f.limit})
			if err != nil {
				return nil, err
			}
			found = appendNew(found, filtered(page.Rows, fits), contactID)
		}
	}
	rank := func(r db.ContactRow) int {
		name := search.Words(r.Name)
		switch {
		case search.In(name, terms, true):
			return 0
		case search.In(contactTexts{r.ID, r.Search, r.Fields}.doc().words, terms, true):
			return 1
		case search.In(name, terms, false):
			return 2
		}
		return 3
	}
	ranks := map[string]int{}
	for _, r := range found {
		ranks[r.ID] = rank(r)
	}
	slices.SortStableFunc(found, func(a, b db.ContactRow) int { return cmp.Compare(ranks[a.ID], ranks[b.ID]) })
	f.contacts = found[:min(len(found), f.limit)]
	people := filtered(f.contacts, func(r db.ContactRow) bool { return !r.Line }) // a line is found as its company
	return mapRows(people, func(r db.ContactRow) search.Hit { return contactHit(contactOf(r), r.Fields, terms) }), nil
}

// findCompanies finds companies by any part of their names, tax ids, domains and shared numbers.
func (f *finder) findCompanies(ctx context.Context, q search.Query) ([]search.Hit, error) {
	lists := f.s.lists
	lists.Look = ownContactsMost
	terms := q.Terms(search.KindContact)
	page, err := lists.CompaniesWith(ctx, terms, leads.Page{Limit: min(f.limit, read.MaxPage)})
	return mapRows(page.Rows, func(r db.CompanyRow) search.Hit {
		return search.Hit{Kind: search.KindCompany, ID: r.ID, Title: r.Name, Why: cmp.Or(strings.Join(customWhy(r.Fields, terms), " · "), r.LegalName, r.TaxID, strings.ReplaceAll(r.Domains, "\n", " · "), r.Name)}
	}), err
}

// findLeads finds leads by their subject and contact, and those of the contacts that were found.
func (f *finder) findLeads(ctx context.Context, q search.Query) ([]search.Hit, error) {
	terms := q.Terms(search.KindLead)
	ids, more, err := f.candidates(ctx, search.KindLead, terms, false, f.limit)
	if err != nil {
		return nil, err
	}
	var of []string
	for _, c := range f.contacts[:min(len(f.contacts), contactsShown)] {
		of = append(of, c.ID)
	}
	theirs, err := leadsOfContacts.Rows(ctx, f.s.batch, of...)
	if err != nil {
		return nil, err
	}
	slices.Sort(theirs)
	slices.Reverse(theirs)
	theirs = theirs[:min(len(theirs), rankedMost)]
	for _, id := range theirs {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	seen, err := f.visible(ctx, read.References{Leads: ids})
	if err != nil {
		return nil, err
	}
	fitting, err := fittingIDs(seen, f.limit, func(ids []string) ([]searchDoc, error) {
		return documents(ctx, f.s.batch, leadTextsByID, search.KindLead, ids, leadTexts.doc)
	}, func(d searchDoc) bool { return slices.Contains(theirs, d.id) || search.In(d.words, terms, false) })
	if err != nil {
		return nil, err
	}
	rows, err := readLeads(ctx, f.s.batch, fitting)
	if err != nil {
		return nil, err
	}
	found := inOrder(fitting, rows)
	if more && len(found) < f.limit {
		page, err := f.s.lists.Leads(ctx, f.viewer, leads.LeadFilter{}, leads.Page{Limit: ownMost})
		if err != nil {
			return nil, err
		}
		fits := func(r db.LeadRow) bool {
			return search.In(append(search.Words(r.Subject, r.ContactName, r.Search), search.ContactWords(customTexts(r.Fields)...)...), terms, false)
		}
		found = appendNew(found, filtered(page.Rows, fits), func(r db.LeadRow) string { return r.ID })
	}
	return mapRows(found[:min(len(found), f.limit)], func(r db.LeadRow) search.Hit { return leadHit(leadOf(r), r.Fields, terms) }), nil
}

// findInteractions finds messages by their subject and text. Who sees a contact sees all its messages.
func (f *finder) findInteractions(ctx context.Context, q search.Query) ([]search.Hit, error) {
	terms := q.Terms(search.KindInteraction)
	ids, more, err := f.candidates(ctx, search.KindInteraction, terms, false, f.limit)
	if err != nil {
		return nil, err
	}
	ids, seen, err := f.visibleInteractions(ctx, ids)
	if err != nil {
		return nil, err
	}
	fitting, err := fittingIDs(ids, f.limit, func(ids []string) ([]searchDoc, error) {
		return documents(ctx, f.s.batch, interactionTextsByID, search.KindInteraction, ids, interactionTexts.doc)
	}, func(d searchDoc) bool { return search.In(d.words, terms, false) })
	if err != nil {
		return nil, err
	}
	rows, err := interactionsByID.Rows(ctx, f.s.batch, fitting...)
	if err != nil {
		return nil, err
	}
	found := inOrder(fitting, batch.ByID(rows, func(r db.InteractionRow) string { return r.ID }))
	for i := range found {
		if !f.viewer.Role.SeesAll() && !seen[found[i].LeadID] {
			found[i].LeadID = ""
		}
	}
	hits := mapRows(found, func(r db.InteractionRow) search.Hit { return interactionHit(interactionOf(r), terms) })
	if more && len(hits) < f.limit {
		fits := func(i leads.Interaction) bool {
			return i.Channel != leads.ChannelCall && i.ContactID != "" && search.In(search.Words(i.Subject, i.Text), terms, false)
		}
		own, err := f.s.Interactions(ctx, f.viewer, leads.InteractionFilter{}, leads.Page{Limit: ownMost})
		if err != nil {
			return nil, err
		}
		hits = appendNew(hits, mapRows(filtered(own.Items, fits), func(i leads.Interaction) search.Hit { return interactionHit(i, terms) }), func(h search.Hit) string { return h.ID })
	}
	return hits[:min(len(hits), f.limit)], nil
}

// visibleInteractions returns those of the interactions whose contact the viewer sees, in their order, and
// which of their contacts and leads the viewer sees.
func (f *finder) visibleInteractions(ctx context.Context, ids []string) ([]string, map[string]bool, error) {
	if f.viewer.Role.SeesAll() || len(ids) == 0 {
		return ids, nil, nil
	}
	rows, err := relatedOf.Rows(ctx, f.s.batch, ids...)
	if err != nil {
		return nil, nil, err
	}
	of := batch.ByID(rows, func(r related) string { return r.ID })
	refs, named := read.References{}, map[string]bool{"": true}
	for _, r := range of {
		if !named[r.ContactID] {
			refs.Contacts, named[r.ContactID] = append(refs.Contacts, r.ContactID), true
		}
		if !named[r.LeadID] {
			refs.Leads, named[r.LeadID] = append(refs.Leads, r.LeadID), true
		}
	}
	seen, err := f.s.lists.Visible(ctx, f.viewer, refs)
	return filtered(ids, func(id string) bool { return seen[of[id].ContactID] }), seen, err
}

// visible returns those of the ids that the viewer sees, in their order.
func (f *finder) visible(ctx context.Context, refs read.References) ([]string, error) {
	ids := slices.Concat(refs.Contacts, refs.Leads)
	if f.viewer.Role.SeesAll() || len(ids) == 0 {
		return ids, nil
	}
	seen, err := f.s.lists.Visible(ctx, f.viewer, refs)
	return filtered(ids, func(id string) bool { return seen[id] }), err
}
