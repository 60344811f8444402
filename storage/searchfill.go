package storage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// vocabulary is that of this hub; last is the number of its last word.
type vocabulary struct {
	sync.RWMutex
	search.Vocabulary
	last int64
}

// Sizes of the transactions of the search index, which other writers wait for on SQLite.
const (
	searchEventsMost = 300
	searchPage       = 300
	searchMerges     = 256 // pages of 4 kB
	// searchSettles is when no transaction is open any more that took its events' numbers
	// before. Events are read at once and, on PostgreSQL, again when they have settled.
	searchSettles = 15 * time.Second
)

// SearchIndex brings the search index up to date in the background: from the events of
// changes, and from the records that were there before the index. One hub at a time does so; a
// second one gets leads.ErrConflict. Work that a killed hub left is done by the next
// one: each step is one transaction with its place in the events and records, and does
// nothing for documents that are up to date. It is for one goroutine.
type SearchIndex struct {
	store   *Store
	seen    int64 // the events up to here were read by this hub
	filled  bool  // by this hub, at least in part
	merging bool
}

// SearchIndex returns the index of the store.
func (s *Store) SearchIndex() *SearchIndex { return &SearchIndex{store: s} }

// Changes reads the next events and brings the documents of their records up to date. more:
// further events wait.
func (x *SearchIndex) Changes(ctx context.Context) (more bool, err error) {
	s := x.store
	if err := s.refreshVocabulary(ctx); err != nil {
		return false, err
	}
	settled, err := x.place(ctx)
	if err != nil {
		return false, fmt.Errorf("reading the state of the search index: %w", err)
	}
	x.seen = max(x.seen, settled)
	events, err := s.Events(ctx, x.seen, searchEventsMost)
	if err != nil {
		return false, err
	}
	until, again := settled, []leads.Event(nil)
	if s.writing != nil { // the numbers of events have the order of their commits
		if len(events) > 0 {
			until = events[len(events)-1].Seq
		}
	} else {
		before := s.now().Add(-searchSettles)
		if again, err = s.Events(ctx, settled, searchEventsMost); err != nil {
			return false, err
		}
		if young := slices.IndexFunc(again, func(e leads.Event) bool { return !e.At.Before(before) }); young >= 0 {
			again = again[:young]
		}
		if len(again) > 0 {
			until = again[len(again)-1].Seq
		}
	}
	if len(events) == 0 && until == settled {
		return false, nil
	}
	named := recordsOf(append(events, again...))
	if err := s.index(ctx, named, settled, until); err != nil {
		return false, stepError(err)
	}
	if len(events) > 0 {
		x.seen = events[len(events)-1].Seq
	}
	return len(events) == searchEventsMost || len(again) == searchEventsMost, nil
}

// place returns the number of the last event that the index has settled, and begins an index
// that is not there. If later events were deleted, it has the records read again.
func (x *SearchIndex) place(ctx context.Context) (settled int64, err error) {
	rows, err := x.store.read.SearchState(ctx)
	if err != nil {
		return 0, err
	}
	horizon, err := x.store.EventHorizon(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		if r.Kind == searchEvents && r.Number >= horizon {
			return r.Number, nil
		}
	}
	err = x.store.retryTx(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := readSearchState(ctx, tx)
		if err != nil {
			return err
		}
		if settled = st[searchEvents].Number; settled >= horizon {
			return nil
		}
		if settled, err = tx.q.LastEvent(ctx); err != nil {
			return err
		}
		st[searchEvents].Number = settled
		for _, k := range search.Kinds {
			st[string(k)].Filled, st[string(k)].Before = false, ""
		}
		return st.save(ctx, tx)
	})
	return settled, err
}

