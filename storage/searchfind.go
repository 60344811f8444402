package storage

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"ctihub/leads"
	"ctihub/leads/search"
	"ctihub/storage/db"
)

// Bounds of what is read of the index.
const (
	blocksAtOnce = 64  // by one statement
	rareMost     = 500 // documents that have one of several terms
	// Blocks, 32,768 documents each, in which are looked up: words of typing errors, and terms
	// that are all frequent, by a viewer who does not see everything.
	someBlocks = 64
	// Blocks in which terms that are all frequent are looked up as beginnings of words, which
	// costs twenty times as much as whole words do.
	beginningBlocks = 8
)

// The documents that fit, the newest first. OFFSET has PostgreSQL use the index of the words
// instead of reading documents from the newest on.
const (
	fittingSQLite = `SELECT d.id FROM (SELECT i.rowid AS doc FROM search_index i WHERE search_index MATCH $1 ORDER BY i.rowid DESC LIMIT $2) f
CROSS JOIN search_docs d WHERE d.doc = f.doc ORDER BY f.doc DESC`
	fittingPostgres = `SELECT d.id FROM (SELECT s.doc FROM (SELECT i.doc FROM search_index i WHERE i.words @@ CAST($1 AS tsquery) OFFSET 0) s ORDER BY s.doc DESC LIMIT $2) f
JOIN search_docs d ON d.doc = f.doc ORDER BY f.doc DESC`
)

// candidates returns the ids of the newest documents of a kind that may fit: at least most of
// those that have the terms, if there are so many. For a viewer who does not see everything it
// looks for candidatesMost; more says that there may be others.
//
// whole is for a single term. If few documents have one of several terms, it returns these.
// Terms that are all frequent are looked up as whole words and, if these are too few, as
// beginnings in the newest blocks.
func (f *finder) candidates(ctx context.Context, k search.Kind, terms []search.Term, whole bool, most int) (ids []string, more bool, err error) {
	several, blocks := len(terms) > 1, int64(math.MaxInt64)
	if f.corrected {
		blocks = someBlocks
	}
	if several {
		for i := range terms {
			if ids, err = f.newest(ctx, k, terms[i:i+1], false, rareMost, blocks); err != nil || len(ids) < rareMost {
				return ids, false, err
			}
		}
	}
	if !f.viewer.Role.SeesAll() {
		most = candidatesMost
		if several {
			blocks = someBlocks
		}
	}
	ids, err = f.newest(ctx, k, terms, whole || several, most, blocks)
	if several && err == nil && len(ids) < most {
		var begun []string
		begun, err = f.newest(ctx, k, terms, false, most, beginningBlocks)
		ids = append(ids, begun...)
		slices.SortFunc(ids, func(a, b string) int { return cmp.Compare(b, a) }) // ids grow with time
		ids = slices.Compact(ids)
	}
	return ids, (several || len(ids) >= most) && !f.viewer.Role.SeesAll(), err
}

// newest returns the ids of at most so many documents of a kind that have the terms, of at most
// so many blocks.
//
// The words of a common term are spread over the blocks of the index. The newest blocks are
// read first, a few and then more at once, until there are enough documents.
func (f *finder) newest(ctx context.Context, k search.Kind, terms []search.Term, whole bool, most int, blocks int64) (ids []string, err error) {
	for _, row := range f.state {
		if row.Kind != string(k) || row.Number == row.Below {
			continue
		}
		first, last := row.Below>>searchBlockBits, (row.Number-1)>>searchBlockBits
		first = max(first, last-min(blocks, last)+1)
		for n := int64(1); last >= first; n = min(4*n, blocksAtOnce) {
			from := max(first, last-n+1)
			found, err := f.fitting(ctx, f.blocksText(k, from, last, terms, whole), most-len(ids))
			if err != nil {
				return nil, err
			}
			if ids = append(ids, found...); len(ids) >= most {
				return ids, nil
			}
			last = from - 1
		}
	}
	return ids, nil
}

