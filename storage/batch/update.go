package batch

import "reflect"

// Rows says how many rows each set of parameters of an update must change.
type Rows bool

// Numbers of rows.
const (
	AnyRows Rows = false // however many
	EachOne Rows = true  // exactly one; otherwise the flush returns ErrConflict
)

// Update is a statement that changes rows by parameters P.
type Update[P any] struct{ *statement }

// NewUpdate describes a statement that several sets of parameters share. what
// names it in errors ("assigning leads"). The SQL reads the parameters from v,
// one row for each set, with the columns that are given:
//
//	UPDATE leads SET manager_id = v.manager_id FROM v WHERE leads.id = v.id
//
// P is a struct with a field for each of the columns.
func NewUpdate[P any](what string, changes Rows, sql string, columns ...string) *Update[P] {
	fields := fieldsOf[P](columns)
	return &Update[P]{&statement{
		what: what, fields: fields, each: changes == EachOne,
		text: updateText(sql, columns, typesOf[P](fields), changes == EachOne),
	}}
}

// Queue queues the statement for one set of parameters.
func (u *Update[P]) Queue(tx Writer, p P) { tx.add(u.statement, reflect.ValueOf(&p).Elem()) }
