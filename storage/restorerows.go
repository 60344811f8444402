package storage

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pressly/goose/v3"
)

// insertMost bounds the values of one statement: SQLite takes 32766.
const insertMost = 8000

// Insert adds rows in the form of [Snapshot.Rows] to a table. Parent tables must be filled
// first.
func (r *Restore) Insert(ctx context.Context, table string, columns []string, rows [][]byte) error {
	t, ok := r.catalog.table(table)
	if !ok || len(columns) != len(t.Columns) {
		return fmt.Errorf("table %s is not one of this version", table)
	}
	for i, c := range t.Columns {
		if c.Name != columns[i] {
			return fmt.Errorf("table %s has no column %s in this version", table, columns[i])
		}
	}
	n := insertMost / len(columns)
	for len(rows) > 0 {
		some := rows[:min(n, len(rows))]
		rows = rows[len(some):]
		values := make([]any, 0, len(some)*len(columns))
		for _, row := range some {
			one, err := decodeRow(t, row)
			if err != nil {
				return fmt.Errorf("table %s: %w", table, err)
			}
			values = append(values, one...)
		}
		if _, err := r.tx.ExecContext(ctx, r.statement(t, len(some)), values...); err != nil {
			return fmt.Errorf("filling table %s: %w", table, err)
		}
	}
	return nil
}

func (r *Restore) statement(t Table, rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + t.Name + " (" + t.columns() + ")")
	if t.counter != "" && r.dialect.goose == goose.DialectPostgres {
		b.WriteString(" OVERRIDING SYSTEM VALUE")
	}
	b.WriteString(" VALUES ")
	for i, n := 0, 1; i < rows; i++ {
		sep := ",("
		if i == 0 {
			sep = "("
		}
		for range t.Columns {
			fmt.Fprintf(&b, "%s$%d", sep, n)
			sep, n = ",", n+1
		}
		b.WriteByte(')')
	}
	return b.String()
}

// decodeRow decodes a row of JSON into values for the columns.
func decodeRow(t Table, row []byte) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(row, &raw); err != nil || len(raw) != len(t.Columns) {
		return nil, errors.New("a row does not fit the columns")
	}
	values := make([]any, len(raw))
	for i, c := range t.Columns {
		v, err := decodeValue(c.Kind, raw[i])
		if err != nil {
			return nil, fmt.Errorf("column %s: a value does not fit", c.Name)
		}
		values[i] = v
	}
	return values, nil
}

func decodeValue(kind string, raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		return nil, nil
	}
	switch kind {
	case "BOOLEAN":
		var b bool
		err := json.Unmarshal(raw, &b)
		return b, err
	case "BIGINT":
		var n int64
		err := json.Unmarshal(raw, &n)
		return n, err
	case "BYTEA":
		var b []byte
		err := json.Unmarshal(raw, &b)
		return b, err
	}
	if bytes.HasPrefix(raw, []byte("{")) {
		var odd nonUTF8Text
		err := json.Unmarshal(raw, &odd)
		if err != nil {
			return nil, err
		}
		b, err := base64.StdEncoding.DecodeString(odd.Base64)
		return cleanText(string(b)), err
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err
}
