package storage

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"ctihub/storage/db"
)

// MigrateTo takes the tables back to a version, or with 0 to the newest.
func MigrateTo(ctx context.Context, s *Store, version int64) error {
	d := postgresDialect
	if s.writing != nil {
		d = sqliteDialect
	}
	p, err := d.provider(s.conn)
	if err != nil {
		return err
	}
	if version == 0 {
		_, err = p.Up(ctx)
		return err
	}
	_, err = p.DownTo(ctx, version)
	return err
}

// Exec runs a statement past the rules.
func Exec(ctx context.Context, s *Store, query string) error {
	_, err := s.conn.ExecContext(ctx, query)
	return err
}

// QueueMost is the bound of a queue.
const QueueMost = queueMost

// Yield lets others work.
func Yield() { runtime.Gosched() }

// Lanes counts the writers.
func Lanes(s *Store) int { return s.groups.Lanes() }

// HoldWriters lets no lane store anything until free is called, save that of
// the calls if they are left out.
func HoldWriters(s *Store, notCalls bool) (free func()) {
	var wakes []func()
	for lane := range s.groups.Lanes() {
		if !notCalls || lane > 0 {
			wakes = append(wakes, s.groups.Hold(lane))
		}
	}
	return func() {
		for _, wake := range wakes {
			wake()
		}
	}
}

// Waiting counts the batches that wait.
func Waiting(s *Store) int { return s.groups.Waiting() }

// Transactions counts the groups that writers took.
func Transactions(s *Store) int64 { return s.groups.Taken() }

