-- Who sees a contact, beside supervisors and admins.
-- name: ContactViewers :many
SELECT DISTINCT CAST(v.user_id AS TEXT) AS user_id FROM contact_viewers v WHERE v.contact_id = $1;

-- Which contacts, leads, calls and tasks a viewer sees; the brackets are repeated for several.
-- name: SeenContacts :many
SELECT DISTINCT v.contact_id AS id FROM contact_viewers v WHERE (v.contact_id = @id AND v.user_id = @viewer);

-- name: SeenLeads :many
SELECT DISTINCT v.lead_id AS id FROM lead_viewers v WHERE (v.lead_id = @id AND v.user_id = @viewer);

-- name: SeenCalls :many
SELECT DISTINCT v.call_id AS id FROM call_viewers v WHERE (v.call_id = @id AND v.user_id = @viewer);

-- name: SeenTasks :many
SELECT DISTINCT v.task_id AS id FROM task_viewers v WHERE (v.task_id = @id AND v.user_id = @viewer);
