package batch

// Rows says how many rows each set of parameters of an update must change.
type Rows bool

// Numbers of rows.
const (
	AnyRows Rows = false // however many
	EachOne Rows = true  // exactly one; otherwise Flush returns ErrConflict
)

// Update is a statement that changes rows by parameters P.
type Update[P any] struct {
	fields []int
	*statement
}

// NewUpdate describes a statement that several sets of parameters share. what
// names it in errors ("assigning leads"). The SQL reads the parameters from v,
// one row for each set, with the columns that are given:
//
//	UPDATE leads SET manager_id = v.manager_id FROM v WHERE leads.id = v.id
//
// P is a struct with a field for each of the columns.
func NewUpdate[P any](what string, changes Rows, sql string, columns ...string) *Update[P] {
	fields := fieldsOf[P](columns)
	types := typesOf[P](fields)
	return &Update[P]{fields, &statement{
		what: what, each: changes == EachOne,
		texts: textsFor(func(rows int) string { return updateText(sql, columns, types, rows) }),
	}}
}

// NewOrderedUpdate describes a statement that runs once for each set of
// parameters, in the order in which they are queued. It is for rows that all
// transactions must lock in one order.
func NewOrderedUpdate[P any](what string, changes Rows, sql string, columns ...string) *Update[P] {
	u := NewUpdate[P](what, changes, sql, columns...)
	u.single = true
	return u
}

// Queue queues the statement for one set of parameters.
func (u *Update[P]) Queue(tx Writer, p P) { tx.add(u.statement, arguments(&p, u.fields)) }
