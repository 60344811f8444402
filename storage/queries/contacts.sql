-- name: GetContact :one
SELECT * FROM contact_rows WHERE id = $1;

-- name: SeeContact :one
SELECT r.* FROM contact_rows r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));


-- Changes no row when the contact changed since it was read.
-- name: UpdateContact :execrows
UPDATE contacts SET name = @name, company = @company, main_key = @main_key, search = @search, version = version + 1
WHERE id = @id AND version = @version;

-- name: ListMergeSuggestions :many
SELECT * FROM merge_suggestions ORDER BY at DESC, contact_id, other_id LIMIT @most;

-- name: ManagersOfContact :many
SELECT DISTINCT CAST(manager_id AS TEXT) AS manager_id FROM leads WHERE contact_id = $1 AND closed = 0 AND manager_id IS NOT NULL;
