package storage

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"ctihub/leads"
	"ctihub/storage/db"
)

// start is where a list begins if not at the newest record. A list is one
// query, with every filter and with what the viewer may see; a start puts the
// same query on an index of the few records that a filter or a viewer leaves.
type start struct {
	from   string // before the list's view r
	where  string // ties r to it
	order  string // alias in from whose time and id are those of r, to be walked in their order; "" for none
	values []any  // of $a and $b in from and where
}

// Starts of lists at the records of a viewer; see hasFew.
const (
	leadsOfViewer    = "(SELECT DISTINCT u.lead_id AS id FROM user_leads u WHERE u.user_id = CAST($a AS TEXT)) AS mine"
	contactsOfViewer = "(SELECT DISTINCT u.contact_id AS id FROM user_contacts u WHERE u.user_id = CAST($a AS TEXT)) AS mine"
	callsOfViewer    = "(SELECT DISTINCT u.call_id AS id FROM user_calls u WHERE u.user_id = CAST($a AS TEXT)) AS mine"
	touchesOfViewer  = `(SELECT i.id FROM (SELECT DISTINCT u.contact_id FROM user_contacts u WHERE u.user_id = CAST($a AS TEXT)) AS c
    CROSS JOIN interactions i WHERE i.contact_id = c.contact_id
    UNION SELECT u.call_id FROM user_calls u WHERE u.user_id = CAST($a AS TEXT)) AS mine`
)

// listFrom returns the queries of lists with a start.
func (s *Store) listFrom(at start) *db.Queries { return db.New(starting{s.conn, s, at}) }

// listOfViewer returns the queries of lists for a viewer: they begin at mine
// when the viewer has few records.
func (s *Store) listOfViewer(ctx context.Context, v leads.Viewer, mine string) (*db.Queries, error) {
	few, err := s.hasFew(ctx, v)
	if err != nil || !few {
		return s.read, err
	}
	return s.listFrom(start{from: mine, where: "r.id = mine.id", values: []any{v.UserID}}), nil
}

// text returns the list's query with the start; it had so many parameters.
func (a start) text(query string, params int) string {
	fields, rest, _ := strings.Cut(query, " FROM ")
	view, filter, _ := strings.Cut(rest, "\nWHERE ")
	if a.order != "" {
		filter = strings.NewReplacer("r.at", a.order+".at", "r.id", a.order+".id").Replace(filter)
	}
	number := strings.NewReplacer("$a", "$"+strconv.Itoa(params+1), "$b", "$"+strconv.Itoa(params+2))
	return fields + " FROM " + number.Replace(a.from) + " CROSS JOIN " + view + "\nWHERE " + number.Replace(a.where) + "\n  AND " + filter
}

// starting runs list queries with a start.
type starting struct {
	db.DBTX
	s  *Store
	at start
}

// QueryContext implements db.DBTX.
func (q starting) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return q.s.batch.QueryContext(ctx, q.at.text(query, len(args)), append(args, q.at.values...)...)
}