// BreakCommits lets every commit fail that holds a new interaction, although
// all its statements were accepted, until mend is called.
func BreakCommits(ctx context.Context, s *Store) (mend func() error, err error) {
	trap, disarm := []string{
		`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this commit is refused'; END $$`,
		`CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON interactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()`,
	}, "DROP TRIGGER refuse ON interactions"
	if s.writing != nil { // SQLite
		trap, disarm = []string{
			`CREATE TABLE nobody (id INTEGER PRIMARY KEY)`,
			`CREATE TABLE refused (id INTEGER REFERENCES nobody (id) DEFERRABLE INITIALLY DEFERRED)`,
			`CREATE TRIGGER refuse AFTER INSERT ON interactions BEGIN INSERT INTO refused VALUES (1); END`,
		}, "DROP TRIGGER refuse"
	}
	for _, statement := range trap {
		if _, err := s.conn.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	return func() error { _, err := s.conn.ExecContext(ctx, disarm); return err }, nil
}

// LookAt bounds how many records a page looks at.
func LookAt(s *Store, most int) { s.lists.Look = most }

// SortMost bounds how many records a list sorts by what has no index.
func SortMost(s *Store, most int) { s.lists.Sort = most }

// SightsAmiss returns the rows that the table sights lacks or has too many, and the tasks that
// have another holder than they show.
func SightsAmiss(s *Store) (amiss []string, err error) {
	rows, err := s.conn.QueryContext(context.Background(), `
SELECT 'lacks ' || viewer || ' ' || kind || ' ' || id FROM (SELECT viewer, kind, at, id FROM sights_due EXCEPT SELECT viewer, kind, at, id FROM sights) AS a
UNION ALL
SELECT 'has ' || viewer || ' ' || kind || ' ' || id FROM (SELECT viewer, kind, at, id FROM sights EXCEPT SELECT viewer, kind, at, id FROM sights_due) AS b
UNION ALL
SELECT 'task ' || r.id || ' of ' || r.owner_id FROM task_rows r JOIN tasks t ON t.id = r.id WHERE COALESCE(t.holder_id, '') <> r.owner_id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			return nil, err
		}
		amiss = append(amiss, row)
	}
	return amiss, rows.Err()
}

// SetPresenceSince says since when a user has had their presence.
func SetPresenceSince(s *Store, userID string, since time.Time) {
	if _, err := s.conn.ExecContext(context.Background(), "UPDATE users SET presence_since = $1 WHERE id = $2", micros(since), userID); err != nil {
		panic(err)
	}
}

// GrowthFirst is after how many touches PostgreSQL's tables are analysed first.
const GrowthFirst = growthFirst

// AwaitAnalyses returns when no analysis runs.
func AwaitAnalyses(s *Store) { s.growth.analyses.Wait() }

// KeptFile notes a kept file under an external id.
func (s *Store) KeptFile(id, externalID string) {
	if err := s.retryQueries(context.Background(), func(q *db.Queries) error {
		return q.NoteFile(context.Background(), db.NoteFileParams{ID: id, Source: "uploads", ExternalID: externalID, Kept: 1})
	}); err != nil {
		panic(err)
	}
}

// KeyOfFile is whose a kept file is.
func (s *Store) KeyOfFile(id string) (key string) {
	if err := s.conn.QueryRowContext(context.Background(), "SELECT source || ' ' || external_id FROM files WHERE id = $1", id).Scan(&key); err != nil {
		panic(err)
	}
	return key
}

// ThreadOf is the interaction that an answer to a message would belong to.
func (s *Store) ThreadOf(channel, messageID string) (id string) {
	_ = s.conn.QueryRowContext(context.Background(), "SELECT interaction_id FROM messages WHERE channel = $1 AND message_id = $2", channel, messageID).Scan(&id)
	return id
}

// Fill runs statements on one connection that does not check keys between
// tables, while there are no secondary indexes; then PostgreSQL gathers its statistics, as
// autovacuum would. SQLite gathers none, as in the hub.
func Fill(ctx context.Context, s *Store, statements []string) error {
	before, after := []string{"SET session_replication_role = replica", "SET statement_timeout = 0", "SET maintenance_work_mem = '256MB'"}, []string{"VACUUM ANALYZE", "RESET ALL"}
	indexes := "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE 'CREATE UNIQUE%'"
	if s.writing != nil { // SQLite
		before, after = []string{"PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000"}, []string{"PRAGMA cache_size = -2000", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"}
		indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'"
	}
	conn, err := s.conn.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	rows, err := conn.QueryContext(ctx, indexes)
	if err != nil {
		return err
	}
	var drop, create []string
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		drop, create = append(drop, "DROP INDEX "+name), append(create, text)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, text := range slices.Concat(before, drop, statements, create, after) {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
	}
	return nil
}

// IDs returns the ids in a table, in no order.
func IDs(s *Store, table string) (ids []string, err error) {
	rows, err := s.conn.QueryContext(context.Background(), "SELECT id FROM "+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// IndexNames returns the indexes of all tables, without those of primary and unique keys.
func IndexNames(s *Store) (names []string, err error) {
	// That of the search is a table of its own on SQLite.
	query := "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname NOT IN (SELECT conname FROM pg_constraint) AND indexname <> 'search_index_words'"
	if s.writing != nil { // SQLite
		query = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
	}
	rows, err := s.conn.QueryContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// DeleteInteraction deletes a message as an erasure would, which leaves the search index as it is.
func DeleteInteraction(ctx context.Context, s *Store, id string) error {
	for _, table := range []string{"messages WHERE interaction_id", "earlier_texts WHERE interaction_id", "sights WHERE id", "interactions WHERE id"} {
		if _, err := s.conn.ExecContext(ctx, "DELETE FROM "+table+" = $1", id); err != nil {
			return err
		}
	}
	return nil
}

// CountDocs counts the documents of the search index.
func CountDocs(ctx context.Context, s *Store) (n int, err error) {
	err = s.conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM search_docs").Scan(&n)
	return n, err
}

// CountSearchParts counts the parts of SQLite's search index, in each of which a word is looked up.
func CountSearchParts(ctx context.Context, s *Store) (n int, err error) {
	err = s.conn.QueryRowContext(ctx, "SELECT COUNT(DISTINCT segid) FROM search_index_idx").Scan(&n)
	return n, err
}

// Rows returns all rows of a table as texts by column.
func Rows(ctx context.Context, s *Store, table string) (all []map[string]string, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		rows, err := tx.rowsOf(ctx, table, "TRUE")
		for _, row := range rows {
			texts := map[string]string{}
			for c, v := range row {
				texts[c] = fmt.Sprint(v)
			}
			all = append(all, texts)
		}
		return err
	})
	return all, err
}

// MisplacedLeads returns interactions and tasks whose lead is another contact's.
func MisplacedLeads(ctx context.Context, s *Store) (ids []string, err error) {
	err = s.inTx(ctx, func(ctx context.Context, tx *Tx) error {
		st := &steps{ctx: ctx, tx: tx}
		ids = append(st.texts("SELECT i.id FROM interactions i JOIN leads l ON l.id = i.lead_id WHERE l.contact_id <> i.contact_id"),
			st.texts("SELECT t.id FROM tasks t JOIN leads l ON l.id = t.lead_id WHERE l.contact_id <> t.contact_id")...)
		return st.err
	})
	return ids, err
}

// QueuedDuplicates is how many contacts wait to be compared.
func (s *Store) QueuedDuplicates(ctx context.Context) (n int, err error) {
	err = s.conn.QueryRowContext(ctx, "SELECT COUNT(*) FROM duplicate_queue").Scan(&n)
	return n, err
}
