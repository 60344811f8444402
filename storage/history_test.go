package storage_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ctihub/leads"
	"ctihub/storage"
)

const historyStep = 30 * time.Second // between interactions

var historyBegins = noon.AddDate(-1, 0, 0)

// historyID is the id of the n-th record of a table of the history.
func historyID(table string, n int) string { return fmt.Sprintf("%s%d", table, 10_000_000+n) }

// Users of the history: 20 managers share the leads, 30 operators the calls.
var (
	historyChief    = leads.Viewer{UserID: historyID("u", 50), Role: leads.RoleSupervisor}
	historyManager  = leads.Viewer{UserID: historyID("u", 3), Role: leads.RoleManager}   // a twentieth of all leads
	historyTalker   = leads.Viewer{UserID: historyID("u", 25), Role: leads.RoleOperator} // a thirtieth of all calls
	historyNewcomer = leads.Viewer{UserID: historyID("u", 51), Role: leads.RoleManager}  // one lead, the oldest
	historyOnce     = leads.Viewer{UserID: historyID("u", 52), Role: leads.RoleOperator} // one call, the oldest
	historyNobody   = leads.Viewer{UserID: historyID("u", 53), Role: leads.RoleOperator}
)

// historyRows write the history, the same on both databases. In them @id(t, x) is
// historyID, @at(x) the moment of interaction x, and numbers(n) holds n from 0.
var historyRows = []string{
	`INSERT INTO users (id, login, name, folded, role, team, presence, disabled, password_hash, last_assigned, created)
	SELECT @id(u, n), 'user' || n, 'User ' || n, 'user ' || n, CASE WHEN n < 20 OR n = 51 THEN 'manager' WHEN n = 50 THEN 'supervisor' ELSE 'operator' END,
	'', 'offline', FALSE, '', 0, 1 FROM numbers WHERE n < 54`,
	`INSERT INTO contacts (id, name, company, owner_id, main_key, search, version, created)
	SELECT @id(c, n), 'Ivan ' || n, '', CASE WHEN n = 0 THEN NULL ELSE @id(u, (n + n / 100) % 20) END, '+7916' || (1000000 + n), 'ivan ' || n || ' +7916' || (1000000 + n), 1, @at(n * 10) FROM numbers WHERE n < CONTACTS`,
	`INSERT INTO identities (kind, value, contact_id, position, added)
	SELECT 'phone', '+7916' || (1000000 + n), @id(c, n), 0, @at(n * 10) FROM numbers WHERE n < CONTACTS`,
	`INSERT INTO contact_tags (contact_id, folded, tag, position, created)
	SELECT @id(c, n), CASE WHEN n % 1000 = 0 THEN 'rare' ELSE 'vip' END, 'VIP', 0, @at(n * 10) FROM numbers WHERE n < CONTACTS AND n % 10 = 0`,
	// Of 100 leads one is open; the newest 50 of these have no manager.
	`INSERT INTO leads (id, contact_id, status, source, channel, subject, team, manager_id, reason, repeated, refusal, utm, opened, assigned, closed)
	SELECT @id(l, n), @id(c, n), CASE WHEN n % 100 = 0 THEN 'new' WHEN n % 3 = 0 THEN 'won' ELSE 'refused' END, CASE WHEN n % 2000 = 1 THEN 'fair' ELSE 'site' END, 'form', '', '',
	CASE WHEN n = 0 THEN @id(u, 51) WHEN n % 100 = 0 AND n > CONTACTS - 5000 THEN NULL ELSE @id(u, (n + n / 100) % 20) END,
	'', FALSE, '', CASE WHEN n % 2 = 0 THEN '{"utm_source":"ya"}' ELSE '' END, @at(n * 10), @at(n * 10), CASE WHEN n % 100 = 0 THEN 0 ELSE @at(n * 10) + 60000000 END FROM numbers WHERE n < CONTACTS`,
	`UPDATE leads SET stage_id = status, staged = opened, amount = 100000, currency = 'RUB'`,
	`INSERT INTO interactions (id, source, external_id, channel, direction, at, contact_id, lead_id, name, addressee, subject, body, html, attachments, utm, raw, stored)
	SELECT @id(i, n), CASE WHEN n % 2 = 0 THEN 'pbx' WHEN n % 100000 = 1 THEN 'fair' WHEN n % 4 = 1 THEN 'site' ELSE 'mail' END, 'x' || n,
	CASE WHEN n % 2 = 0 THEN 'call' WHEN n % 4 = 1 THEN 'form' ELSE 'email' END, 'in', @at(n),
	@id(c, (n / 2) * 7919 % CONTACTS), @id(l, (n / 2) * 7919 % CONTACTS), '', '', '', 'How much?', '', '', '', '', @at(n) FROM numbers WHERE n < TOUCHES`,
	// Every tenth call was missed; the newest four go on.
	`INSERT INTO calls (id, linkedid, direction, state, disposition, from_number, to_number, did, queue, operator_extension, operator_id, hangup_by, started, answered, ended, version)
	SELECT @id(i, n), 'L' || n, CASE WHEN n % 40 = 2 THEN 'out' ELSE 'in' END, CASE WHEN n >= TOUCHES - 8 THEN 'ringing' ELSE 'ended' END,
	CASE WHEN n >= TOUCHES - 8 THEN '' WHEN n % 20 = 0 THEN 'missed' ELSE 'answered' END,
	'+7916' || (1000000 + (n / 2) * 7919 % CONTACTS), '7001', '7001', CASE WHEN n % 50000 = 6 THEN 'night' WHEN n % 4 = 0 THEN 'sales' ELSE '' END, '',
	CASE WHEN n = 4 THEN @id(u, 52) WHEN n % 20 = 0 OR n >= TOUCHES - 8 THEN NULL ELSE @id(u, 20 + (n / 2 + n / 60) % 30) END, '', @at(n),
	CASE WHEN n % 20 = 0 OR n >= TOUCHES - 8 THEN 0 ELSE @at(n) + 1000000 END, CASE WHEN n >= TOUCHES - 8 THEN 0 ELSE @at(n) + 20000000 END, 1 FROM numbers WHERE n < TOUCHES AND n % 2 = 0`,
	`INSERT INTO legs (call_id, position, channel, extension, user_id, state, rang, answered, ended)
	SELECT @id(i, n), 0, 'P' || n, '200', CASE WHEN n = 4 THEN @id(u, 52) ELSE @id(u, 20 + (n / 2 + n / 60) % 30) END, CASE WHEN n >= TOUCHES - 8 THEN 'ringing' ELSE 'ended' END, @at(n),
	CASE WHEN n % 20 = 0 OR n >= TOUCHES - 8 THEN 0 ELSE @at(n) + 1000000 END, @at(n) + 20000000 FROM numbers WHERE n < TOUCHES AND n % 2 = 0`,
	// Call-backs of missed calls: of 20 one is open, and of these every tenth belongs to nobody.
	`INSERT INTO tasks (id, kind, state, contact_id, lead_id, call_id, team, owner_id, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, wished, number, note)
	SELECT @id(t, n), 'callback', CASE WHEN n % 20 = 0 THEN 'open' ELSE 'done' END, @id(c, n), @id(l, n), @id(i, n * 20), '', NULL, 1, 0, @at(n * 20), @at(n * 20) + 900000000, 0, @at(n * 20),
	CASE WHEN n % 20 = 0 THEN 0 ELSE @at(n * 20) + 600000000 END, CASE WHEN n % 20 = 0 THEN NULL ELSE @id(u, (n + n / 100) % 20) END, CASE WHEN n % 20 = 0 THEN '' ELSE 'reached' END, '', 1, 0, '', '' FROM numbers WHERE n < TASKS`,
	// Planned ones, one in work for each tenth lead in work.
	`INSERT INTO tasks (id, kind, state, contact_id, lead_id, team, owner_id, holder_id, created_by, title, calls, attempts, missed, due, escalated, created, done, done_by, outcome, comment, version, wished, number, note)
	SELECT @id(p, n), 'meeting', CASE WHEN n % 20 = 0 THEN 'open' ELSE 'done' END, @id(c, n), @id(l, n), '', @id(u, (n + n / 100) % 20), @id(u, (n + n / 100) % 20), @id(u, (n + 7) % 20), 'Measure', 0, 0, 0,
	@at(n * 20) + 900000000, 0, @at(n * 20), CASE WHEN n % 20 = 0 THEN 0 ELSE @at(n * 20) + 600000000 END, CASE WHEN n % 20 = 0 THEN NULL ELSE @id(u, (n + n / 100) % 20) END,
	CASE WHEN n % 20 = 0 THEN '' ELSE 'finished' END, '', 1, 0, '', '' FROM numbers WHERE n < TASKS`,
	`INSERT INTO changes (id, object, object_id, name, field, old_value, new_value, note, user_id, way, at)
	SELECT @id(h, n), CASE WHEN n % 2 = 0 THEN 'lead' ELSE 'contact' END, CASE WHEN n % 2 = 0 THEN @id(l, n / 10) ELSE @id(c, n / 10) END, '', CASE WHEN n % 2 = 0 THEN 'manager' ELSE 'tags' END,
	'', 'x', '', CASE WHEN n % 4 = 0 THEN '' ELSE @id(u, n % 20) END, CASE WHEN n % 4 = 0 THEN 'rule' ELSE 'page' END, @at(n) FROM numbers WHERE n < TOUCHES`,
	`UPDATE tasks SET holder_id = (SELECT l.manager_id FROM leads l WHERE l.id = tasks.lead_id) WHERE kind = 'callback'`,
	`INSERT INTO sights (viewer, kind, at, id) SELECT DISTINCT d.viewer, d.kind, d.at, d.id FROM sights_due d ORDER BY d.viewer, d.kind, d.at, d.id`,
	`INSERT INTO task_calls (call_id, task_id) SELECT call_id, id FROM tasks WHERE kind = 'callback'`,
	`INSERT INTO events (id, type, at, lead_id, audience, data) SELECT @id(e, n), 'lead.updated', @at(n), @id(l, n), '', '{}' FROM numbers WHERE n < TASKS * 5`,
	`INSERT INTO deliveries (id, sink, event_seq, subject, state, attempts, next_at, owner, claimed_until, attempted, done, error, at)
	SELECT 'd' || e.id, 'crm', e.seq, e.lead_id, CASE WHEN e.seq % 10000 = 0 THEN 'dead' WHEN e.seq % 1000 = 1 THEN 'waiting' ELSE 'delivered' END, 1, 0, '', 0, e.at, e.at, '', e.at FROM events e`,
	`INSERT INTO quarantine (id, source, external_id, reason, raw, at, state, decided)
	SELECT @id(q, n), 'mail', 'q' || n, 'no sender', '', @at(n), CASE WHEN n % 1000 = 0 THEN 'waiting' ELSE 'discarded' END, CASE WHEN n % 1000 = 0 THEN 0 ELSE @at(n) END FROM numbers WHERE n < TASKS * 5`,
}

