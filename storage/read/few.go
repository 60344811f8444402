package read

import (
	"context"
	"fmt"

	"ctihub/leads"
)

// Subqueries from which the lists of a viewer with few records start: the ids of all
// records that the viewer may see, and perhaps of others.
const (
	leadsOfViewer    = "(SELECT DISTINCT u.lead_id AS id FROM user_leads u WHERE u.user_id = CAST(? AS TEXT)) AS mine"
	contactsOfViewer = "(SELECT DISTINCT u.contact_id AS id FROM user_contacts u WHERE u.user_id = CAST(? AS TEXT)) AS mine"
	callsOfViewer    = "(SELECT DISTINCT u.call_id AS id FROM user_calls u WHERE u.user_id = CAST(? AS TEXT)) AS mine"
	touchesOfViewer  = `(SELECT i.id FROM (SELECT DISTINCT u.contact_id FROM user_contacts u WHERE u.user_id = CAST(? AS TEXT)) AS c
    CROSS JOIN interactions i WHERE i.contact_id = c.contact_id
    UNION SELECT u.call_id FROM user_calls u WHERE u.user_id = CAST(? AS TEXT)) AS mine`
)

// countOfViewer counts a user's own records by index, at most 1000 of each kind. $2: the
// user is a manager.
const countOfViewer = `SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM legs g WHERE g.user_id = CAST($1 AS TEXT) LIMIT 1000) AS a)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM calls c WHERE c.operator_id = CAST($1 AS TEXT) LIMIT 1000) AS b)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM leads l WHERE l.manager_id = CAST($1 AS TEXT) LIMIT 1000) AS c)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM contacts t WHERE t.owner_id = CAST($1 AS TEXT) LIMIT 1000) AS d)
    + (SELECT COUNT(*) FROM (SELECT 1 FROM leads l WHERE l.manager_id IS NULL AND CAST($2 AS BOOLEAN) LIMIT 1000) AS e)`

// startFromViewer starts a list from the viewer's own records if these are few, and
// reports whether it does. For a viewer who sees many or all records, reading the newest
// first soon fills a page.
func (l Lists) startFromViewer(ctx context.Context, q *query, v leads.Viewer, mine string) (started bool, err error) {
	if v.Role.SeesAll() {
		return false, nil
	}
	n, err := l.count(ctx, countOfViewer, v.UserID, v.Role == leads.RoleManager)
	if err != nil {
		return false, fmt.Errorf("counting a viewer's records: %w", err)
	}
	if n >= l.Few {
		return false, nil
	}
	q.startFromIDs(mine, v.UserID)
	return true, nil
}

// count reads one number.
func (l Lists) count(ctx context.Context, text string, args ...any) (n int64, err error) {
	rows, err := l.On.QueryContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		err = rows.Scan(&n)
	}
	if err == nil {
		err = rows.Err()
	}
	return n, err
}