// recordsOf returns the ids of the records that events name, by kind.
func recordsOf(events []leads.Event) map[search.Kind][]string {
	named := map[search.Kind][]string{}
	add := func(k search.Kind, id string) {
		if id != "" && !slices.Contains(named[k], id) {
			named[k] = append(named[k], id)
		}
	}
	for _, e := range events {
		type record struct {
			ID string `json:"id"`
		}
		var body struct {
			Contact, Lead, Interaction record
			Merged                     struct{ Contacts, Leads []string }
		}
		_ = json.Unmarshal(e.Data, &body) // an event of an unknown shape names nothing
		add(search.KindContact, body.Contact.ID)
		add(search.KindLead, body.Lead.ID)
		add(search.KindInteraction, body.Interaction.ID)
		for _, id := range body.Merged.Contacts {
			add(search.KindContact, id)
		}
		for _, id := range body.Merged.Leads {
			add(search.KindLead, id)
		}
	}
	return named
}

// Rows that documents are made of.
type (
	contactTexts     struct{ ID, Search, Fields string }
	leadTexts        struct{ ID, Subject, Name, Company, Fields string }
	interactionTexts struct{ ID, Channel, Subject, Body string }
)

var (
	contactTextsByID     = batch.NewQuery[string, contactTexts]("reading contacts", "SELECT c.id, c.search, "+valuesOfRecord+"c.id) FROM contacts c WHERE", "c.id")
	leadTextsByID        = batch.NewQuery[string, leadTexts]("reading leads", "SELECT l.id, l.subject, c.name, c.company, "+valuesOfRecord+"l.id) FROM leads l JOIN contacts c ON c.id = l.contact_id WHERE", "l.id")
	interactionTextsByID = batch.NewQuery[string, interactionTexts]("reading interactions", "SELECT i.id, i.channel, i.subject, i.body FROM interactions i WHERE", "i.id")
	leadsOfContacts      = batch.NewQuery[string, string]("reading leads of contacts", "SELECT l.id FROM leads l WHERE", "l.contact_id")
)

func (c contactTexts) doc() searchDoc {
	return searchDoc{search.KindContact, c.ID, search.ContactWords(append(customTexts(c.Fields), c.Search)...)}
}

func (l leadTexts) doc() searchDoc {
	return searchDoc{search.KindLead, l.ID, append(search.Words(l.Subject, l.Name, l.Company), search.ContactWords(customTexts(l.Fields)...)...)}
}

func (i interactionTexts) doc() searchDoc {
	if i.Channel == string(leads.ChannelCall) {
		return searchDoc{kind: search.KindInteraction, id: i.ID}
	}
	return searchDoc{search.KindInteraction, i.ID, search.Words(i.Subject, i.Body)}
}

// documents makes the documents of records; a record that is not there has no words.
func documents[R any](ctx context.Context, on batch.Reader, by *batch.Query[string, R], kind search.Kind, ids []string, doc func(R) searchDoc) ([]searchDoc, error) {
	rows, err := by.Rows(ctx, on, ids...)
	if err != nil {
		return nil, err
	}
	found := map[string]searchDoc{}
	for _, r := range rows {
		d := doc(r)
		found[d.id] = d
	}
	docs := make([]searchDoc, len(ids))
	for i, id := range ids {
		docs[i] = searchDoc{kind, id, found[id].words}
	}
	return docs, nil
}

// index brings the documents of records up to date, and the place in the events from settled to
// until. The leads of a contact that changed change with it.
func (s *Store) index(ctx context.Context, named map[search.Kind][]string, settled, until int64) error {
	return s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := readSearchState(ctx, tx)
		if err != nil {
			return err
		}
		if st[searchEvents].Number != settled {
			return batch.ErrConflict
		}
		queueDuplicates(tx, true, named[search.KindContact]...)
		contacts, err := documents(ctx, tx, contactTextsByID, search.KindContact, named[search.KindContact], contactTexts.doc)
		if err != nil {
			return err
		}
		changed, err := s.writeDocs(ctx, tx, st, contacts, false)
		if err != nil {
			return err
		}
		leadIDs := named[search.KindLead]
		if len(changed) > 0 {
			more, err := leadsOfContacts.Rows(ctx, tx, changed...)
			if err != nil {
				return err
			}
			leadIDs = append(leadIDs, more...)
			slices.Sort(leadIDs)
			leadIDs = slices.Compact(leadIDs)
		}
		docs, err := documents(ctx, tx, leadTextsByID, search.KindLead, leadIDs, leadTexts.doc)
		if err != nil {
			return err
		}
		messages, err := documents(ctx, tx, interactionTextsByID, search.KindInteraction, named[search.KindInteraction], interactionTexts.doc)
		if err != nil {
			return err
		}
		docs = append(docs, messages...)
		if _, err := s.writeDocs(ctx, tx, st, docs, false); err != nil {
			return err
		}
		if err := learnWords(ctx, tx, append(contacts, docs...)); err != nil {
			return err
		}
		st[searchEvents].Number = until
		return st.save(ctx, tx)
	})
}

