package read

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ctihub/leads"
	"ctihub/storage/batch"
)

// SortMost is how many records a list sorts by a key that no index is sorted by. All of them
// are read for each page, so that a longer list is refused.
const SortMost = 10_000

// sorting is an order of a list that no index has: by a length of time, the longest first, or
// by a name, those without one last. Equal ones are sorted by their ids in the same direction.
type sorting struct {
	from, id string // the table of the list's records, with its alias in filters, and their id
	join     string // one more table, which the key needs
	key      string
	first    any    // before the first key; its type, int64 or string, is that of the keys
	narrow   string // the parameter by which a list that is too long is restricted
}

// remedies say how a list is restricted by a parameter.
var remedies = map[string]string{
	"since":    "Choose a shorter period or another filter",
	"owner_id": "Choose an owner or a tag",
}

// readSorted reads a page of the list in the order of a sorting.
func (l list[R]) readSorted(ctx context.Context, on Lists, q *query, p leads.Page, by sorting) (Page[R], error) {
	order := string(p.Order) + cursorSeparator // begins the cursors: no other order takes them
	after, err := decodeCursor(p.Cursor, order, by.first)
	if err != nil || len(q.streams) == 0 {
		return Page[R]{}, err
	}
	all, err := l.places(ctx, on, q, by)
	if err != nil {
		return Page[R]{}, err
	}
	all = slices.DeleteFunc(all, func(r place) bool { return comparePlaces(r, after) <= 0 })
	slices.SortFunc(all, comparePlaces)
	most, next := min(max(p.Limit, 1), MaxPage), ""
	if len(all) > most {
		all = all[:most]
		last := all[most-1]
		next = encodeCursor(place{order + fmt.Sprint(last.key), last.id})
	}
	rows, err := l.rowsAt(ctx, on, all)
	return Page[R]{Rows: rows, Next: next}, err
}

// places reads the keys and ids of all records of the list, in no order.
func (l list[R]) places(ctx context.Context, on Lists, q *query, by sorting) (all []place, err error) {
	text, args := l.sortStatement(q, by, on.sort()+1)
	rows, err := on.On.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	seen := 0
	for ; rows.Next(); seen++ {
		var r place
		if err := rows.Scan(&r.id, &r.key); err != nil {
			return nil, err
		}
		switch key := r.key.(type) {
		case nil: // the filters do not let it pass
			continue
		case string:
			r.key = nameKey(key)
		}
		all = append(all, r)
	}
	if most := strconv.Itoa(on.sort()); seen > on.sort() {
		return nil, &leads.Problem{
			Kind: leads.ErrInvalid, Title: "Too many records to sort", Field: "order", Reason: leads.ReasonTooMany, Value: by.narrow,
			Detail: "More than " + most + " records are in question. " + remedies[by.narrow] + ", or order=newest.",
		}
	}
	return all, rows.Err()
}

// sortStatement selects the ids of so many records of the streams, each with its key, or NULL
// if it does not fit the filters. Subqueries look records up one by one: joined to so many,
// PostgreSQL would read the whole table.
func (l list[R]) sortStatement(q *query, by sorting, most int) (string, []any) {
	first := l.enter(q, place{l.first, ""})
	if by.join != "" {
		q.join(by.join)
	}
	t, limit := &builder{}, " LIMIT "+strconv.Itoa(most)
	t.WriteString("SELECT f.id, (SELECT " + by.key + " FROM " + by.from)
	for _, join := range q.joins {
		t.WriteString(" " + strings.ReplaceAll(join, "@id", by.id))
	}
	t.WriteString(" WHERE " + by.id + " = f.id")
	for _, c := range slices.Concat(q.usual, q.filters) {
		t.WriteString(" AND ")
		t.clause(c)
	}
	t.WriteString(" LIMIT 1 OFFSET 0) FROM (")
	l.union(t, q, first, limit)
	t.WriteString(") AS f" + limit)
	return t.String(), t.args
}

// rowsAt reads the rows of places, in their order.
func (l list[R]) rowsAt(ctx context.Context, on Lists, at []place) ([]R, error) {
	if len(at) == 0 {
		return nil, nil
	}
	index := map[string]int{}
	ids := make([]string, len(at))
	for i, r := range at {
		index[r.id], ids[i] = i, r.id
	}
	t := &builder{}
	t.WriteString("SELECT " + batch.Columns[R]("r") + " FROM " + l.rows + " r WHERE ")
	t.clause(anyOf("r.id", ids))
	rows, err := on.On.QueryContext(ctx, t.String(), t.args...)
	if err != nil {
		return nil, err
	}
	found, err := scan[R](rows)
	place := func(r R) int { _, id := l.keyOf(r); return index[id] }
	slices.SortFunc(found, func(a, b R) int { return cmp.Compare(place(a), place(b)) })
	return found, err
}

// comparePlaces compares two places by their keys, lengths of time or names, and then by their ids.
func comparePlaces(a, b place) int {
	if time, ok := a.key.(int64); ok {
		return cmp.Or(cmp.Compare(b.key.(int64), time), cmp.Compare(b.id, a.id))
	}
	return cmp.Or(cmp.Compare(a.key.(string), b.key.(string)), cmp.Compare(a.id, b.id))
}

// nameless is the key of records without a name: it comes after every name.
const nameless = "\U0010FFFF"

// nameKey is the key of a name. It is a part of cursors, so that only the longest name that
// people may type is compared.
func nameKey(name string) string {
	return cmp.Or(leads.Clip(leads.Fold(name), leads.LineMost*utf8.UTFMax), nameless)
}
