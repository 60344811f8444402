package bench

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"ctihub/storage"
)

// The office whose history is written by fill.
const (
	historyManagers  = 20 // each owns the same number of contacts
	historyOperators = 30 // with the extensions 200 and on
	historyTouches   = 10 // interactions of a contact, on the average
	historyYear      = int64(365 * 24 * time.Hour / time.Microsecond)
	historyBegins    = int64(1735689600000000) // 2025-01-01, in microseconds
)

// historyID is the id of the n-th record of a kind, in the order of time as
// the hub's own ids are. Kinds: 1 user, 2 contact, 3 lead, 4 interaction.
func historyID(kind, n int) string { return fmt.Sprintf("00000000-0000-7000-800%d-%012d", kind, n) }

// historyPhone is the n-th number of a contact; there is one for each contact.
// Consecutive numbers belong to contacts far apart.
func historyPhone(n int) string { return fmt.Sprintf("+7926%07d", n) }

// historyRows are the statements that write the history, the same each time.
// seq(n) yields n rows of i from 0, id(k, x) is historyID and at(x, n) the
// moment of the x-th of n things of the year; C contacts, N interactions.
//
// Interaction i belongs to a contact that already exists. Of ten interactions three
// are answered calls with one leg, among them the first of each contact, one is a
// form, the rest are mail. A contact has one lead with the same number; each
// hundredth lead is open.
var historyRows = []string{
	`INSERT INTO users (id, login, name, folded, role, team, presence, disabled, password_hash, last_assigned, created)
	SELECT id(1, i), 'past' || CAST(i AS TEXT), 'Past ' || CAST(i AS TEXT), 'past', CASE WHEN i < M OR i = U - 1 THEN 'manager' ELSE 'operator' END,
	CASE WHEN i < M THEN '' ELSE 'other' END, CASE WHEN i < M THEN 'available' ELSE 'offline' END, FALSE, '', 0, at(0, 1) FROM seq(U)`,
	`INSERT INTO user_extensions (extension, number, user_id, position) SELECT CAST(200 + i AS TEXT), CAST(200 + i AS TEXT), id(1, i), 0 FROM seq(U) WHERE i >= M`,
	`INSERT INTO contacts (id, name, company, owner_id, main_key, search, version, created)
	SELECT id(2, i), 'Ivan', '', id(1, i % M), phone(i), 'ivan ' || phone(i), 1, at(i, C) FROM seq(C)`,
	`INSERT INTO identities (kind, value, contact_id, position, added) SELECT 'phone', phone(i), id(2, i), 0, at(i, C) FROM seq(C)`,
	`INSERT INTO identities (kind, value, contact_id, position, added) SELECT 'email', 'ivan' || CAST(i AS TEXT) || '@example.com', id(2, i), 1, at(i, C) FROM seq(C) WHERE i % 2 = 0`,
	`INSERT INTO leads (id, contact_id, status, source, channel, subject, team, manager_id, reason, repeated, refusal, utm, opened, assigned, closed)
	SELECT id(3, i), id(2, i), CASE WHEN i % 100 = 0 THEN 'working' WHEN i % 3 = 0 THEN 'won' ELSE 'refused' END, 'site', 'form', '', '', manager(i), '', FALSE,
	CASE WHEN i % 100 = 0 OR i % 3 = 0 THEN '' ELSE 'dear' END, '', at(i, C), at(i, C), CASE WHEN i % 100 = 0 THEN 0 ELSE at(i, C) + 3600000000 END FROM seq(C)`,
	`INSERT INTO interactions (id, source, external_id, channel, direction, at, contact_id, lead_id, name, addressee, subject, body, html, attachments, utm, raw, stored)
	SELECT id(4, i), CASE WHEN i % 10 IN (1, 4, 9) THEN 'past-pbx' WHEN i % 10 = 7 THEN 'site' ELSE 'past-mail' END, CAST(i AS TEXT),
	CASE WHEN i % 10 IN (1, 4, 9) THEN 'call' WHEN i % 10 = 7 THEN 'form' ELSE 'email' END, 'in', at(i, N), id(2, who(i)), id(3, who(i)), '', '', '', 'price?', '', '', '', '', at(i, N) FROM seq(N)`,
	`INSERT INTO calls (id, linkedid, direction, state, disposition, from_number, to_number, did, queue, operator_extension, operator_id, hangup_by, started, answered, ended, version)
	SELECT id(4, i), CAST(i AS TEXT), 'in', 'ended', 'answered', phone(who(i)), '7001', '7001', '', CAST(talked(i) + 200 AS TEXT), id(1, talked(i)), 'caller',
	at(i, N), at(i, N) + 1000000, at(i, N) + 60000000, 1 FROM seq(N) WHERE i % 10 IN (1, 4, 9)`,
	`INSERT INTO legs (call_id, position, channel, extension, user_id, state, rang, answered, ended)
	SELECT id(4, i), 0, CAST(i AS TEXT), CAST(talked(i) + 200 AS TEXT), id(1, talked(i)), 'ended', at(i, N), at(i, N) + 1000000, at(i, N) + 60000000
	FROM seq(N) WHERE i % 10 IN (1, 4, 9)`,
	`INSERT INTO sights (viewer, kind, at, id) SELECT DISTINCT d.viewer, d.kind, d.at, d.id FROM sights_due d ORDER BY d.viewer, d.kind, d.at, d.id`,
}