// Fill puts the next records that were there before the index into it, the newest first:
// contacts, then leads, then messages. Then it merges the parts that were written.
func (x *SearchIndex) Fill(ctx context.Context) (f search.Filled, err error) {
	err = x.store.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		f = search.Filled{}
		st, err := readSearchState(ctx, tx)
		if err != nil {
			return err
		}
		for _, k := range search.Kinds {
			if st[string(k)].Filled {
				continue
			}
			f.Kind = k
			docs, err := searchPageOf(ctx, tx, k, st[string(k)].Before)
			if err != nil {
				return err
			}
			f.Docs = len(docs)
			if k == search.KindContact {
				for _, d := range docs {
					queueDuplicates(tx, false, d.id)
				}
			}
			if f.Docs > 0 {
				st[string(k)].Before = docs[f.Docs-1].id
			}
			st[string(k)].Filled = f.Docs < searchPage
			if _, err := x.store.writeDocs(ctx, tx, st, docs, true); err != nil {
				return err
			}
			if err := learnWords(ctx, tx, docs); err != nil {
				return err
			}
			return st.save(ctx, tx)
		}
		f.Done, err = x.merge(ctx, tx)
		return err
	})
	x.filled = x.filled || err == nil && f.Docs > 0
	return f, stepError(err)
}

// merge merges some of the parts of a new index on SQLite, in each of which a word would be
// looked up. See "The 'merge' Command" of FTS5: the first step, with a negative number, is about
// all parts, and steps that change fewer than two rows find nothing to do.
func (x *SearchIndex) merge(ctx context.Context, tx *Tx) (done bool, err error) {
	if x.store.writing == nil || !x.filled {
		return true, nil
	}
	pages := searchMerges
	if !x.merging {
		pages = -searchMerges
	}
	before, err := totalChanges(ctx, tx)
	if err != nil {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO search_index (search_index, rank) VALUES ('merge', $1)", pages); err != nil {
		return false, err
	}
	after, err := totalChanges(ctx, tx)
	x.merging = true
	return after-before < 2, err
}

// totalChanges is the number of rows that the connection to SQLite has ever changed.
func totalChanges(ctx context.Context, tx *Tx) (n int64, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT total_changes()")
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		err = rows.Scan(&n)
	}
	return n, errors.Join(err, rows.Err())
}

// stepError is the error of a step of the index; leads.ErrConflict if another hub did it.
func stepError(err error) error {
	switch {
	case err == nil:
		return nil
	case isConflict(err):
		return fmt.Errorf("%w: another hub writes the search index", leads.ErrConflict)
	}
	return fmt.Errorf("writing the search index: %w", err)
}

// searchPageOf reads the next records, from the last of the page before on.
func searchPageOf(ctx context.Context, tx *Tx, k search.Kind, before string) ([]searchDoc, error) {
	switch k {
	case search.KindContact:
		rows, err := tx.q.ContactTextsBefore(ctx, db.ContactTextsBeforeParams{Before: before, Most: searchPage})
		return mapRows(rows, func(r db.ContactTextsBeforeRow) searchDoc { return contactTexts(r).doc() }), err
	case search.KindLead:
		rows, err := tx.q.LeadTextsBefore(ctx, db.LeadTextsBeforeParams{Before: before, Most: searchPage})
		return mapRows(rows, func(r db.LeadTextsBeforeRow) searchDoc { return leadTexts(r).doc() }), err
	}
	rows, err := tx.q.InteractionTextsBefore(ctx, db.InteractionTextsBeforeParams{Before: before, Most: searchPage})
	return mapRows(rows, func(r db.InteractionTextsBeforeRow) searchDoc { return interactionTexts(r).doc() }), err
}
