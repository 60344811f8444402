package batch

import (
	"database/sql"
	"reflect"

	"github.com/jackc/pgx/v5/pgtype"
)

// rows holds rows column by column, as PostgreSQL takes them: an array for each column.
type rows struct {
	columns []values
	n       int
}

// values holds the values of one column; the others of its slices are nil.
type values struct {
	texts []string
	nulls pgtype.FlatArray[pgtype.Text] // texts that may be NULL
	ints  []int64
	bools []bool
}

var nullText = reflect.TypeFor[sql.NullString]()

// add appends the fields of a row, or, without fields, the row itself. Texts are cleaned by
// CleanText.
func (r *rows) add(row reflect.Value, fields []int) {
	if r.columns == nil {
		r.columns = make([]values, max(1, len(fields)))
	}
	r.n++
	if fields == nil {
		r.columns[0].add(row)
		return
	}
	for i, f := range fields {
		r.columns[i].add(row.Field(f))
	}
}

func (c *values) add(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		c.texts = append(c.texts, CleanText(v.String()))
	case reflect.Int64:
		c.ints = append(c.ints, v.Int())
	case reflect.Bool:
		c.bools = append(c.bools, v.Bool())
	default: // see typesOf
		s := v.Addr().Interface().(*sql.NullString)
		c.nulls = append(c.nulls, pgtype.Text{String: CleanText(s.String), Valid: s.Valid})
	}
}

// row appends the arguments of one row.
func (r *rows) row(args []any, n int) []any {
	for i := range r.columns {
		switch c := &r.columns[i]; {
		case c.texts != nil:
			args = append(args, c.texts[n])
		case c.ints != nil:
			args = append(args, c.ints[n])
		case c.bools != nil:
			args = append(args, c.bools[n])
		default:
			args = append(args, sql.NullString{String: c.nulls[n].String, Valid: c.nulls[n].Valid})
		}
	}
	return args
}

// arrays returns an array for each column.
func (r *rows) arrays() []any {
	args := make([]any, len(r.columns))
	for i, c := range r.columns {
		switch {
		case c.texts != nil:
			args[i] = c.texts
		case c.ints != nil:
			args[i] = c.ints
		case c.bools != nil:
			args[i] = c.bools
		default:
			args[i] = c.nulls
		}
	}
	return args
}
