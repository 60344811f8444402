package storage

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"ctihub/leads/search"
	"ctihub/storage/batch"
	"ctihub/storage/db"
)

// Documents have numbers: those of a kind lie together, and newer records have greater
// ones. Records that were there before the index get theirs from searchMiddle downwards,
// the newest first; later records from there upwards.
const (
	searchKindBits  = 40
	searchMiddle    = 1 << 32
	searchBlockBits = 15 // a block has 32,768 numbers
)

// searchKinds are the kinds of documents, each by its letter in the index.
var searchKinds = map[search.Kind]string{search.KindContact: "c", search.KindLead: "l", search.KindInteraction: "i"}

func firstDoc(k search.Kind) int64 { return int64(slices.Index(search.Kinds, k)+1) << searchKindBits }

// blockWord is what the index holds for a word of a document in a block. The block comes
// first, and is as long for every one, so that words are found by their beginnings.
func blockWord(k search.Kind, block int64, word string) string {
	digits := strconv.FormatInt(block, 36)
	return searchKinds[k] + strings.Repeat("0", max(0, 4-len(digits))) + digits + word
}

// searchDoc is a record for the index. Without words it is not found.
type searchDoc struct {
	kind  search.Kind
	id    string
	words []string
}

func (d searchDoc) hash() int64 {
	h := fnv.New64a()
	for _, w := range d.words {
		_, _ = h.Write([]byte(w + " "))
	}
	return int64(h.Sum64()) //nolint:gosec // any number does
}

// indexedWords are the words of a document as both databases take them.
type indexedWords struct {
	Doc   int64
	Words string
}

type docNumber struct{ Doc int64 }

var (
	searchDocsByID = batch.NewQuery[string, db.SearchDoc]("reading the search index", "SELECT s.doc, s.id, s.hash FROM search_docs s WHERE", "s.id")
	knownWords     = batch.NewQuery[string, string]("reading the words of the search", "SELECT w.word FROM search_words w WHERE", "w.word")

	dropDocs = batch.NewUpdate[docNumber]("removing from the search index", batch.AnyRows, `
DELETE FROM search_docs WHERE doc IN (SELECT v.doc FROM v)`, "doc")

	// The index is a table of FTS5 on SQLite, and one of text vectors on PostgreSQL.
	writeWordsSQLite = batch.NewUpdate[indexedWords]("writing the search index", batch.AnyRows, `
INSERT OR REPLACE INTO search_index (rowid, words) SELECT v.doc, v.words FROM v`, "doc", "words")
	writeWordsPostgres = batch.NewUpdate[indexedWords]("writing the search index", batch.AnyRows, `
INSERT INTO search_index (doc, words) SELECT v.doc, CAST(v.words AS tsvector) FROM v
ON CONFLICT (doc) DO UPDATE SET words = EXCLUDED.words`, "doc", "words")
	dropWordsSQLite = batch.NewUpdate[docNumber]("removing from the search index", batch.AnyRows, `
DELETE FROM search_index WHERE rowid IN (SELECT v.doc FROM v)`, "doc")
	dropWordsPostgres = batch.NewUpdate[docNumber]("removing from the search index", batch.AnyRows, `
DELETE FROM search_index WHERE doc IN (SELECT v.doc FROM v)`, "doc")
)

// searchState is how far the index is, by kind.
type searchState map[string]*db.SearchState

const searchEvents = "events"

// readSearchState reads the state, and begins an index that is not there.
func readSearchState(ctx context.Context, tx *Tx) (searchState, error) {
	rows, err := tx.q.SearchState(ctx)
	if err != nil {
		return nil, err
	}
	st := searchState{}
	for i := range rows {
		st[rows[i].Kind] = &rows[i]
	}
	if len(st) > 0 {
		return st, nil
	}
	last, err := tx.q.LastEvent(ctx)
	if err != nil {
		return nil, err
	}
	first := func(kind string, number int64) error {
		row := db.SearchState{Kind: kind, Below: searchMiddle, Number: number, Filled: kind == searchEvents, Version: 1}
		st[kind] = &row
		return tx.q.BeginSearchState(ctx, db.BeginSearchStateParams{Kind: kind, Below: row.Below, Number: number, Filled: row.Filled})
	}
	err = first(searchEvents, last)
	for _, k := range search.Kinds {
		if err == nil {
			err = first(string(k), searchMiddle)
		}
	}
	return st, err
}

