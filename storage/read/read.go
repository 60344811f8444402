// Package read holds the queries of lists, one file for each kind of record: its filters,
// its pages, and the indexes that it starts from. visible.go restricts lists to what the
// viewer may see. One text serves SQLite and PostgreSQL.
//
// The statements are built by a small builder of this package. Compared were
// huandu/go-sqlbuilder 1.44.1, which fits but would replace only the forty lines
// of query.go (row comparisons, EXISTS and LIKE … ESCAPE stay hand-written text
// with it), and stephenafamo/bob 0.41.1, which has one set of packages for each
// database and writes the size of a page into the text, so that each size would
// be prepared anew.
package read

import (
	"context"
	"database/sql"

	"ctihub/storage/db"
)

// Querier runs statements outside of transactions.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Lists reads lists. It is safe for concurrent use. Each list has a total order, so that
// pages neither repeat nor skip a record that does not change meanwhile. A malformed cursor
// is leads.ErrInvalid.
type Lists struct {
	On Querier
	// Few is below how many own records a viewer's lists start from these instead of
	// the newest records, see few.go. 0: never.
	Few int64
}

// Page is a page of rows.
type Page[R any] struct {
	Rows []R
	Next string // cursor of the next page, empty on the last one
}

// The rows of the lists are those of the queries of single records.
type (
	// LeadRow is a row of Lists.Leads.
	LeadRow = db.LeadRow
	// ContactRow is a row of Lists.Contacts.
	ContactRow = db.ContactRow
	// InteractionRow is a row of Lists.Interactions and Lists.Calls.
	InteractionRow = db.InteractionRow
	// TaskRow is a row of Lists.Tasks.
	TaskRow = db.TaskRow
	// DeliveryRow is a row of Lists.Deliveries.
	DeliveryRow = db.DeliveryRow
	// UserRow is a row of Lists.Users.
	UserRow = db.UserRow
)
