package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"ctihub/leads"
	"ctihub/storage/db"
)

// rowsMost is the most rows of one statement. Statements have 1, 2, 4, 8 or 16
// rows, so that few texts have to be prepared.
const rowsMost = 16

// repeated returns a generated statement with n times the brackets that have
// all its parameters: a row of VALUES, or a condition after WHERE.
func repeated(query string, n, params int) string {
	if n == 1 {
		return query
	}
	mark, between := "VALUES ", ", "
	if !strings.Contains(query, mark+"(") {
		mark, between = "WHERE ", " OR "
	}
	begin := strings.Index(query, mark+"(") + len(mark)
	end, depth := begin, 0
	for ; end < len(query); end++ {
		switch query[end] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	parts := strings.Split(query[begin:end+1], "$")
	var b strings.Builder
	b.WriteString(query[:begin])
	for row := range n {
		if row > 0 {
			b.WriteString(between)
		}
		b.WriteString(parts[0])
		for _, part := range parts[1:] {
			rest := strings.TrimLeft(part, "0123456789")
			number, _ := strconv.Atoi(part[:len(part)-len(rest)])
			b.WriteString("$" + strconv.Itoa(row*params+number) + rest)
		}
	}
	b.WriteString(query[end+1:])
	return b.String()
}

// texts keeps what repeated made, and on SQLite the prepared statements.
type texts struct {
	mu       sync.Mutex
	made     map[textKey]string
	prepared map[textKey]*sql.Stmt
}

func newTexts() *texts {
	return &texts{made: map[textKey]string{}, prepared: map[textKey]*sql.Stmt{}}
}

type textKey struct {
	query string
	rows  int
}

func (t *texts) text(k textKey, params int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.made[k]; ok {
		return s
	}
	s := repeated(k.query, k.rows, params)
	t.made[k] = s
	return s
}

func (t *texts) prepare(ctx context.Context, on *sql.DB, k textKey, params int) (*sql.Stmt, error) {
	text := t.text(k, params)
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := t.prepared[k]; s != nil {
		return s, nil
	}
	s, err := on.PrepareContext(ctx, text) //nolint:sqlclosecheck // kept until close
	if err == nil {
		t.prepared[k] = s
	}
	return s, err
}

func (t *texts) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.prepared {
		_ = s.Close()
	}
	clear(t.prepared)
	return nil
}

// bulk is a transaction that gathers writes: the inserts of one kind become rows
// of one statement, in the order in which each kind first came, and PostgreSQL
// gets all in one round trip. A row that is refused, for a key that is taken or
// a version that is old, shows at flush, as errRaced.
type bulk struct {
	db.DBTX             // the transaction, for what is read
	q       *db.Queries // on the transaction, at once
	s       *Store
	tx      *sql.Tx
	conn    *sql.Conn
	inserts []*inserts
	seqs    map[string]int64 // of the events written, by id
	events  []leads.Event    // recorded, to be published after the commit

	committed Step // told between commit and publishing; empty: none
}

// inserts are the rows of one kind.
type inserts struct {
	query string
	args  [][]any
}

// later returns the statements of the transaction as they are gathered. Only
// writes may be run on it; each seems to succeed.
func (b *bulk) later() *db.Queries { return db.New(b) }

// ExecContext implements db.DBTX.
func (b *bulk) ExecContext(_ context.Context, query string, args ...any) (sql.Result, error) {
	for _, i := range b.inserts {
		if i.query == query {
			i.args = append(i.args, clean(args))
			return driver.RowsAffected(1), nil
		}
	}
	b.inserts = append(b.inserts, &inserts{query, [][]any{clean(args)}})
	return driver.RowsAffected(1), nil
}

// statement is one insert of several rows.
type statement struct {
	key    textKey
	params int // of one row
	args   []any
}

// statements splits rows into as few statements as there may be.
func statements(query string, rows [][]any) (all []statement) {
	for len(rows) > 0 {
		n := rowsMost
		for n > len(rows) || n > 1 && !strings.Contains(query, "VALUES (") {
			n /= 2
		}
		st := statement{key: textKey{query, n}, params: len(rows[0])}
		for _, r := range rows[:n] {
			st.args = append(st.args, r...)
		}
		all, rows = append(all, st), rows[n:]
	}
	return all
}

// tells reports whether a statement returns the numbers of events.
func (st statement) tells() bool { return strings.Contains(st.key.query, "RETURNING id, seq") }

// counts reports whether a row that was not written means a lost race.
func (st statement) counts() bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(st.key.query, "-- name: "), " ")
	return !slices.Contains([]string{"SuggestMerge", "OwnContacts", "RememberMessage", "OfferIdentity"}, name)
}

func (st statement) check(n int64) error {
	if st.counts() && n != int64(st.key.rows) {
		return errRaced
	}
	return nil
}

// flush writes what was gathered.
func (b *bulk) flush(ctx context.Context) error {
	var all []statement
	for _, i := range b.inserts {
		all = append(all, statements(i.query, i.args)...)
	}
	b.inserts = nil
	if len(all) == 0 {
		return nil
	}
	if b.s.writing == nil {
		return b.conn.Raw(func(c any) error { return b.pipeline(ctx, c.(*stdlib.Conn).Conn(), all) })
	}
	for _, st := range all {
		if err := b.run(ctx, st); err != nil {
			return err
		}
	}
	return nil
}

// pipeline sends the statements to PostgreSQL without waiting between them.
func (b *bulk) pipeline(ctx context.Context, c *pgx.Conn, all []statement) (err error) {
	batch := &pgx.Batch{}
	for _, st := range all {
		batch.Queue(b.s.texts.text(st.key, st.params), st.args...)
	}
	results := c.SendBatch(ctx, batch)
	defer func() {
		if e := results.Close(); err == nil {
			err = e
		}
	}()
	for _, st := range all {
		if st.tells() {
			rows, err := results.Query()
			if err != nil {
				return err
			}
			var e leads.Event
			if _, err = pgx.ForEachRow(rows, []any{&e.ID, &e.Seq}, func() error { b.seqs[e.ID] = e.Seq; return nil }); err != nil {
				return err
			}
			continue
		}
		tag, err := results.Exec()
		if err != nil {
			return err
		}
		if err := st.check(tag.RowsAffected()); err != nil {
			return err
		}
	}
	return nil
}

// run runs one statement on SQLite.
func (b *bulk) run(ctx context.Context, st statement) error {
	prepared, err := b.s.texts.prepare(ctx, b.s.conn, st.key, st.params)
	if err != nil {
		return err
	}
	on := b.tx.StmtContext(ctx, prepared) //nolint:sqlclosecheck // ends with the transaction
	if st.tells() {
		rows, err := on.QueryContext(ctx, st.args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var e leads.Event
			if err := rows.Scan(&e.ID, &e.Seq); err != nil {
				return err
			}
			b.seqs[e.ID] = e.Seq
		}
		return rows.Err()
	}
	r, err := on.ExecContext(ctx, st.args...)
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return err
	}
	return st.check(n)
}
