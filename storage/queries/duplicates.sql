-- name: TakeDuplicateTurn :execrows
UPDATE duplicate_turns SET turn = turn + 1 WHERE id = 1;

-- name: BeginDuplicateTurns :exec
INSERT INTO duplicate_turns (id, turn) VALUES (1, 1) ON CONFLICT (id) DO NOTHING;

-- name: QueuedDuplicates :many
SELECT contact_id, since FROM duplicate_queue ORDER BY since DESC, contact_id DESC LIMIT @most;

-- Suggestions of a state, the surest first, from a place on.
-- name: RankedSuggestions :many
SELECT * FROM merge_suggestions
WHERE state = @state AND (score, contact_id, other_id) < (CAST(@score AS BIGINT), CAST(@contact_id AS TEXT), CAST(@other_id AS TEXT))
ORDER BY score DESC, contact_id DESC, other_id DESC LIMIT @most;

-- name: CountSuggestions :one
SELECT COUNT(*) FROM (SELECT 1 AS one FROM merge_suggestions WHERE state = @state LIMIT @most) AS counted;

-- The sums keep SQLite from reading all suggestions of a state in the order of their index.
-- name: SuggestionsOf :many
SELECT * FROM (
    SELECT a.* FROM merge_suggestions a WHERE a.contact_id = CAST(@contact_id AS TEXT)
    UNION ALL
    SELECT b.* FROM merge_suggestions b WHERE b.other_id = CAST(@contact_id AS TEXT)) AS s
WHERE s.state || '' = CAST(@state AS TEXT)
ORDER BY s.score + 0 DESC, s.contact_id DESC, s.other_id DESC LIMIT @most;

-- name: GetSuggestion :one
SELECT * FROM merge_suggestions WHERE contact_id = @contact_id AND other_id = @other_id;

-- name: DecideSuggestion :execrows
UPDATE merge_suggestions SET state = @state, decided = @decided, decided_by = @decided_by
WHERE contact_id = @contact_id AND other_id = @other_id AND state <> @state;

-- name: DropSuggestion :exec
DELETE FROM merge_suggestions WHERE contact_id = @contact_id AND other_id = @other_id;
