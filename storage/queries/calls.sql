-- name: SeeCall :one
SELECT r.* FROM interaction_rows r
WHERE r.id = @id AND r.channel = 'call'
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)));

-- The one query of this list; see start for where it begins.
-- name: ListCalls :many
SELECT r.* FROM interaction_rows r
WHERE r.channel = 'call'
  AND (CAST(@contact_id AS TEXT) = '' OR r.contact_id = @contact_id)
  AND (CAST(@linkedid AS TEXT) = '' OR r.linkedid = @linkedid)
  AND (r.at, r.id) < (CAST(@before_at AS BIGINT), CAST(@before_id AS TEXT))
  AND r.at >= CAST(@since AS BIGINT) AND r.at < CAST(@until AS BIGINT)
  AND (CAST(@query AS TEXT) = '' OR r.from_number LIKE @query ESCAPE '\' OR r.to_number LIKE @query ESCAPE '\'
    OR r.search LIKE @query ESCAPE '\' AND (CAST(@sees_all AS BOOLEAN)
      OR EXISTS (SELECT 1 FROM contact_viewers v WHERE v.contact_id = r.contact_id AND v.user_id = CAST(@viewer AS TEXT))))
  AND (CAST(@direction AS TEXT) = '' OR r.direction = @direction)
  AND (CAST(@disposition AS TEXT) = '' OR r.disposition = @disposition)
  AND (CAST(@state AS TEXT) = '' OR r.state = @state)
  AND (CAST(@not_answered AS BOOLEAN) = FALSE OR EXISTS (SELECT 1 FROM calls_not_answered n WHERE n.id = r.id))
  AND (CAST(@operator_id AS TEXT) = '' OR r.operator_id = @operator_id)
  AND (CAST(@queue AS TEXT) = '' OR r.queue = @queue)
  AND (CAST(@source AS TEXT) = '' OR r.source = @source)
  AND r.part_of = ''
  AND (CAST(@sees_all AS BOOLEAN) OR EXISTS (SELECT 1 FROM call_viewers v WHERE v.call_id = r.id AND v.user_id = CAST(@viewer AS TEXT)))
ORDER BY r.at DESC, r.id DESC
LIMIT @most;

-- Calls without news, by the index of those that go on.
-- name: ListOpenCalls :many
SELECT r.* FROM calls c JOIN interaction_rows r ON r.id = c.id
WHERE c.ended = 0 AND (c.state = 'ringing' AND c.started < CAST(@ringing AS BIGINT)
    OR c.state = 'talking' AND c.started < CAST(@talking AS BIGINT) AND c.answered < CAST(@talking AS BIGINT))
ORDER BY c.started, c.id
LIMIT @most;

-- Refused (no row) when another writer moved the call since it was read.
-- name: UpdateCall :execrows
UPDATE calls SET direction = @direction, state = @state, disposition = @disposition, from_number = @from_number, to_number = @to_number, did = @did, queue = @queue,
    operator_extension = @operator_extension, operator_id = @operator_id, hangup_by = @hangup_by,
    started = @started, answered = @answered, ended = @ended, journal = @journal, part_of = @part_of, told = @told,
    waited = @waited, rung = @rung, talked = @talked, held = @held, version = version + 1
WHERE id = @id AND version = @version;

-- name: DropLegsFrom :exec
DELETE FROM legs WHERE call_id = @call_id AND position >= @position;

-- Whose extensions these are at a source; the list has a comma before, between and after.
-- name: UsersOfExtensions :many
SELECT e.number, u.id, u.name FROM user_extensions e JOIN users u ON u.id = e.user_id
WHERE CAST(@extensions AS TEXT) LIKE '%,' || e.number || ',%' AND e.source IN ('', CAST(@source AS TEXT));
