package read

import (
	"context"
	"strings"

	"ctihub/leads"
)

// fieldStream is the stream of the records that have a value in a custom field; of one of the
// filters that compare it, if there is such, those for which it is equal. The join gives the
// list's record its alias.
func fieldStream(filters []leads.CustomFilter, join string) stream {
	best := filters[0]
	for _, f := range filters {
		if f.Is != "" {
			best = f
			break
		}
	}
	s := stream{from: "field_values g", key: "g.created", id: "g.record_id", where: []clause{where("g.field_id = ?", best.FieldID)}, join: join}
	if best.Is != "" {
		s = s.with(where("g.folded = ?", best.Is))
	}
	return s
}

// fields filters by custom fields of the record of an id.
func (q *query) fields(id string, filters []leads.CustomFilter) {
	for _, f := range filters {
		compare, values := "g.n >= ? AND g.n <= ?", []any{f.FieldID, f.From, f.To}
		if f.Is != "" {
			compare, values = "g.folded = ?", []any{f.FieldID, f.Is}
		}
		q.filter("EXISTS (SELECT 1 FROM field_values g WHERE g.record_id = "+id+" AND g.field_id = ? AND "+compare+" LIMIT 1 OFFSET 0)", values...)
	}
}

// customSearch is where custom fields are searched: in their texts, or the names of choices, of
// which objects.
type customSearch struct{ texts, choices map[leads.CustomObject]bool }

// customSearch reads which objects have custom fields that are searched.
func (l Lists) customSearch(ctx context.Context) (s customSearch, err error) {
	s = customSearch{map[leads.CustomObject]bool{}, map[leads.CustomObject]bool{}}
	rows, err := l.On.QueryContext(ctx, "SELECT DISTINCT f.object, f.kind FROM custom_fields f")
	if err != nil {
		return s, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var object leads.CustomObject
		var kind leads.CustomKind
		if err := rows.Scan(&object, &kind); err != nil {
			return s, err
		}
		if kind == leads.CustomChoose || kind == leads.CustomSeveral {
			s.choices[object] = true
		} else if kind.Searched() {
			s.texts[object] = true
		}
	}
	return s, rows.Err()
}

// in is the condition that a column of a list's record has a part of a text, or that a custom field
// of one of the records has it: of objects by the columns of their ids.
func (s customSearch) in(column, like string, records map[leads.CustomObject]string) clause {
	is := where(column+` LIKE ? ESCAPE '\'`, like)
	var or []string
	for _, object := range leads.CustomObjects {
		id, ok := records[object]
		if !ok {
			continue
		}
		if s.texts[object] {
			or = append(or, "EXISTS (SELECT 1 FROM field_values g WHERE g.record_id = "+id+` AND g.search LIKE ? ESCAPE '\' LIMIT 1 OFFSET 0)`)
		}
		if s.choices[object] {
			or = append(or, "EXISTS (SELECT 1 FROM field_values g JOIN custom_choices h ON h.field_id = g.field_id AND h.id = g.value WHERE g.record_id = "+id+
				` AND h.folded LIKE ? ESCAPE '\' LIMIT 1 OFFSET 0)`)
		}
	}
	if len(or) > 0 {
		is.text = "(" + is.text + " OR " + strings.Join(or, " OR ") + ")"
		for range or {
			is.values = append(is.values, like)
		}
	}
	return is
}

// searched filters a list by a pattern in a column of its record, or in a custom field of one of the
// records.
func (l Lists) searched(ctx context.Context, q *query, column, like string, records map[leads.CustomObject]string) error {
	custom, err := l.customSearch(ctx)
	if err != nil {
		return err
	}
	is := custom.in(column, like, records)
	q.filter(is.text, is.values...)
	return nil
}