// save stores the state; batch.ErrConflict if another hub did so since it was read.
func (st searchState) save(ctx context.Context, tx *Tx) error {
	for _, row := range st {
		if err := requireRow(tx.q.SaveSearchState(ctx, db.SaveSearchStateParams{
			Below: row.Below, Number: row.Number, Before: row.Before, Filled: row.Filled, Kind: row.Kind, Version: row.Version,
		})); err != nil {
			return err
		}
	}
	return nil
}

// number takes the number of a new document.
func (st searchState) number(k search.Kind, earlier bool) int64 {
	row := st[string(k)]
	if earlier {
		row.Below--
		return firstDoc(k) + row.Below
	}
	row.Number++
	return firstDoc(k) + row.Number - 1
}

// writeDocs brings documents up to date and returns the ids of those that changed. earlier:
// they are records that were there before the index, the newest first.
func (s *Store) writeDocs(ctx context.Context, tx *Tx, st searchState, docs []searchDoc, earlier bool) (changed []string, err error) {
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.id
	}
	found, err := searchDocsByID.Rows(ctx, tx, ids...)
	if err != nil {
		return nil, err
	}
	has := batch.ByID(found, func(d db.SearchDoc) string { return d.ID })
	var rows []db.SearchDoc
	words := map[int64]searchDoc{}
	var gone []docNumber
	for _, d := range docs {
		old, known := has[d.id]
		switch row := (db.SearchDoc{Doc: old.Doc, ID: d.id, Hash: d.hash()}); {
		case len(d.words) == 0 && known:
			gone = append(gone, docNumber{old.Doc})
		case len(d.words) == 0, known && old.Hash == row.Hash:
			continue
		default:
			if !known {
				row.Doc = st.number(d.kind, earlier)
			}
			rows, words[row.Doc] = append(rows, row), d
		}
		changed = append(changed, d.id)
	}
	// FTS5 writes one piece for all documents whose numbers grow.
	slices.SortFunc(rows, func(a, b db.SearchDoc) int { return cmp.Compare(a.Doc, b.Doc) })
	write, drop := writeWordsPostgres, dropWordsPostgres
	if s.writing != nil {
		write, drop = writeWordsSQLite, dropWordsSQLite
	}
	for _, row := range rows {
		tables.searchDocs.Upsert(tx, row)
		d := words[row.Doc]
		block := (row.Doc - firstDoc(d.kind)) >> searchBlockBits
		var text strings.Builder
		for _, w := range d.words {
			text.WriteString(blockWord(d.kind, block, w) + " ")
		}
		write.Queue(tx, indexedWords{row.Doc, text.String()})
	}
	for _, d := range gone {
		dropDocs.Queue(tx, d)
		drop.Queue(tx, d)
	}
	return changed, tx.Flush(ctx)
}

// learnWords adds the words of documents to those by which typing errors are corrected.
func learnWords(ctx context.Context, tx *Tx, docs []searchDoc) error {
	last, err := tx.q.LastWord(ctx)
	if err != nil || last >= search.VocabularyMost {
		return err
	}
	var all []string
	seen := map[string]bool{}
	for _, d := range docs {
		for _, w := range d.words {
			if !seen[w] && search.Known(w) {
				seen[w] = true
				all = append(all, w)
			}
		}
	}
	known, err := knownWords.Rows(ctx, tx, all...)
	if err != nil {
		return err
	}
	for _, w := range known {
		seen[w] = false
	}
	for _, w := range all {
		if seen[w] {
			last++
			tables.searchWords.Insert(tx, db.SearchWord{N: last, Word: w})
		}
	}
	return tx.Flush(ctx)
}

// refreshVocabulary reads the words that were added since.
func (s *Store) refreshVocabulary(ctx context.Context) error {
	const most = 5000
	for {
		s.vocabulary.RLock()
		last := s.vocabulary.last
		s.vocabulary.RUnlock()
		rows, err := s.read.WordsAfter(ctx, db.WordsAfterParams{After: last, Most: most})
		if err != nil {
			return fmt.Errorf("reading the words of the search: %w", err)
		}
		s.vocabulary.Lock()
		for _, r := range rows {
			if r.N > s.vocabulary.last {
				s.vocabulary.Add(r.Word)
				s.vocabulary.last = r.N
			}
		}
		s.vocabulary.Unlock()
		if len(rows) < most {
			return nil
		}
	}
}
