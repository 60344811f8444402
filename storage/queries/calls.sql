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

-- The users of extensions at a source. The list has a comma before, between and after them.
-- name: UsersOfExtensions :many
SELECT e.number, u.id, u.name FROM user_extensions e JOIN users u ON u.id = e.user_id
WHERE CAST(@extensions AS TEXT) LIKE '%,' || e.number || ',%' AND e.source IN ('', CAST(@source AS TEXT));
