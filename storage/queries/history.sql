-- name: AddContactChange :exec
INSERT INTO contact_changes (id, contact_id, field, old_value, new_value, user_id, at)
VALUES (@id, @contact_id, @field, @old_value, @new_value, @user_id, @at);

-- name: ExtendContactChange :execrows
UPDATE contact_changes SET new_value = @new_value, at = @at WHERE id = @id;

-- name: ContactHistory :many
SELECT h.id, h.field, h.old_value, h.new_value, h.user_id, COALESCE(u.name, '') AS user_name, h.at
FROM contact_changes h LEFT JOIN users u ON u.id = h.user_id
WHERE h.contact_id = @contact_id
ORDER BY h.at DESC, h.id DESC
LIMIT @most;

-- name: AddLeadChange :exec
INSERT INTO lead_changes (id, lead_id, old_status, new_status, refusal, user_id, at)
VALUES (@id, @lead_id, @old_status, @new_status, @refusal, @user_id, @at);

-- name: LeadChanges :many
SELECT h.id, h.old_status, h.new_status, h.refusal, h.user_id, COALESCE(u.name, '') AS user_name, h.at
FROM lead_changes h LEFT JOIN users u ON u.id = h.user_id
WHERE h.lead_id = @lead_id
ORDER BY h.at DESC, h.id DESC
LIMIT @most;

-- name: LeadAssignments :many
SELECT a.id, a.reason, a.at, u.name AS manager_name
FROM assignments a JOIN users u ON u.id = a.manager_id
WHERE a.lead_id = @lead_id
ORDER BY a.at DESC, a.id DESC
LIMIT @most;
