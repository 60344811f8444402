-- name: GetQuarantine :one
SELECT q.id, q.source, q.external_id, q.reason, q.cause, q.facts, q.at, q.state, q.retries, q.decided,
    COALESCE(q.decided_by, '') AS decided_by, COALESCE(u.name, '') AS decided_name, q.note, COALESCE(q.interaction_id, '') AS interaction_id,
    q.raw, q.touch
FROM quarantine q LEFT JOIN users u ON u.id = q.decided_by
WHERE q.id = $1;

-- name: CountQuarantineWaiting :one
SELECT CAST(COUNT(*) AS BIGINT) AS count FROM (SELECT id FROM quarantine WHERE state = 'waiting' LIMIT @most) AS few;

-- name: AcceptQuarantine :execrows
UPDATE quarantine SET state = 'accepted', retries = retries + 1, decided = @decided, decided_by = @decided_by, interaction_id = @interaction_id
WHERE id = @id AND state = 'waiting';

-- name: RefuseQuarantine :execrows
UPDATE quarantine SET reason = @reason, cause = @cause, facts = '', retries = retries + 1 WHERE id = @id AND state = 'waiting';

-- name: DiscardQuarantine :execrows
UPDATE quarantine SET state = 'discarded', decided = @decided, decided_by = @decided_by, note = @note
WHERE id = @id AND state = 'waiting';
