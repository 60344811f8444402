package storage

import (
	"context"
	"database/sql"
	"slices"

	"ctihub/storage/db"
)

// listed runs a query for several rows of parameters, at most rowsMost, instead
// of its own. The last row is repeated as often as the text needs.
type listed struct {
	*Tx
	rows [][]any
}

// listed returns the queries for several ids at once.
func (tx *Tx) listed(ids []string) *db.Queries {
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{id}
	}
	return db.New(listed{tx, rows})
}

// readContacts reads contacts by id.
func readContacts(ctx context.Context, tx *Tx, ids []string) (map[string]db.ContactRow, error) {
	return readAll(ids, func(some []string) ([]db.ContactRow, error) { return tx.listed(some).GetContacts(ctx, "") },
		func(r db.ContactRow) string { return r.ID })
}

// readLeads reads leads by id.
func readLeads(ctx context.Context, tx *Tx, ids []string) (map[string]db.LeadRow, error) {
	return readAll(ids, func(some []string) ([]db.LeadRow, error) { return tx.listed(some).GetLeads(ctx, "") },
		func(r db.LeadRow) string { return r.ID })
}

func readAll[R any](ids []string, read func([]string) ([]R, error), id func(R) string) (map[string]R, error) {
	byID := make(map[string]R, len(ids))
	for some := range slices.Chunk(ids, rowsMost) {
		rows, err := read(some)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			byID[id(r)] = r
		}
	}
	return byID, nil
}

// QueryContext implements db.DBTX.
func (l listed) QueryContext(ctx context.Context, query string, _ ...any) (*sql.Rows, error) {
	n := 1
	for n < len(l.rows) {
		n *= 2
	}
	st := statement{key: textKey{query, n}, params: len(l.rows[0])}
	for i := range n {
		st.args = append(st.args, clean(l.rows[min(i, len(l.rows)-1)])...)
	}
	if l.s.writing == nil {
		return l.DBTX.QueryContext(ctx, l.s.texts.text(st.key, st.params), st.args...)
	}
	prepared, err := l.s.texts.prepare(ctx, l.s.conn, st.key, st.params)
	if err != nil {
		return nil, err
	}
	if l.tx == nil {
		return prepared.QueryContext(ctx, st.args...)
	}
	return l.tx.StmtContext(ctx, prepared).QueryContext(ctx, st.args...) //nolint:sqlclosecheck // ends with the transaction
}
