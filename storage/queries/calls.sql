-- name: SeeCall :one
SELECT r.* FROM interaction_rows r
WHERE r.id = @id AND r.channel = 'call'
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- Calls in progress whose state has not changed since a time; by the index of such calls.
-- name: ListOpenCalls :many
SELECT r.* FROM calls c JOIN interaction_rows r ON r.id = c.id
WHERE c.ended = 0 AND (c.state = 'ringing' AND c.started < CAST(@ringing AS BIGINT)
    OR c.state = 'talking' AND c.started < CAST(@talking AS BIGINT) AND c.answered < CAST(@talking AS BIGINT))
ORDER BY c.started, c.id
LIMIT @most;

-- Changes no row when another writer changed the call since it was read.
-- name: UpdateCall :execrows
UPDATE calls SET direction = @direction, state = @state, disposition = @disposition, from_number = @from_number, to_number = @to_number, did = @did, queue = @queue,
    operator_extension = @operator_extension, operator_id = @operator_id, hangup_by = @hangup_by,
    started = @started, answered = @answered, ended = @ended, journal = @journal, part_of = @part_of, told = @told,
    waited = @waited, rung = @rung, talked = @talked, held = @held, version = version + 1
WHERE id = @id AND version = @version;

-- name: DropLegsFrom :exec
DELETE FROM legs WHERE call_id = @call_id AND position >= @position;

-- The users of extensions at a source. The list has a comma before, between and after them.
-- name: UsersOfExtensions :many
SELECT e.number, u.id, u.name FROM user_extensions e JOIN users u ON u.id = e.user_id
WHERE CAST(@extensions AS TEXT) LIKE '%,' || e.number || ',%' AND e.source IN ('', CAST(@source AS TEXT));