// blocksText is the query of the index for the terms in some blocks.
func (f *finder) blocksText(k search.Kind, from, to int64, terms []search.Term, whole bool) string {
	quote, and, or, begins := `'`, " & ", " | ", ":*"
	if f.s.writing != nil {
		quote, and, or, begins = `"`, " AND ", " OR ", " *"
	}
	if whole {
		begins = ""
	}
	var t strings.Builder
	for block := to; block >= from; block-- {
		if block < to {
			t.WriteString(or)
		}
		t.WriteString("(")
		for i, term := range terms {
			if i > 0 {
				t.WriteString(and)
			}
			t.WriteString("(")
			for j, word := range term {
				if j > 0 {
					t.WriteString(or)
				}
				t.WriteString(quote + blockWord(k, block, word) + quote)
				if j == 0 || !f.corrected {
					t.WriteString(begins)
				}
			}
			t.WriteString(")")
		}
		t.WriteString(")")
	}
	return t.String()
}

// fitting reads the ids of at most so many documents that fit a query of the index.
func (f *finder) fitting(ctx context.Context, query string, most int) ([]string, error) {
	text := fittingPostgres
	if f.s.writing != nil {
		text = fittingSQLite
	}
	rows, err := f.s.batch.QueryContext(ctx, text, query, most)
	if err != nil {
		return nil, fmt.Errorf("reading the search index: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// fittingIDs reads the documents of records as these are now until so many fit, and returns the
// ids of those, in their order.
func fittingIDs(ids []string, most int, read func(ids []string) ([]searchDoc, error), fits func(searchDoc) bool) (found []string, err error) {
	for n := most; len(ids) > 0 && len(found) < most; n *= 2 {
		some := ids[:min(len(ids), n)]
		docs, err := read(some)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			if fits(d) {
				found = append(found, d.id)
			}
		}
		ids = ids[len(some):]
	}
	return found[:min(len(found), most)], nil
}

// inOrder returns the rows of ids, in the order of the ids.
func inOrder[R any](ids []string, rows map[string]R) (found []R) {
	for _, id := range ids {
		if r, ok := rows[id]; ok {
			found = append(found, r)
		}
	}
	return found
}

func contactID(r db.ContactRow) string { return r.ID }

func filtered[T any](all []T, fits func(T) bool) (some []T) {
	for _, t := range all {
		if fits(t) {
			some = append(some, t)
		}
	}
	return some
}

// appendNew appends those of more that are not there, by their ids.
func appendNew[R any](all, more []R, id func(R) string) []R {
	has := map[string]bool{}
	for _, r := range all {
		has[id(r)] = true
	}
	for _, r := range more {
		if !has[id(r)] {
			has[id(r)] = true
			all = append(all, r)
		}
	}
	return all
}

func contactHit(c leads.Contact, fields string, terms []search.Term) search.Hit {
	h := search.Hit{Kind: search.KindContact, ID: c.ID, Title: cmp.Or(c.Name, mainKey(c.Identities, nil))}
	var why []string
	for _, id := range c.Identities {
		if id.Value != h.Title && search.Any(id.Value, terms, true) {
			why = append(why, id.Value)
		}
	}
	why = append(why, customWhy(fields, terms)...)
	if c.Company != "" && (len(why) == 0 || search.Any(c.Company, terms, false)) {
		why = append(why, c.Company)
	}
	if key := mainKey(c.Identities, nil); len(why) == 0 && key != h.Title {
		why = append(why, key)
	}
	h.Why = cmp.Or(strings.Join(why, " · "), h.Title)
	return h
}

func leadHit(l leads.Lead, fields string, terms []search.Term) search.Hit {
	title := cmp.Or(l.ContactName, l.ContactKey)
	return search.Hit{
		Kind: search.KindLead, ID: l.ID, Title: title, ContactID: l.ContactID,
		Why: cmp.Or(strings.Join(customWhy(fields, terms), " · "), search.Snippet(l.Subject, terms), l.ContactKey, title),
	}
}

func interactionHit(i leads.Interaction, terms []search.Term) search.Hit {
	text := i.Text
	if i.Subject != "" {
		text = i.Subject + " – " + i.Text
	}
	return search.Hit{
		Kind: search.KindInteraction, ID: i.ID, Title: cmp.Or(i.ContactName, i.Name), Why: search.Snippet(text, terms),
		ContactID: i.ContactID, LeadID: i.LeadID, At: i.At,
	}
}
