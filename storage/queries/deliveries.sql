-- Due deliveries. elder_at is the next attempt of the older delivery that must go
-- first: -1 if there is none, 0 if it is being sent.
-- name: DueDeliveries :many
SELECT d.id, d.attempts, e.seq, e.id AS event_id, e.type, e.at, e.lead_id, e.audience, e.data,
    CAST(COALESCE((SELECT CASE WHEN o.claimed_until > @now THEN 0 ELSE o.next_at END FROM deliveries o
        WHERE o.sink = d.sink AND o.subject = d.subject AND o.state = 'waiting' AND o.event_seq <> d.event_seq
          AND (o.event_seq < d.event_seq OR o.claimed_until > @now)
        ORDER BY o.event_seq LIMIT 1), -1) AS BIGINT) AS elder_at
FROM deliveries d JOIN events e ON e.seq = d.event_seq
WHERE d.sink = @sink AND d.state = 'waiting' AND d.next_at <= @now AND d.claimed_until <= @now
ORDER BY d.next_at, d.event_seq
LIMIT @most;

-- The attempt and the time of the next one are committed before the event is sent.
-- name: ClaimDelivery :execrows
UPDATE deliveries SET owner = @owner, claimed_until = @until, attempts = attempts + 1, attempted = @now, next_at = @next_at
WHERE id = @id AND state = 'waiting' AND attempts = @attempts AND claimed_until <= @now AND next_at <= @now;

-- name: PutOffDelivery :exec
UPDATE deliveries SET next_at = @next_at
WHERE id = @id AND state = 'waiting' AND claimed_until <= @now AND next_at <= @now;

-- name: FinishDelivery :one
UPDATE deliveries SET state = @state, owner = '', claimed_until = 0, done = @done, error = @error,
    next_at = CASE WHEN next_at < @not_before THEN @not_before ELSE next_at END
WHERE id = @id AND owner = @owner AND attempts = @attempts AND state = 'waiting'
RETURNING sink, subject;

-- Makes the next delivery of a subject due, which waited for the finished one.
-- name: FreeNextDelivery :exec
UPDATE deliveries SET next_at = 0
WHERE deliveries.state = 'waiting' AND deliveries.attempts = 0 AND deliveries.sink = @sink AND deliveries.event_seq = (
    SELECT MIN(o.event_seq) FROM deliveries o WHERE o.sink = @sink AND o.subject = @subject AND o.state = 'waiting');

-- name: GetDelivery :one
SELECT r.*, e.data FROM deliveries d JOIN delivery_rows r ON r.id = d.id JOIN events e ON e.seq = d.event_seq
WHERE d.id = $1;

-- name: ReplayDelivery :execrows
UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = 0, owner = '', claimed_until = 0
WHERE id = $1 AND state = 'dead';

-- name: CountWaiting :many
SELECT sink, COUNT(*) AS waiting, CAST(COUNT(CASE WHEN error <> '' THEN 1 END) AS BIGINT) AS failing FROM deliveries WHERE state = 'waiting' GROUP BY sink;

-- name: CountDead :many
SELECT sink, COUNT(*) AS dead FROM deliveries WHERE state = 'dead' GROUP BY sink;

-- name: CountDelivered :many
SELECT sink, COUNT(*) AS delivered, CAST(MAX(done) AS BIGINT) AS last FROM deliveries WHERE state = 'delivered' AND done >= @since GROUP BY sink;
