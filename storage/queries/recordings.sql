-- name: DueRecordings :many
SELECT r.id, i.source, r.file, r.attempts, r.called FROM recordings r JOIN interactions i ON i.id = r.call_id
WHERE r.state = 'waiting' AND r.next_at <= @now AND CAST(@sources AS TEXT) LIKE '%,' || i.source || ',%'
ORDER BY r.next_at, r.id
LIMIT @most;

-- Changes no row when another hub has claimed it.
-- name: ClaimRecording :execrows
UPDATE recordings SET attempts = attempts + 1, next_at = @next_at WHERE id = @id AND state = 'waiting' AND attempts = @attempts;

-- name: FinishRecording :execrows
UPDATE recordings SET state = @state, error = @error, next_at = @next_at, key = @key, type = @type, size = @size, ms = @ms,
    channels = @channels, peaks = @peaks
WHERE id = @id AND state = 'waiting';

-- name: SeeRecording :one
SELECT r.* FROM recordings r
WHERE r.id = @id
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.call_id AND v.user_id = CAST(@viewer AS TEXT)));

-- name: OldRecordings :many
SELECT id, key FROM recordings WHERE state = 'stored' AND called < @before ORDER BY called, id LIMIT @most;

-- name: ExpireRecording :exec
UPDATE recordings SET state = 'expired', key = '', peaks = '', size = 0 WHERE id = @id AND state = 'stored';

-- name: CallAudience :many
SELECT DISTINCT CAST(v.user_id AS TEXT) AS user_id FROM call_viewers v WHERE v.call_id = @call_id AND v.user_id IS NOT NULL;
