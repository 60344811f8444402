-- name: GetContact :one
SELECT * FROM contact_rows WHERE id = $1;

-- As GetContact; the brackets are repeated for several.
-- name: GetContacts :many
SELECT * FROM contact_rows WHERE (id = @id);

-- name: SeeContact :one
SELECT r.* FROM contact_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- name: SeeContactByIdentity :one
SELECT r.* FROM identities i JOIN contact_rows r ON r.id = i.contact_id
WHERE i.kind = @kind AND i.value = @value
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- The contacts that hold an identity, with what Decide must know; the pair in
-- brackets is repeated for more of them.
-- name: KnownContacts :many
SELECT i.kind, i.value, c.id, c.name, COALESCE(c.owner_id, '') AS owner_id, c.created,
    CAST(COALESCE((SELECT l.id FROM leads l WHERE l.contact_id = c.id AND l.closed = 0), '') AS TEXT) AS open_lead_id,
    CAST(COALESCE((SELECT l.id FROM leads l WHERE l.contact_id = c.id LIMIT 1), '') <> '' AS BOOLEAN) AS had_lead,
    EXISTS (SELECT 1 FROM tasks t WHERE t.contact_id = c.id AND t.state = 'open') AS open_task
FROM identities i JOIN contacts c ON c.id = i.contact_id
WHERE (i.kind = @kind AND i.value = @value);

-- name: InsertContact :execrows
INSERT INTO contacts (id, name, company, owner_id, main_key, search, version, created)
VALUES (@id, @name, '', NULL, @main_key, @search, 1, @created)
ON CONFLICT DO NOTHING;

-- Refused (no row) when the contact changed since it was read.
-- name: UpdateContact :execrows
UPDATE contacts SET name = @name, company = @company, main_key = @main_key, search = @search, version = version + 1
WHERE id = @id AND version = @version;

-- Gives the contacts of leads that have no owner one; for several rows in one
-- statement, by the keys alone as in AssignLeads.
-- name: OwnContacts :execrows
WITH v (lead_id, owner_id) AS (VALUES (CAST(@lead_id AS TEXT), CAST(@owner_id AS TEXT)))
UPDATE contacts SET owner_id = v.owner_id
FROM v JOIN leads l ON l.id = v.lead_id
WHERE contacts.id = l.contact_id AND COALESCE(contacts.owner_id, '') = '';

-- name: InsertIdentity :execrows
INSERT INTO identities (kind, value, contact_id, position, added)
VALUES (@kind, @value, @contact_id, @position, @added)
ON CONFLICT DO NOTHING;

-- name: SuggestMerge :exec
INSERT INTO merge_suggestions (contact_id, other_id, reason, interaction_id, at)
VALUES (@contact_id, @other_id, @reason, @interaction_id, @at)
ON CONFLICT DO NOTHING;

-- name: ListMergeSuggestions :many
SELECT * FROM merge_suggestions ORDER BY at DESC, contact_id, other_id LIMIT @most;

-- name: ManagersOfContact :many
SELECT DISTINCT CAST(manager_id AS TEXT) AS manager_id FROM leads WHERE contact_id = $1 AND closed = 0 AND manager_id IS NOT NULL;
