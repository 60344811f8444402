-- The users who see a contact, besides supervisors and admins.
-- name: ContactViewers :many
SELECT DISTINCT CAST(v.user_id AS TEXT) AS user_id FROM contact_viewers v WHERE v.contact_id = $1;
