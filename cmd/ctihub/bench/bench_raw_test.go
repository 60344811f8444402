package bench

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"ctihub/storage"
)

// The rows of one form of a new person, as plain inserts: no lookup, no decision, no
// HTTP. :c is a random number, id() an id like the hub's, body() a text of that many
// bytes.
var rawRows = []string{
	`INSERT INTO contacts (id, name, company, owner_id, main_key, search, version, created) VALUES (id('c'), 'Ivan', '', NULL, phone(), 'ivan ' || phone(), 1, us()) ON CONFLICT DO NOTHING`,
	`INSERT INTO identities (kind, value, contact_id, position, added) VALUES ('phone', phone(), id('c'), 0, us()) ON CONFLICT DO NOTHING`,
	`INSERT INTO leads (id, contact_id, status, source, channel, subject, team, manager_id, reason, repeated, refusal, utm, opened, assigned, closed) VALUES (id('l'), id('c'), 'new', 'site', 'form', '', '', NULL, '', FALSE, '', '{"utm_source":"bench"}', us(), 0, 0) ON CONFLICT DO NOTHING`,
	`INSERT INTO interactions (id, source, external_id, channel, direction, at, contact_id, lead_id, name, addressee, subject, body, html, attachments, utm, raw, stored) VALUES (id('i'), 'site', id('p'), 'form', 'in', us(), id('c'), id('l'), 'Ivan', 'site', '', 'price?', '', '', '{"utm_source":"bench"}', body(70), us()) ON CONFLICT DO NOTHING`,
	`INSERT INTO events (id, type, at, lead_id, audience, data) VALUES (id('e'), 'interaction.created', us(), id('l'), ' ', body(1200)) RETURNING seq`,
	`INSERT INTO events (id, type, at, lead_id, audience, data) VALUES (id('f'), 'lead.created', us(), id('l'), ' ', body(800)) RETURNING seq`,
}

// pgbenchScript returns the rows for pgbench: statement by statement in one
// transaction (a1), or as a single statement (a2).
func pgbenchScript(single bool) string {
	words := strings.NewReplacer(
		"phone()", "('+' || CAST(:c AS TEXT))",
		"us()", "CAST(extract(epoch from now()) * 1000000 AS BIGINT)",
		"body(", "repeat('x', ",
	)
	rows := slices.Clone(rawRows)
	for i, r := range rows {
		r = words.Replace(r)
		for _, kind := range []string{"c", "l", "i", "p", "e", "f"} {
			r = strings.ReplaceAll(r, "id('"+kind+"')", "(to_hex(CAST(extract(epoch from now()) * 1000 AS BIGINT)) || '-"+kind+"-' || lpad(CAST(:c AS TEXT), 22, '0'))")
		}
		rows[i] = r
	}
	begin := `\set c random(1, 999999999999999999)` + "\n"
	if !single {
		return begin + "BEGIN;\n" + strings.Join(rows, ";\n") + ";\nCOMMIT;\n"
	}
	var parts []string
	for i, r := range rows[:len(rows)-1] {
		parts = append(parts, fmt.Sprintf("r%d AS (%s)", i, strings.ReplaceAll(r, "RETURNING seq", "")))
	}
	return begin + "WITH " + strings.Join(parts, ",\n") + "\n" + rows[len(rows)-1] + ";\n"
}

// pgbench runs a script and returns its rate and latencies.
func pgbench(b *testing.B, dsn string, single bool, connections int, during time.Duration) (l load) {
	b.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	if len(found) == 0 {
		b.Fatal("pgbench is not installed: apt-get install -y postgresql-contrib")
	}
	dir := b.TempDir()
	script := filepath.Join(dir, "script.sql")
	if err := os.WriteFile(script, []byte(pgbenchScript(single)), 0o600); err != nil {
		b.Fatal(err)
	}
	out, err := exec.Command(found[len(found)-1], "-n", "-M", "prepared", "-f", script, "-c", strconv.Itoa(connections), "-j", strconv.Itoa(min(2, connections)),
		"-T", strconv.Itoa(int(during.Seconds())), "-l", "--log-prefix", filepath.Join(dir, "log"), dsn).CombinedOutput()
	if err != nil {
		b.Fatalf("pgbench: %v: %s", err, out)
	}
	_, rest, _ := strings.Cut(string(out), "tps = ")
	l.perSecond, _ = strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	logs, _ := filepath.Glob(filepath.Join(dir, "log*"))
	for _, log := range logs {
		text, err := os.ReadFile(log)
		if err != nil {
			b.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			us, _ := strconv.Atoi(strings.Fields(line)[2])
			l.took = append(l.took, time.Duration(us)*time.Microsecond)
		}
	}
	if l.touches = len(l.took); l.perSecond == 0 || l.touches == 0 {
		b.Fatalf("pgbench said %s", out)
	}
	return l
}

// rawSQLite writes the rows with prepared statements, one touch per commit (a3) or
// more, with the SQLite settings of the hub. It returns the latencies of commits.
func rawSQLite(b *testing.B, each int, during time.Duration) (l load) {
	b.Helper()
	ctx, dir := context.Background(), b.TempDir()
	s, err := storage.Open(ctx, storage.Config{DataDir: dir})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	conn, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "hub.db")+
		"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)")
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	conn.SetMaxOpenConns(1)
	words := regexp.MustCompile(`id\('.'\)|phone\(\)|us\(\)|body\(\d+\)`)
	var rows []*sql.Stmt
	var needs [][]string // the words of each row, in order
	for _, r := range rawRows {
		p, err := conn.Prepare(words.ReplaceAllString(r, "?"))
		if err != nil {
			b.Fatal(err)
		}
		defer p.Close()
		rows, needs = append(rows, p), append(needs, words.FindAllString(r, -1))
	}
	body := strings.Repeat("x", 1200)
	insert := func(tx *sql.Tx) {
		is := map[string]any{"phone()": person(nextPhone.Add(1)), "us()": time.Now().UnixMicro(), "body(70)": body[:70], "body(800)": body[:800], "body(1200)": body}
		for _, kind := range []string{"c", "l", "i", "p", "e", "f"} {
			is["id('"+kind+"')"] = uuid.Must(uuid.NewV7()).String()
		}
		for i, p := range rows {
			var args []any
			for _, word := range needs[i] {
				args = append(args, is[word])
			}
			if _, err := tx.Stmt(p).Exec(args...); err != nil {
				b.Fatal(err)
			}
		}
	}
	began := time.Now()
	for time.Since(began) < during {
		sent := time.Now()
		tx, err := conn.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for range each {
			insert(tx)
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
		l.took = append(l.took, time.Since(sent))
	}
	l.touches = each * len(l.took)
	l.perSecond = float64(l.touches) / time.Since(began).Seconds()
	return l
}
