-- name: ConsentsOfContact :many
SELECT c.interaction_id, c.version, c.body, c.page, c.at, i.source
FROM interactions i JOIN consents c ON c.interaction_id = i.id
WHERE i.contact_id = CAST(@contact_id AS TEXT)
ORDER BY c.at DESC, c.interaction_id DESC
LIMIT @most;
