package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ctihub/storage/batch"
)

// image is a row of a table by its columns: texts, numbers, booleans and nil.
type image map[string]any

// rowsOf reads whole rows of a table. The condition is a constant of this package.
func (t *Tx) rowsOf(ctx context.Context, table, where string, args ...any) (all []image, err error) {
	rows, err := t.QueryContext(ctx, "SELECT * FROM "+table+" WHERE "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("reading rows of %s: %w", table, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values := make([]any, len(columns))
		to := make([]any, len(columns))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, err
		}
		row := image{}
		for i, c := range columns {
			if b, ok := values[i].([]byte); ok {
				values[i] = string(b)
			}
			row[c] = values[i]
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// text returns a column that is a text, empty for NULL.
func (i image) text(column string) string {
	s, _ := i[column].(string)
	return s
}

// number returns a column that is a number.
func (i image) number(column string) int64 {
	n, _ := i[column].(int64)
	return n
}

// encode is the stored form.
func (i image) encode() string {
	b, _ := json.Marshal(i) // of texts, numbers and booleans: cannot fail
	return string(b)
}

// imageOf reads a stored form.
func imageOf(stored string) (image, error) {
	row := image{}
	if stored == "" {
		return row, nil
	}
	d := json.NewDecoder(bytes.NewReader([]byte(stored)))
	d.UseNumber()
	if err := d.Decode(&row); err != nil {
		return nil, err
	}
	for c, v := range row {
		if n, ok := v.(json.Number); ok {
			whole, err := n.Int64()
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", c, err)
			}
			row[c] = whole
		}
	}
	return row, nil
}

// insertImage inserts a row, unless a row with one of its unique keys is there. Columns that were added since have
// their defaults.
func (t *Tx) insertImage(ctx context.Context, table string, row image) (inserted bool, err error) {
	columns := make([]string, 0, len(row))
	for c := range row {
		columns = append(columns, c)
	}
	slices.Sort(columns)
	marks, args := make([]string, len(columns)), make([]any, len(columns))
	for i, c := range columns {
		marks[i], args[i] = "$"+strconv.Itoa(i+1), row[c]
	}
	result, err := t.ExecContext(ctx, "INSERT INTO "+table+` ("`+strings.Join(columns, `", "`)+`") VALUES (`+strings.Join(marks, ", ")+") ON CONFLICT DO NOTHING", args...)
	if err != nil {
		return false, fmt.Errorf("inserting a row of %s: %w", table, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// steps runs statements one after the other until one fails.
type steps struct {
	ctx context.Context
	tx  *Tx
	err error
}

// do runs a statement.
func (s *steps) do(statement string, args ...any) {
	if s.err != nil {
		return
	}
	if _, err := s.tx.ExecContext(s.ctx, statement, args...); err != nil {
		s.err = fmt.Errorf("%w in %s", err, strings.TrimSpace(statement))
	}
}

// rows reads whole rows of a table.
func (s *steps) rows(table, where string, args ...any) (all []image) {
	if s.err == nil {
		all, s.err = s.tx.rowsOf(s.ctx, table, where, args...)
	}
	return all
}

// texts reads one column of texts.
func (s *steps) texts(query string, args ...any) (all []string) {
	if s.err != nil {
		return nil
	}
	rows, err := s.tx.QueryContext(s.ctx, query, args...)
	if err != nil {
		s.err = fmt.Errorf("%w in %s", err, strings.TrimSpace(query))
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if s.err = rows.Scan(&one); s.err != nil {
			return nil
		}
		all = append(all, one)
	}
	s.err = rows.Err()
	return all
}

// insert inserts a row, unless a row with one of its unique keys is there.
func (s *steps) insert(table string, row image) (inserted bool) {
	if s.err == nil {
		inserted, s.err = s.tx.insertImage(s.ctx, table, row)
	}
	return inserted
}

// sights queues a statement for contacts, and runs it.
func (s *steps) sights(u *batch.Update[oneID], ids ...string) {
	for _, id := range ids {
		u.Queue(s.tx, oneID{id})
	}
	s.flush()
}

// flush writes the rows that are queued.
func (s *steps) flush() {
	if s.err == nil {
		s.err = s.tx.Flush(s.ctx)
	}
}
