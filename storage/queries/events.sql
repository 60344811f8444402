-- name: EventsAfter :many
SELECT * FROM events WHERE seq > @after ORDER BY seq LIMIT @most;

-- The audience pattern is "% id %".
-- name: EventsAfterFor :many
SELECT * FROM events WHERE seq > @after AND audience LIKE CAST(@audience AS TEXT) ESCAPE '\' ORDER BY seq LIMIT @most;

-- name: LastEvent :one
SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) AS last FROM events;

-- name: GetCursor :one
SELECT cursor FROM sources WHERE name = $1;
