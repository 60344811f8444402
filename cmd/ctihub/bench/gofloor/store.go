package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
)

// storeForm stores one form, once by its key. Unique keys decide: a known identity
// gives the contact, an open lead of the contact is joined, and what a concurrent
// statement has just inserted is found by ON CONFLICT. If only some of the identities
// were inserted by others meanwhile, no contact is inserted, and the foreign key of the
// remaining identity fails: the statement is run again.
//
// $1 time, $2 name, $3 and $4 identities, $5 to $9 new ids of the contact, the lead, the
// interaction and two events, $10 key, $11 message, $12 utm, $13 raw, $14 digest, $15
// search text.
const storeForm = `
WITH sent AS (
    SELECT s.kind, s.value, s.position, (SELECT i.contact_id FROM identities i WHERE i.kind = s.kind AND i.value = s.value) AS contact_id
    FROM unnest($3::TEXT[], $4::TEXT[]) WITH ORDINALITY AS s (kind, value, position)
    WHERE NOT EXISTS (SELECT 1 FROM interactions i WHERE i.source = 'site' AND i.external_id = $10)
), known AS (
    SELECT contact_id FROM sent WHERE contact_id IS NOT NULL ORDER BY position LIMIT 1
), added AS (
    INSERT INTO identities (kind, value, contact_id, position, added)
    SELECT kind, value, COALESCE((SELECT contact_id FROM known), $5),
        (SELECT count(*) FROM identities i WHERE i.contact_id = (SELECT contact_id FROM known)) + row_number() OVER (ORDER BY position) - 1, $1
    FROM sent WHERE contact_id IS NULL ORDER BY kind, value
    ON CONFLICT (kind, value) DO UPDATE SET added = identities.added
    RETURNING contact_id, value
), created AS (
    INSERT INTO contacts (id, name, company, owner_id, main_key, search, version, created)
    SELECT $5, $2, '', NULL, ($4::TEXT[])[1], $15, 1, $1
    WHERE NOT EXISTS (SELECT 1 FROM known) AND (SELECT bool_and(contact_id = $5) FROM added)
), completed AS (
    UPDATE contacts SET search = search || ' ' || (SELECT string_agg(value, ' ') FROM added), version = version + 1
    WHERE id = (SELECT contact_id FROM known) AND EXISTS (SELECT 1 FROM added)
), contact AS (
    SELECT contact_id AS id FROM known UNION ALL SELECT contact_id FROM added LIMIT 1
), open AS (
    SELECT l.id FROM leads l WHERE l.contact_id = (SELECT id FROM contact) AND l.closed = 0
), opened AS (
    INSERT INTO leads (id, contact_id, status, source, channel, subject, team, manager_id, reason, repeated, refusal, utm, opened, assigned, closed, staged)
    SELECT $6, id, 'new', 'site', 'form', '', '', NULL, '', EXISTS (SELECT 1 FROM leads l WHERE l.contact_id = contact.id), '', $12, $1, 0, 0, $1
    FROM contact WHERE NOT EXISTS (SELECT 1 FROM open)
    ON CONFLICT (contact_id, pipeline_id) WHERE closed = 0 DO UPDATE SET status = leads.status
    RETURNING id
), lead AS (
    SELECT id FROM open UNION ALL SELECT id FROM opened LIMIT 1
), written AS (
    INSERT INTO interactions (id, source, external_id, channel, direction, at, contact_id, lead_id, name, addressee, subject, body, html, attachments, utm, raw, stored, digest, came_from)
    SELECT $7, 'site', $10, 'form', 'in', $1, contact.id, lead.id, $2, 'site', '', $11, '', '', $12, $13, $1, $14,
        (SELECT string_agg(kind || ' ' || value, E'\n' ORDER BY position) FROM sent) FROM contact, lead
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING contact_id, lead_id
)
INSERT INTO events (id, type, at, lead_id, audience, data)
SELECT e.id, e.type, $1, w.lead_id, '', '{"contact_id":"' || w.contact_id || '","lead_id":"' || w.lead_id || '","interaction_id":"' || $7 || '"}'
FROM written w, (VALUES ($8, 'interaction.created'), ($9, 'lead.created')) AS e (id, type)
WHERE e.type = 'interaction.created' OR w.lead_id = $6`

// attempts bounds how often a statement is run that lost a race.
const attempts = 3

// store returns nil when the form is committed, now or before.
func (f *forms) store(ctx context.Context, p form) (err error) {
	search := strings.ToLower(p.name) + "  " + strings.Join(p.values, " ")
	for range attempts {
		args := []any{time.Now().UnixMicro(), p.name, p.kinds, p.values}
		for range 5 {
			args = append(args, uuid.Must(uuid.NewV7()).String())
		}
		args = append(args, p.id, p.message, p.utm, p.raw, p.digest, search)
		if _, err = f.pool.Exec(ctx, storeForm, args...); !lostRace(err) {
			return err
		}
	}
	return err
}

// lostRace reports whether the statement has to be run again: a foreign or unique key
// failed, or it deadlocked.
func lostRace(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "23503" || e.Code == "23505" || e.Code == "40P01")
}
