-- name: SearchState :many
SELECT * FROM search_state;

-- name: BeginSearchState :exec
INSERT INTO search_state (kind, below, number, before, filled, version) VALUES (@kind, @below, @number, '', @filled, 1);

-- name: SaveSearchState :execrows
UPDATE search_state SET below = @below, number = @number, before = @before, filled = @filled, version = version + 1
WHERE kind = @kind AND version = @version;

-- name: WordsAfter :many
SELECT n, word FROM search_words WHERE n > @after ORDER BY n LIMIT @most;

-- name: LastWord :one
SELECT CAST(COALESCE(MAX(n), 0) AS BIGINT) AS n FROM search_words;

-- The next records for the index, the newest first. A page begins with the
-- last record of the page before it, the first one with the greatest id.
-- name: ContactTextsBefore :many
SELECT c.id, c.search, CAST(COALESCE((SELECT string_agg(f.id || '|' || f.kind || '|' || f.name || '|' || COALESCE(h.name, '') || '|' || v.value, '
' ORDER BY v.field_id, h.position, v.position) FROM field_values v JOIN custom_fields f ON f.id = v.field_id
    LEFT JOIN custom_choices h ON h.field_id = v.field_id AND h.id = v.value WHERE v.record_id = c.id), '') AS TEXT) AS fields
FROM contacts c
WHERE c.id <= COALESCE(NULLIF(CAST(@before AS TEXT), ''), (SELECT MAX(m.id) FROM contacts m)) ORDER BY c.id DESC LIMIT @most;

-- name: LeadTextsBefore :many
SELECT l.id, l.subject, c.name, c.company, CAST(COALESCE((SELECT string_agg(f.id || '|' || f.kind || '|' || f.name || '|' || COALESCE(h.name, '') || '|' || v.value, '
' ORDER BY v.field_id, h.position, v.position) FROM field_values v JOIN custom_fields f ON f.id = v.field_id
    LEFT JOIN custom_choices h ON h.field_id = v.field_id AND h.id = v.value WHERE v.record_id = l.id), '') AS TEXT) AS fields
FROM leads l JOIN contacts c ON c.id = l.contact_id
WHERE l.id <= COALESCE(NULLIF(CAST(@before AS TEXT), ''), (SELECT MAX(m.id) FROM leads m)) ORDER BY l.id DESC LIMIT @most;

-- name: InteractionTextsBefore :many
SELECT i.id, i.channel, i.subject, i.body FROM interactions i
WHERE i.id <= COALESCE(NULLIF(CAST(@before AS TEXT), ''), (SELECT MAX(m.id) FROM interactions m)) ORDER BY i.id DESC LIMIT @most;
