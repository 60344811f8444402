-- name: DeleteDelivered :execrows
DELETE FROM deliveries WHERE id IN (
    SELECT d.id FROM deliveries d WHERE d.state = 'delivered' AND d.done < @before ORDER BY d.done LIMIT @most);

-- name: DeleteDecided :execrows
DELETE FROM quarantine WHERE id IN (
    SELECT q.id FROM quarantine q WHERE q.state <> 'waiting' AND q.decided < @before ORDER BY q.decided LIMIT @most);

-- The next events; kept: a delivery refers to it.
-- name: OldEvents :many
SELECT e.seq, e.at, CAST(EXISTS (SELECT 1 FROM deliveries d WHERE d.event_seq = e.seq) AS BOOLEAN) AS kept
FROM events e WHERE e.seq > @after ORDER BY e.seq LIMIT @most;

-- name: DeleteEvents :execrows
DELETE FROM events
WHERE events.seq > @after AND events.seq <= @until AND events.at < @before AND events.seq < (SELECT MAX(n.seq) FROM events n)
  AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_seq = events.seq);

-- name: RaiseHorizon :exec
UPDATE horizons SET seq = @seq WHERE name = 'events' AND seq < @seq;

-- name: EventHorizon :one
SELECT seq FROM horizons WHERE name = 'events';

-- name: CountOldDeliveries :one
SELECT COUNT(*) FROM deliveries WHERE state = @state AND at < @before;

-- name: CountOldWaiting :one
SELECT COUNT(*) FROM quarantine WHERE state = 'waiting' AND at < @before;

-- name: PutProbe :exec
INSERT INTO probes (hub, at) VALUES (@hub, @at) ON CONFLICT (hub) DO UPDATE SET at = EXCLUDED.at;
