// Package read holds the queries of lists, one file for each kind of record: its filters,
// and the indexes that it reads. One text serves SQLite and PostgreSQL.
//
// The cost of a page does not depend on how much is stored. A list is put together of the
// first records of a few streams (query.go, page.go): ranges of indexes that have the order
// of the list and hold only what the viewer may see. Which streams show a viewer's records
// says visible.go. Of records that a filter decides on without an index, a page looks at a
// bounded number (bound.go). Orders that no index has are for lists of a bounded length (sorted.go).
//
// The statements are built by a small builder of this package. Compared were
// huandu/go-sqlbuilder 1.44.1, which fits but would replace only the forty lines
// of query.go (row comparisons, EXISTS and LIKE … ESCAPE stay hand-written text
// with it), and stephenafamo/bob 0.41.1, which has one set of packages for each
// database and writes the size of a page into the text, so that each size would
// be prepared anew.
package read

import (
	"cmp"
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
	// Look is how many records a page looks at, see LookMost. 0: LookMost.
	Look int
	// Sort is how many records a list sorts, see SortMost. 0: SortMost.
	Sort int
}

func (l Lists) look() int { return cmp.Or(l.Look, LookMost) }
func (l Lists) sort() int { return cmp.Or(l.Sort, SortMost) }

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
	// CompanyRow is a row of Lists.Companies.
	CompanyRow = db.CompanyRow
	// InteractionRow is a row of Lists.Interactions and Lists.Calls.
	InteractionRow = db.InteractionRow
	// TaskRow is a row of Lists.Tasks.
	TaskRow = db.TaskRow
	// DeliveryRow is a row of Lists.Deliveries.
	DeliveryRow = db.DeliveryRow
	// ChangeRow is a row of Lists.History.
	ChangeRow = db.ChangeRow
	// UserRow is a row of Lists.Users.
	UserRow = db.UserRow
)
