-- name: SetPresence :execrows
UPDATE users SET presence = @presence, pause_reason = @pause_reason, pause_note = @pause_note,
    presence_since = @presence_since, presence_until = @presence_until
WHERE id = @id;

-- Users with a pause whose end has passed.
-- name: ListEndedPauses :many
SELECT id FROM users WHERE presence_until > 0 AND presence_until <= CAST(@now AS BIGINT) ORDER BY presence_until LIMIT 100;

-- name: EndPause :execrows
UPDATE users SET presence = 'available', pause_reason = '', pause_note = '', presence_since = presence_until, presence_until = 0
WHERE id = @id AND presence_until > 0 AND presence_until <= CAST(@now AS BIGINT);

-- Changes no row unless the user has been available since before the end of the call.
-- So a call that is reported twice begins one wrap-up. A call whose required facts are
-- there needs none.
-- name: BeginWrapUp :execrows
UPDATE users SET presence = 'paused', pause_reason = 'wrap_up', pause_note = '', presence_since = @since, presence_until = @until
WHERE users.id = @id AND presence = 'available' AND presence_since < @since AND disabled = FALSE
  AND (NOT EXISTS (SELECT 1 FROM facts_required q WHERE q.id = CAST(@call_id AS TEXT))
    OR EXISTS (SELECT 1 FROM facts_required q WHERE q.id = CAST(@call_id AS TEXT) AND q.lacking));

-- The users of the viewer's team; all users for supervisors.
-- name: ListSeats :many
SELECT r.*,
    CAST(CASE
        WHEN EXISTS (SELECT 1 FROM calls c WHERE c.ended = 0 AND c.state = 'talking' AND c.operator_id = r.id)
          OR EXISTS (SELECT 1 FROM calls c JOIN legs g ON g.call_id = c.id WHERE c.ended = 0 AND g.user_id = r.id AND g.state = 'talking') THEN 'talking'
        WHEN EXISTS (SELECT 1 FROM calls c JOIN legs g ON g.call_id = c.id WHERE c.ended = 0 AND g.user_id = r.id AND g.state = 'ringing') THEN 'ringing'
        ELSE 'idle' END AS TEXT) AS activity
FROM user_rows r
WHERE r.disabled = FALSE AND (r.extensions <> '' OR r.role IN ('operator', 'manager') OR r.id = CAST(@viewer AS TEXT))
  AND (CAST(@sees_all AS BOOLEAN) OR r.id = @viewer OR r.team = (SELECT v.team FROM users v WHERE v.id = @viewer))
ORDER BY r.folded, r.id;

-- name: PutDevice :execrows
INSERT INTO devices (extension, source, state, since) VALUES (@extension, @source, @state, @since)
ON CONFLICT (extension, source) DO UPDATE SET state = EXCLUDED.state, since = EXCLUDED.since WHERE devices.state <> EXCLUDED.state;

-- Telephones; away: the user set a presence, and is paused or offline. An expired pause
-- does not count, nor the initial "offline" of a user who never set a presence.
-- name: ListTelephones :many
SELECT e.number, CAST(u.presence <> 'available' AND u.presence_since > 0 AND (u.presence_until = 0 OR u.presence_until > CAST(@now AS BIGINT)) AS BOOLEAN) AS away
FROM user_extensions e JOIN users u ON u.id = e.user_id
WHERE u.disabled = FALSE AND e.source IN ('', CAST(@source AS TEXT))
ORDER BY e.number;

-- The owner of a caller's contact, one row for each extension.
-- name: ListCallee :many
SELECT u.id, u.role, u.disabled, u.presence, u.pause_reason, u.pause_note, u.presence_since, u.presence_until, u.shifts,
    e.number, CAST(COALESCE(d.state, 'unknown') AS TEXT) AS device,
    CAST(EXISTS (SELECT 1 FROM calls c WHERE c.ended = 0 AND c.state = 'talking' AND c.operator_id = u.id) AS BOOLEAN) AS busy
FROM identities i
JOIN contacts t ON t.id = i.contact_id
JOIN users u ON u.id = t.owner_id
JOIN user_extensions e ON e.user_id = u.id AND e.source IN ('', CAST(@source AS TEXT))
LEFT JOIN devices d ON d.extension = e.number AND d.source = CAST(@source AS TEXT)
WHERE i.kind = 'phone' AND i.value = CAST(@phone AS TEXT)
ORDER BY e.position;