// The last two users have almost no data: an operator with one call and a manager
// with one lead, both at the very beginning.
func idleOperator() string { return historyID(1, historyManagers+historyOperators) }
func idleManager() string  { return historyID(1, historyManagers+historyOperators+1) }

// historyText translates a statement into the dialect of the database.
func historyText(statement string, contacts int, postgres bool) string {
	who := "((i / 10) * (1 + i % 10) / 10)"
	s := strings.NewReplacer(
		"manager(i)", "CASE WHEN i = 1 THEN '"+idleManager()+"' ELSE id(1, i % M) END",
		"talked(i)", fmt.Sprintf("CASE WHEN i = 1 THEN %d ELSE M + (i / 10 + i) %% %d END", historyManagers+historyOperators, historyOperators),
		"phone(who(i))", "('+7926' || substr(CAST(10000000 + "+who+" * 7919 % C AS TEXT), 2))",
		"phone(i)", "('+7926' || substr(CAST(10000000 + i * 7919 % C AS TEXT), 2))",
		"who(i)", who,
	).Replace(statement)
	for _, kind := range []string{"1", "2", "3", "4"} {
		for {
			before, rest, found := strings.Cut(s, "id("+kind+", ")
			if !found {
				break
			}
			depth, end := 1, 0
			for ; depth > 0; end++ {
				switch rest[end] {
				case '(':
					depth++
				case ')':
					depth--
				}
			}
			s = before + "'00000000-0000-7000-800" + kind + "-' || substr(CAST(1000000000000 + " + rest[:end-1] + " AS TEXT), 2)" + rest[end:]
		}
	}
	from := "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %s) SELECT i FROM n) AS n"
	if postgres {
		from = "generate_series(CAST(0 AS BIGINT), %s - 1) AS n(i)"
	}
	for _, n := range []string{"U", "C", "N"} {
		s = strings.ReplaceAll(s, "seq("+n+")", fmt.Sprintf(from, n))
	}
	for _, n := range []string{"1", "C", "N"} {
		for _, x := range []string{"0", "i"} {
			s = strings.ReplaceAll(s, "at("+x+", "+n+")", fmt.Sprintf("(%d + %s * (%d / %s))", historyBegins, x, historyYear, n))
		}
	}
	return replaceLetters(s, map[byte]int{'M': historyManagers, 'U': historyManagers + historyOperators + 2, 'C': contacts, 'N': contacts * historyTouches})
}

// replaceLetters replaces single letters that are words of their own by numbers.
func replaceLetters(s string, by map[byte]int) string {
	var b strings.Builder
	word := func(c byte) bool { return c == '_' || c >= '0' && c <= '9' || c|32 >= 'a' && c|32 <= 'z' }
	for i := range len(s) {
		n, ok := by[s[i]]
		if ok && (i == 0 || !word(s[i-1])) && (i+1 == len(s) || !word(s[i+1])) {
			fmt.Fprint(&b, n)
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// fill writes a year's history into an empty database by SQL: without syncs, foreign
// keys and secondary indexes, which are created at the end. It writes no events.
func fill(b *testing.B, c storage.Config, contacts int) {
	b.Helper()
	ctx := context.Background()
	s, err := storage.Open(ctx, c)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	driver, address := "pgx", c.Database
	before := []string{"SET session_replication_role = replica", "SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'"}
	after := []string{"VACUUM ANALYZE", "CHECKPOINT"}
	indexes := `SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef NOT LIKE 'CREATE UNIQUE%'`
	if address == "" {
		driver, address = "sqlite", "file:"+filepath.Join(c.DataDir, "hub.db")
		before = []string{"PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -500000", "PRAGMA temp_store = MEMORY"}
		after = []string{"PRAGMA journal_mode = WAL"}
		indexes = `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%'`
	}
	conn, err := sql.Open(driver, address)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	conn.SetMaxOpenConns(1)
	var drop, make []string
	rows, err := conn.QueryContext(ctx, indexes)
	if err != nil {
		b.Fatal(err)
	}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			b.Fatal(err)
		}
		drop, make = append(drop, "DROP INDEX "+name), append(make, text)
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
	var texts []string
	for _, r := range historyRows {
		texts = append(texts, historyText(r, contacts, c.Database != ""))
	}
	for _, text := range slices.Concat(before, drop, texts, make, after) {
		began := time.Now()
		if _, err := conn.ExecContext(ctx, text); err != nil {
			b.Fatalf("%v: %s", err, text)
		}
		if took := time.Since(began); took > 5*time.Second {
			b.Logf("%v: %.60s", took.Round(time.Second), text)
		}
	}
}