// historyText is a statement of historyRows as the databases take it.
func historyText(s string, touches int) string {
	s = strings.NewReplacer("TOUCHES", fmt.Sprint(touches), "CONTACTS", fmt.Sprint(touches/10), "TASKS", fmt.Sprint(touches/50)).Replace(s)
	// call replaces the calls of a macro, whose one bracket may hold others.
	call := func(s, name string, with func(arg string) string) string {
		for {
			before, rest, found := strings.Cut(s, "@"+name+"(")
			if !found {
				return s
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
			s = before + with(rest[:end-1]) + rest[end:]
		}
	}
	s = call(s, "id", func(arg string) string {
		table, n, _ := strings.Cut(arg, ", ")
		return fmt.Sprintf("('%s' || (10000000 + %s))", table, n)
	})
	return call(s, "at", func(arg string) string {
		return fmt.Sprintf("(%d + CAST(%s AS BIGINT) * %d)", historyBegins.UnixMicro(), arg, historyStep.Microseconds())
	})
}

// fillHistory writes a history into an empty store, past its rules and without events: keys
// between tables are not checked, and secondary indexes are made at the end. Every second
// interaction is a call; a tenth are by new contacts, each with a lead; a fiftieth have tasks; a tenth
// of their number are deliveries and quarantined touches. A million is a year.
func fillHistory(t testing.TB, s *storage.Store, touches int) {
	t.Helper()
	began := time.Now()
	ctx := context.Background()
	texts := []string{
		`CREATE TABLE numbers (n BIGINT PRIMARY KEY)`,
		fmt.Sprintf(`WITH RECURSIVE all_numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM all_numbers WHERE n < %d) INSERT INTO numbers SELECT n FROM all_numbers`, touches-1),
	}
	for _, r := range historyRows {
		texts = append(texts, historyText(r, touches))
	}
	if err := storage.Fill(ctx, s, append(texts, "DROP TABLE numbers")); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d interactions written in %v", touches, time.Since(began).Round(time.Second))
}
