-- name: GetContact :one
SELECT * FROM contact_rows WHERE id = $1;

-- name: SeeContact :one
SELECT r.* FROM contact_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));


-- Changes no row when the contact changed since it was read.
-- name: UpdateContact :execrows
UPDATE contacts SET name = @name, company = @company, company_id = @company_id, role = @role, warning = @warning, notes = @notes, main_key = @main_key, search = @search, version = version + 1
WHERE id = @id AND version = @version;

-- name: ManagersOfContact :many
SELECT DISTINCT CAST(manager_id AS TEXT) AS manager_id FROM leads WHERE contact_id = $1 AND closed = 0 AND manager_id IS NOT NULL;

-- name: InsertContact :exec
INSERT INTO contacts (id, name, company, company_id, role, line, owner_id, main_key, search, version, created, warning, notes)
VALUES (@id, @name, @company, @company_id, @role, @line, @owner_id, @main_key, @search, 1, @created, @warning, @notes);

-- Changes no row when the contact got another owner since it was read.
-- name: SetContactOwner :execrows
UPDATE contacts SET owner_id = @owner_id WHERE id = @id AND COALESCE(owner_id, '') = CAST(@old_owner_id AS TEXT);

-- name: DropTags :exec
DELETE FROM contact_tags WHERE contact_id = $1;

-- name: InsertTag :exec
INSERT INTO contact_tags (contact_id, folded, tag, position, created) VALUES (@contact_id, @folded, @tag, @position, @created);

-- name: ContactMadeAs :one
SELECT contact_id, digest FROM made_contacts WHERE user_id = @user_id AND asked_as = @asked_as;

-- name: NoteMadeContact :exec
INSERT INTO made_contacts (user_id, asked_as, contact_id, digest) VALUES (@user_id, @asked_as, @contact_id, @digest);

-- name: MoveIdentity :execrows
UPDATE identities SET kind = @kind, value = @value WHERE kind = @old_kind AND value = @old_value AND contact_id = @contact_id;

-- name: DropIdentity :one
DELETE FROM identities WHERE kind = @kind AND value = @value AND contact_id = @contact_id RETURNING position;

-- The identities of a contact are counted from 0.
-- name: CloseGap :exec
UPDATE identities SET position = position - 1 WHERE contact_id = @contact_id AND position > @position;
