-- Whatever a user has that is open. Empty parameters do not restrict.
-- name: OwnedLeads :many
SELECT l.id, l.contact_id FROM leads l
WHERE l.manager_id = CAST(@user_id AS TEXT) AND l.closed = 0
  AND (CAST(@source AS TEXT) = '' OR l.source = CAST(@source AS TEXT))
  AND (CAST(@team AS TEXT) = '' OR l.team = CAST(@team AS TEXT))
  AND (CAST(@tag AS TEXT) = '' OR EXISTS (SELECT 1 FROM contact_tags g WHERE g.contact_id = l.contact_id AND g.folded = CAST(@tag AS TEXT)))
ORDER BY l.opened, l.id;

-- name: OwnedContacts :many
SELECT c.id FROM contacts c
WHERE c.owner_id = CAST(@user_id AS TEXT)
  AND (CAST(@tag AS TEXT) = '' OR EXISTS (SELECT 1 FROM contact_tags g WHERE g.contact_id = c.id AND g.folded = CAST(@tag AS TEXT)))
ORDER BY c.created, c.id;

-- name: OwnedCompanies :many
SELECT c.id, CAST(COALESCE(l.id, '') AS TEXT) AS line_id FROM companies c LEFT JOIN contacts l ON l.company_id = c.id AND l.line
WHERE c.owner_id = @user_id ORDER BY c.created, c.id;

-- name: OwnedTasks :many
SELECT t.id, CAST(COALESCE(t.contact_id, '') AS TEXT) AS contact_id FROM tasks t
WHERE t.state = 'open' AND t.owner_id = CAST(@user_id AS TEXT)
  AND (CAST(@source AS TEXT) = '' AND CAST(@team AS TEXT) = '' OR EXISTS (SELECT 1 FROM leads l WHERE l.id = t.lead_id
      AND (CAST(@source AS TEXT) = '' OR l.source = CAST(@source AS TEXT)) AND (CAST(@team AS TEXT) = '' OR l.team = CAST(@team AS TEXT))))
  AND (CAST(@tag AS TEXT) = '' OR EXISTS (SELECT 1 FROM contact_tags g WHERE g.contact_id = t.contact_id AND g.folded = CAST(@tag AS TEXT)))
ORDER BY t.due, t.id;

-- name: CountClosedLeads :one
SELECT COUNT(*) FROM leads l WHERE l.manager_id = CAST(@user_id AS TEXT) AND l.closed <> 0;

-- name: DisableUser :execrows
UPDATE users SET disabled = TRUE WHERE id = @id;

-- name: DropLinksOf :exec
DELETE FROM user_links WHERE user_id = $1;

-- name: HandedOverAs :one
SELECT digest, result FROM handovers WHERE user_id = @user_id AND asked_as = @asked_as;

-- name: NoteHandOver :exec
INSERT INTO handovers (user_id, asked_as, digest, result) VALUES (@user_id, @asked_as, @digest, @result);

-- name: ListSubstitutes :many
SELECT s.*, u.name AS user_name, o.name AS substitute_name
FROM substitutes s JOIN users u ON u.id = s.user_id JOIN users o ON o.id = s.substitute_id
WHERE s.state <> 'ended' ORDER BY s.begins, s.id;

-- name: InsertSubstitute :execrows
INSERT INTO substitutes (id, user_id, substitute_id, begins, ends, keeps, state, created_by)
VALUES (@id, @user_id, @substitute_id, @begins, @ends, @keeps, @state, @created_by) ON CONFLICT DO NOTHING;

-- name: SetSubstituteState :exec
UPDATE substitutes SET state = @state WHERE id = @id AND state <> 'ended';

-- name: EndSubstitutesOf :exec
UPDATE substitutes SET state = 'ended' WHERE state <> 'ended' AND (user_id = CAST(@user_id AS TEXT) OR substitute_id = CAST(@user_id AS TEXT));

-- Open leads that a substitute got for a user since then; with before only those opened before.
-- name: LentLeads :many
SELECT l.id, l.contact_id FROM leads l
WHERE l.manager_id = CAST(@substitute_id AS TEXT) AND l.closed = 0 AND l.reason = CAST(@reason AS TEXT) AND l.assigned >= CAST(@begins AS BIGINT)
  AND (CAST(@before AS BIGINT) = 0 OR l.opened < CAST(@before AS BIGINT))
ORDER BY l.opened, l.id;

-- name: LentTasks :many
SELECT t.id, CAST(COALESCE(t.contact_id, '') AS TEXT) AS contact_id FROM tasks t
WHERE t.state = 'open' AND t.owner_id = CAST(@substitute_id AS TEXT) AND (CAST(@before AS BIGINT) = 0 OR t.created < CAST(@before AS BIGINT))
  AND EXISTS (SELECT 1 FROM changes h WHERE h.object = 'task' AND h.object_id = t.id AND h.at >= CAST(@begins AS BIGINT) AND h.note = CAST(@reason AS TEXT))
ORDER BY t.due, t.id;
